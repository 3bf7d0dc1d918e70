"""Addresses of applications."""

from django.urls import path

from .views import portal

app_name = "applications"
urlpatterns = [
    path("my/<uuid:case_id>/", portal.my_case, name="my_case"),
]
