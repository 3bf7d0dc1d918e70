from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MattersConfig(AppConfig):
    name = "matters"
    label = "matters"
    verbose_name = "事项目录"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.files.readers import register_reader

        from . import formfiles, regimes, trace
        from .importing import runs

        trace.register()
        register_reader(formfiles.SUBJECT, formfiles.may_read)
        runs.register()
        post_migrate.connect(regimes.load, sender=self)
