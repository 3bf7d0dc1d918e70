from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules


class ClocksConfig(AppConfig):
    """Deadlines of everything in the hall."""

    name = "hall.clocks"
    label = "clocks"
    verbose_name = "时限"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.now import install_offset

        from . import demo

        autodiscover_modules("clocks")  # each room says in its clocks.py what happens at expiry
        if settings.HALL_MOVABLE_CLOCK:
            install_offset(demo.offset)
