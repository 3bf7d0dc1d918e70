"""Addresses of accounts and posts."""

app_name = "people"
urlpatterns: list = []
