"""Addresses of the calendars."""

from django.urls import path

from . import views

app_name = "calendars"
urlpatterns = [
    path("", views.home, name="home"),
    path("day/", views.day, name="day"),
    path("day/<int:day_id>/remove/", views.remove, name="remove"),
    path("import/", views.import_file, name="import"),
]
