"""Addresses of the journal."""

from django.urls import path

from . import views

# The desk's own name stands without a namespace: the bar above all desks links to it.
urlpatterns = [
    path("", views.events, name="audit"),
    path("<int:event_id>/", views.chain, name="audit_chain"),
]
