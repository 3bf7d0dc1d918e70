from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "hall.people"
    label = "people"
    verbose_name = "人员与主体"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import keys, signals  # noqa: F401

        keys.key_ring()  # a hall that cannot read its own columns must not open
