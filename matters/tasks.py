"""The porters of the catalogue."""

from __future__ import annotations

from celery import shared_task

from . import services
from .importing import runs


@shared_task(name="matters.turn_versions")
def turn_versions() -> int:
    """Retire versions whose date has come. Safe to run twice, late, or in several workers."""
    return services.turn_versions()


@shared_task(name="matters.fold_health")
def fold_health() -> int:
    """Keep what the rules say of every matter. Safe to run twice, late, or in several workers."""
    return services.fold_all_health()


@shared_task(name="matters.take_transfers")
def take_transfers() -> int:
    """Let transfers take effect whose day has come. Safe to run twice, late, or in several workers."""
    return services.take_transfers()


@shared_task(name="matters.carry_out_import")
def carry_out_import(run_id: str) -> bool:
    """Do a waiting import. Safe to run twice, late, or in several workers."""
    return runs.carry_out(run_id)


@shared_task(name="matters.sweep_imports")
def sweep_imports() -> int:
    """Do imports that a lost nudge or a dead worker left waiting."""
    return runs.sweep()
