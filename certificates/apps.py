from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Papers, seals, certificates, the issue window."""

    name = "certificates"
    label = "certificates"
    verbose_name = "文书证照"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.files.readers import register_reader

        from . import trace
        from .queries import may_read_signature

        register_reader("certificates.delivery", may_read_signature)
        trace.register()
