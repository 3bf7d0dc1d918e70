"""The supervision room's porter."""

from celery import shared_task

from . import services


@shared_task(name="supervision.fold")
def fold() -> int:
    """Fold new events into daily facts. Safe in several workers: the cursor has one reader."""
    return services.fold()
