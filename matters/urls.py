"""Addresses of the catalogue: the portal under `/p/<place>/`, the keepers' desk, the reading API."""

from django.urls import path

from .views import portal

app_name = "matters"
portal_urlpatterns = [
    path("", portal.start, name="start"),
    path("m/<slug:short_code>/", portal.short, name="short"),
    path("m/<slug:short_code>/qr.svg", portal.qr, name="qr"),
    path("p/<slug:place>/", portal.home, name="home"),
    path("p/<slug:place>/suggest/", portal.suggest, name="suggest"),
    path("p/<slug:place>/search/", portal.results, name="search"),
    path("p/<slug:place>/matters/", portal.matters, name="all"),
    path("p/<slug:place>/departments/", portal.departments, name="departments"),
    path("p/<slug:place>/lists/", portal.lists, name="lists"),
    path("p/<slug:place>/lists/<slug:code>/", portal.one_list, name="list"),
    path("p/<slug:place>/halls/", portal.halls, name="halls"),
    path("p/<slug:place>/accessibility/", portal.accessibility, name="accessibility"),
    path("p/<slug:place>/privacy/", portal.privacy, name="privacy"),
    path("p/<slug:place>/matter/<slug:short_code>/", portal.guide, name="guide"),
]
urlpatterns = [*portal_urlpatterns]
