from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    label = "supervision"
    verbose_name = "监督"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications.marks import register_marker
        from hall.files.readers import register_reader

        from . import trace
        from .exchange_access import mark, may_read_note
        from .models import SupervisionNote

        trace.register()
        register_marker(mark)
        register_reader(SupervisionNote._meta.label_lower, may_read_note)
