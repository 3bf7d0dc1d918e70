"""Addresses of clocks."""

app_name = "clocks"
urlpatterns: list = []
