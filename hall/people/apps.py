from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "hall.people"
    label = "people"
    verbose_name = "人员与主体"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import signals  # noqa: F401
