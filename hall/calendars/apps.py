from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CalendarsConfig(AppConfig):
    """Working days: the national arrangement, with local rows on top."""

    name = "hall.calendars"
    label = "calendars"
    verbose_name = "工作日历"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import queries

        # After a migration or a flush nothing that was remembered holds.
        post_migrate.connect(lambda **_: queries.forget(), sender=self, weak=False)
