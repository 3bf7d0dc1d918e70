"""Addresses of the catalogue."""

app_name = "matters"
urlpatterns = []
