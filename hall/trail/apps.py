from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "hall.trail"
    label = "trail"
    verbose_name = "全程留痕"
    default_auto_field = "django.db.models.BigAutoField"
