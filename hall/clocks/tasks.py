"""The porters of the clocks. Thin; safe to run twice, late, or in several workers."""

from __future__ import annotations

from celery import shared_task

from . import outages, sweep


@shared_task(name="clocks.beat")
def beat() -> None:
    """Write that the porters are alive; after a silence, note the outage."""
    outages.beat()


@shared_task(name="clocks.sweep")
def sweep_clocks() -> str:
    """Fire whatever is due."""
    return str(sweep.run())


@shared_task(name="clocks.warn")
def send_warnings() -> str:
    """Send every warning that is due and not sent."""
    return str(sweep.warn())
