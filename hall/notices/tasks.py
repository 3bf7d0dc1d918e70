"""The porter who takes notices out."""

from celery import shared_task

from . import services


@shared_task(name="notices.send")
def send() -> int:
    """Send what is due. Safe to run twice, late, or in several workers."""
    return services.send_due()
