"""Addresses of accounts and posts, below /manage/users/."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("", views.users, name="users"),
    path("new/", views.new, name="new_user"),
    path("<int:pk>/", views.user, name="user"),
    path("<int:pk>/close/", views.close, name="close_user"),
    path("<int:pk>/reopen/", views.reopen, name="reopen_user"),
    path("<int:pk>/password/", views.reset_password, name="reset_password"),
    path("<int:pk>/posts/new/", views.assign, name="assign"),
    path("posts/<int:post_id>/deputy/", views.deputise, name="deputise"),
    path("posts/<int:post_id>/end/", views.end, name="end_post"),
]
