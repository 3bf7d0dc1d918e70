from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "hall.numbers"
    label = "numbers"
    verbose_name = "编号"
    default_auto_field = "django.db.models.BigAutoField"
