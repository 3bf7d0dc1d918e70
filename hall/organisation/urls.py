"""Addresses of the organisation, below /manage/."""

from django.urls import path

from . import views

app_name = "organisation"
urlpatterns = [
    path("organisation/", views.home, name="home"),
    path("organisation/place/", views.place, name="place"),
    path("organisation/departments/", views.departments, name="departments"),
    path("organisation/departments/new/", views.new_department, name="new_department"),
    path("organisation/departments/<int:pk>/", views.department, name="department"),
    path("organisation/halls/new/", views.new_hall, name="new_hall"),
    path("organisation/halls/<int:pk>/", views.hall, name="hall"),
    path("organisation/halls/<int:pk>/zones/new/", views.new_zone, name="new_zone"),
    path("organisation/zones/<int:pk>/", views.zone, name="zone"),
    path("organisation/zones/<int:pk>/windows/new/", views.new_window, name="new_window"),
    path("organisation/windows/<int:pk>/", views.window, name="window"),
    path("organisation/windows/<int:pk>/remove/", views.remove_window, name="remove_window"),
    path("organisation/policies/", views.set_policies, name="policies"),
    path("organisation/silence/", views.silence, name="silence"),
]
