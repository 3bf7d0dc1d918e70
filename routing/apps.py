from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"
    label = "routing"
    verbose_name = "分类审批"
    default_auto_field = "django.db.models.BigAutoField"
