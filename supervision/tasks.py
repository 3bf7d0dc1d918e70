"""The supervision room's porters."""

from celery import shared_task

from . import services


@shared_task(name="supervision.fold")
def fold() -> int:
    """Fold new events into daily facts. Safe in several workers: the cursor has one reader."""
    return services.fold()


@shared_task(name="supervision.exchange")
def exchange() -> int:
    """Push new decisions to those who supervise. Safe to run twice, late, or in several workers."""
    services.read_journal()
    return services.hand_on_all()


@shared_task(name="supervision.deliver")
def deliver() -> int:
    """Send webhooks that are due. Safe in several workers: each delivery has one sender at a time."""
    return services.deliver_due()
