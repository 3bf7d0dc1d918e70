"""The porter who tidies up uploads."""

from celery import shared_task

from . import services


@shared_task(name="files.sweep")
def sweep() -> int:
    """Remove uploads that nobody claimed within a day. Safe to run twice, late, or in several workers."""
    return services.sweep()
