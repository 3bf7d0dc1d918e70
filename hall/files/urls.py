"""Addresses of files."""

from django.urls import path

from . import views

app_name = "files"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:file_id>/", views.file, name="file"),
]
