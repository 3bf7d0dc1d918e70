from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "matters"
    label = "matters"
    verbose_name = "事项目录"
    default_auto_field = "django.db.models.BigAutoField"
