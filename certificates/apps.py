from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Papers, seals, certificates, the issue window."""

    name = "certificates"
    label = "certificates"
    verbose_name = "文书证照"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications import evidence
        from hall.files.readers import register_reader
        from matters.running import register_transfer_panel

        from . import print_runs, trace
        from .holdings import held_by_applicant
        from .queries import may_read_signature
        from .transfers import seals_panel

        register_reader("certificates.delivery", may_read_signature)
        register_reader(print_runs.SUBJECT, print_runs.may_read)
        trace.register()
        evidence.register_reader(held_by_applicant)
        register_transfer_panel(seals_panel)
