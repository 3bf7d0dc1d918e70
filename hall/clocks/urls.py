"""Addresses of the movable clock; outside demonstration mode they answer that there is nothing."""

from django.urls import path

from . import views

app_name = "clocks"
urlpatterns = [
    path("", views.demo_clock, name="demo"),
    path("live/", views.live, name="live"),
    path("move/", views.move, name="move"),
    path("sweep/", views.sweep, name="sweep"),
    path("reset/", views.reset, name="reset"),
]
