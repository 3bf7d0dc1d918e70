"""Addresses of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from hall.access import public

from . import views

urlpatterns = [
    path("login/", public(views.Login.as_view()), name="login"),
    path("logout/", public(LogoutView.as_view()), name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password_change, name="password_change"),
    path("account/register/", views.register, name="register"),
]
