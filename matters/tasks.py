"""The porters of the catalogue."""

from __future__ import annotations

from celery import shared_task

from . import services


@shared_task(name="matters.turn_versions")
def turn_versions() -> int:
    """Retire versions whose date has come. Safe to run twice, late, or in several workers."""
    return services.turn_versions()


@shared_task(name="matters.take_transfers")
def take_transfers() -> int:
    """Let transfers take effect whose day has come. Safe to run twice, late, or in several workers."""
    return services.take_transfers()
