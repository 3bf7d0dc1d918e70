"""The certificates room's porters. Safe to run twice, late, or in several workers."""

from __future__ import annotations

import logging

from celery import shared_task

from applications.commitment_models import Commitment
from applications.models import Application
from hall.errors import HallError
from hall.now import now

from . import queries, services
from .services.delivering import ARCHIVE_AFTER

log = logging.getLogger(__name__)

_BATCH = 200
_ARCHIVE_BATCH = 20  # each may have to draw what nobody ever asked for


@shared_task(name="certificates.prepare")
def prepare(case_id: str | None = None) -> int:
    """Register the papers of decided cases and lay them ready for the issue window."""
    made = 0
    for waiting in Application.objects.awaiting_papers(case_id).values_list("pk", flat=True)[:_BATCH]:
        try:
            made += services.prepare(waiting)
        except HallError as error:  # no seal fits: this case waits, the others go on
            log.warning("case %s cannot be made ready: %s", waiting, error)
        except Exception:  # one broken case must not stop the tray
            log.exception("case %s cannot be made ready", waiting)
    return made


@shared_task(name="certificates.prove_silences")
def prove_silences() -> int:
    """Register the paper that proves each department's silence."""
    return services.prove_silences()


@shared_task(name="certificates.revoke_promised")
def revoke_promised(case_id: str | None = None) -> int:
    """Revoke what was granted on a false promise, as the heads have decided."""
    done = 0
    waiting = Commitment.objects.revoked_and_waiting(case_id).values_list("case", flat=True)[:_BATCH]
    for each in waiting:
        try:
            done += services.revoke_promised(each)
        except HallError as error:  # no seal fits: this one waits, the others go on
            log.warning("revocation of case %s cannot be carried out: %s", each, error)
        except Exception:  # one broken case must not stop the tray
            log.exception("revocation of case %s cannot be carried out", each)
    return done


@shared_task(name="certificates.draw")
def draw() -> int:
    """Draw what waits, newest first, a small batch at a time so that prints in between are not held up."""
    return services.draw_waiting()


@shared_task(name="certificates.archive")
def archive() -> int:
    """Put cases away that were delivered long enough ago."""
    packed = 0
    for case_id in queries.archivable(now() - ARCHIVE_AFTER).values_list("pk", flat=True)[:_ARCHIVE_BATCH]:
        try:
            packed += services.archive(case_id) is not None
        except Exception:  # one broken case must not stop the others
            log.exception("case %s cannot be archived", case_id)
    return packed


@shared_task(name="certificates.carry_out_print_run")
def carry_out_print_run(run_id: str) -> bool:
    """Draw a waiting sheet or manual. Safe to run twice, late, or in several workers."""
    return services.carry_out_print_run(run_id)


@shared_task(name="certificates.sweep_print_runs")
def sweep_print_runs() -> int:
    """Draw what a lost nudge or a dead worker left waiting."""
    return services.sweep_print_runs()
