"""Addresses of supervision."""

from django.urls import path

from .views import cards, home, projects

app_name = "supervision"
urlpatterns = [
    path("supervision/", home.home, name="home"),
    path("supervision/departments/", home.departments, name="departments"),
    path("supervision/cases/<slug:measure>/", home.drill, name="drill"),
    path("supervision/projects/", projects.projects, name="projects"),
    path("supervision/cards/", cards.cards, name="cards"),
    path("supervision/cards/<int:card_id>/", cards.card, name="card"),
    path("supervision/cards/<int:card_id>/answer/", cards.answer, name="answer"),
    path("supervision/cards/<int:card_id>/close/", cards.close, name="close"),
    path("cases/<uuid:case_id>/cards/", cards.case_panel, name="case_panel"),
    path("p/<slug:place>/figures/", home.public_strip, name="public_strip"),
]
