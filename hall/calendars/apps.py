from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Working days: the national arrangement, with local rows on top."""

    name = "hall.calendars"
    label = "calendars"
    verbose_name = "工作日历"
    default_auto_field = "django.db.models.BigAutoField"
