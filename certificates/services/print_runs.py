"""Print QR sheets and business manuals: small ones at once, large ones by a porter."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.errors import HallError, Invalid, NotAllowed
from hall.files import services as files
from hall.now import now, today
from hall.organisation.models import Department, Hall, Window, Zone
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail import services as trail

from .. import print_runs
from ..choices import PrintKind, PrintState
from ..composing import qrcards
from ..composing.manuals import manual_sheet
from ..models import PrintRun
from ..workshop import leaflets
from ..workshop.pdf import count_pages

log = logging.getLogger(__name__)

# Matters that are drawn while one waits: ten cards a second, but a manual takes a second for three matters.
SMALL = {PrintKind.QR_SHEET: 60, PrintKind.MANUAL: 3}
MOST_ATTEMPTS = 3
_AT_ONCE = 20  # versions read at a time: a book of a thousand is not held in memory twice


def begin_print_run(kind: str, subject: print_runs.Subject, *, by: Officer, owner: User) -> PrintRun:
    """Ask for a sheet or a manual of a hall, zone, window or department.

    Raises NotAllowed for another place's, Invalid where there is nothing to print or the kind does not fit.
    """
    place_id = print_runs.place_of(subject)
    if place_id not in by.jurisdiction_ids:
        raise NotAllowed(_("只能印制本辖区的"))
    if kind not in PrintKind.values or (kind == PrintKind.QR_SHEET and isinstance(subject, Department)):
        raise Invalid(_("二维码立牌按大厅、分区或者窗口印制"))
    size = print_runs.matters_of(subject).count()
    if not size:
        raise Invalid(_("这里没有受理事项，不用印制"))
    with transaction.atomic():
        run = PrintRun.objects.create(
            jurisdiction_id=place_id,
            kind=kind,
            hall=subject if isinstance(subject, Hall) else None,
            zone=subject if isinstance(subject, Zone) else None,
            window=subject if isinstance(subject, Window) else None,
            department=subject if isinstance(subject, Department) else None,
            name=print_runs.name_of(subject),
            size=size,
            started_by=owner,
            started_at=now(),
        )
        trail.record(
            "certificates.print_run_started",
            subject=run,
            by=by,
            jurisdiction=place_id,
            data={"kind": run.kind, "name": run.name, "matters": size},
        )
        small = size <= SMALL[PrintKind(kind)]
        if not small:
            trays.nudge("certificates.carry_out_print_run", run.pk)
    if small:
        carry_out_print_run(run.pk)
        run.refresh_from_db()
    return run


def carry_out_print_run(run_id: UUID | str) -> bool:
    """Draw a waiting run. Safe to run twice, late, or in several workers: True for the one that did it."""
    if not _count_attempt(run_id):
        return False
    with transaction.atomic():
        run = _taken(run_id)
        if run is None:
            return False
        began = time.monotonic()
        try:
            with transaction.atomic():
                content = _drawn(run)
                run.pages = count_pages(content)
                run.file = files.keep(
                    content,
                    name=f"{run.get_kind_display()} {run.name}.pdf",
                    content_type="application/pdf",
                    subject_type=print_runs.SUBJECT,
                    subject_id=run.pk,
                )
                run.state = PrintState.DONE
        except HallError as error:
            run.state, run.reason = PrintState.FAILED, str(error)[:200]
        except Exception as error:  # one matter that breaks us must not be tried for ever
            log.exception("print run %s failed", run.pk)
            run.state, run.reason = (
                PrintState.FAILED,
                _("排版出错（%(kind)s），已记录") % {"kind": type(error).__name__},
            )
        run.seconds, run.finished_at = round(time.monotonic() - began, 1), now()
        run.save()
    return True


def sweep_print_runs() -> int:
    """Draw what a lost nudge or a dead worker left waiting. Returns how many were drawn."""
    waiting = PrintRun.objects.filter(state=PrintState.WAITING).order_by("started_at")
    return sum(carry_out_print_run(pk) for pk in list(waiting.values_list("pk", flat=True)[:5]))


def _count_attempt(run_id: UUID | str) -> bool:
    """Count before the work begins, in a transaction of its own; give up what was tried too often."""
    with transaction.atomic():
        run = _taken(run_id)
        if run is None:
            return False
        run.attempts += 1
        if run.attempts > MOST_ATTEMPTS:
            run.state, run.finished_at = PrintState.FAILED, now()
            run.reason = _("几次都没有制成，已停止；请按较小的范围印制")
        run.save(update_fields=["attempts", "state", "reason", "finished_at"])
        return run.state == PrintState.WAITING


def _taken(run_id: UUID | str) -> PrintRun | None:
    """The waiting run under its lock, None when it is done or somebody else has it."""
    return (
        PrintRun.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("jurisdiction", "hall__jurisdiction", "department__jurisdiction")
        .select_related("zone__hall__jurisdiction", "window__zone__hall__jurisdiction")
        .filter(pk=run_id, state=PrintState.WAITING)
        .first()
    )


def _drawn(run: PrintRun) -> bytes:
    subject = print_runs.subject_of(run)
    if run.kind == PrintKind.MANUAL:
        return _manual(run, subject)
    match subject:
        case Hall():
            return leaflets.draw(qrcards.of_hall(subject))
        case Zone():
            return leaflets.draw(qrcards.of_zone(subject))
        case Window():
            return leaflets.draw(qrcards.of_window(subject))
    raise Invalid(_("二维码立牌按大厅、分区或者窗口印制"))


def _manual(run: PrintRun, subject: print_runs.Subject) -> bytes:
    """The book, matter by matter; the departments of a zone one after the other."""
    place = run.jurisdiction
    cover = leaflets.BookCover(
        title=str(PrintKind.MANUAL.label),
        name=run.name,
        place=place.name,
        printed=today(),
        demonstration=bool(settings.DEMONSTRATION or place.is_demo),
    )
    book = leaflets.Book(cover)
    keys = list(print_runs.versions_of(subject).values_list("pk", flat=True))
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        for version in print_runs.versions_of(subject).filter(pk__in=some):
            group = "" if isinstance(subject, Department) else version.matter.department.name
            book.add(manual_sheet(version), group)
            print_runs.tell(run.pk, len(book.entries))
    return book.bind()
