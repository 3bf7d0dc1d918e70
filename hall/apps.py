from django.apps import AppConfig


class HallConfig(AppConfig):
    """The building itself: commands, template tags, health, heartbeat."""

    name = "hall"
    label = "hall"
    verbose_name = "一窗"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Tasks are declared with shared_task; they bind to this app only once it exists.
        from hall import celery  # noqa: F401
