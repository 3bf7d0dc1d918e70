from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    label = "certificates"
    verbose_name = "文书证照"
    default_auto_field = "django.db.models.BigAutoField"
