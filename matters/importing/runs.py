"""Imports that keepers start: the upload, the work behind a progress bar, the report, the annotated copy."""

from __future__ import annotations

import logging
from uuid import UUID

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import Actor
from hall.errors import HallError, Invalid
from hall.files import checks, readers
from hall.files import services as files
from hall.files.models import StoredFile
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.people.models import User

from ..choices import ImportMode, ImportState
from ..models import ImportRun, MatterList
from ..services.rights import require_keeper
from . import annotating, reading
from .reading import Book
from .report import Report
from .running import import_book

log = logging.getLogger(__name__)

SUBJECT = "matters.importrun"
SMALL = 200  # rows that are imported while the keeper waits
MOST_ATTEMPTS = 3  # then the file is given up: it ends every worker that takes it
PROGRESS_SECONDS = 3600
XLSX = checks.CONTENT_TYPES["xlsx"]


def begin(
    upload: UploadedFile,
    place: Jurisdiction,
    *,
    by: Officer,
    owner: User,
    mode: str = ImportMode.ROWS,
    matter_list: MatterList | None = None,
    publish: bool = False,
    dry_run: bool = True,
) -> ImportRun:
    """Take a file in for import. A small one is imported at once, a larger one by a porter.

    Raises NotAllowed unless `by` keeps this catalogue, Invalid for a file that is refused: by the checks of
    every upload, or because it cannot be read as a list of matters.
    """
    require_keeper(by, place)
    stored = files.store(upload, owner, checks.TABLE_TYPES)
    with files.open_bytes(stored) as content:
        book = reading.read_book(content.read(), stored.name)
    if len(book.matters.rows) == 0:
        raise Invalid(_("表头下面没有数据"))
    with transaction.atomic():
        run = ImportRun(
            jurisdiction=place,
            mode=mode,
            matter_list=matter_list,
            publish=publish,
            dry_run=dry_run,
            file=stored,
            started_by=owner,
            started_at=now(),
        )
        run.file = files.claim(stored.pk, SUBJECT, run.pk, by=by)
        run.save(force_insert=True)
        _tell(run.pk, 0, len(book.matters.rows))
        if len(book.matters.rows) > SMALL:
            trays.nudge("matters.carry_out_import", run.pk)
    if len(book.matters.rows) <= SMALL:
        carry_out(run.pk)
        run.refresh_from_db()
    return run


def again_for_good(run: ImportRun, *, by: Officer, owner: User) -> ImportRun:
    """Import the file of a dry run for good, as it was tried. Raises NotAllowed as `begin` does."""
    require_keeper(by, run.jurisdiction)
    with transaction.atomic():
        made = ImportRun.objects.create(
            jurisdiction=run.jurisdiction,
            file=run.file,
            mode=run.mode,
            matter_list=run.matter_list,
            publish=run.publish,
            dry_run=False,
            started_by=owner,
            started_at=now(),
        )
        rows = (run.report or {}).get("read", 0)
        if rows > SMALL:
            trays.nudge("matters.carry_out_import", made.pk)
    if rows <= SMALL:
        carry_out(made.pk)
        made.refresh_from_db()
    return made


def carry_out(run_id: UUID | str) -> bool:
    """Do a waiting import. Safe to run twice, late, or in several workers: True for the one that did it.

    A worker that dies on the way leaves the run waiting and nothing of it written.
    """
    if not _count_attempt(run_id):
        return False
    with transaction.atomic():
        run = _taken(run_id)
        if run is None:
            return False
        try:
            with transaction.atomic():
                _import(run)
        except HallError as error:
            _fail(run, str(error))
        except Exception as error:  # a file that breaks us is the file's fault until somebody has looked
            log.exception("import %s failed", run.pk)
            _fail(run, _("系统读不懂这个文件（%(kind)s），已记录") % {"kind": type(error).__name__})
    return True


def sweep() -> int:
    """Carry out every import that a lost nudge or a dead worker left waiting. Returns how many were done."""
    waiting = ImportRun.objects.filter(state=ImportState.WAITING).order_by("started_at")
    return sum(carry_out(pk) for pk in list(waiting.values_list("pk", flat=True)[:10]))


def progress(run: ImportRun) -> tuple[int, int]:
    """How many matters of a waiting run are done, of how many; (0, 0) when nobody knows."""
    done, of = cache.get(_key(run.pk)) or (0, 0)
    return done, of


def report_of(run: ImportRun) -> Report | None:
    """What came of a run that is done."""
    return Report.from_json(run.report) if run.report else None


def may_read(request: HttpRequest, run_id: str) -> bool:
    """May this request read the files of an import: does its officer keep the catalogue of that place?"""
    officer = getattr(request, "officer", None)
    run = ImportRun.objects.filter(pk=run_id).only("jurisdiction").first()
    return bool(run and officer and officer.has(Role.KEEPER, jurisdiction=run.jurisdiction_id))


def register() -> None:
    """Let keepers read what they imported."""
    readers.register_reader(SUBJECT, may_read)


def _count_attempt(run_id: UUID | str) -> bool:
    """Count before the work begins, in a transaction of its own; give up a file that was tried too often."""
    with transaction.atomic():
        run = _taken(run_id)
        if run is None:
            return False
        if run.attempts >= MOST_ATTEMPTS:
            _fail(run, _("这个文件几次使导入中断，已停止；请分成几个文件再试"))
            return False
        run.attempts += 1
        run.save(update_fields=["attempts"])
    return True


def _taken(run_id: UUID | str) -> ImportRun | None:
    """The waiting run under its lock, None when it is done or somebody else has it."""
    return (
        ImportRun.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("jurisdiction", "file", "matter_list", "started_by")
        .filter(pk=run_id, state=ImportState.WAITING)
        .first()
    )


def _import(run: ImportRun) -> None:
    by = Officer.of(run.started_by)
    with files.open_bytes(run.file) as stored:
        content = stored.read()
    book = reading.read_book(content, run.file.name)
    report = import_book(
        book,
        run.jurisdiction,
        by=by,
        name=run.file.name,
        list_code=run.matter_list.code if run.matter_list else "",
        publish=run.publish,
        dry_run=run.dry_run,
        mode=run.mode,
        progress=lambda done, of: _tell(run.pk, done, of),
    )
    run.report = report.as_json()
    if report.refused or report.flagged:
        run.annotated = _keep_annotated(run, content, book, report, by)
    run.state, run.finished_at = ImportState.DONE, now()
    run.save()


def _keep_annotated(run: ImportRun, content: bytes, book: Book, report: Report, by: Actor) -> StoredFile:
    stem = run.file.name.rpartition(".")[0] or run.file.name
    return files.keep(
        annotating.annotate(content, book, report),
        name=_("%(name)s（批注）.xlsx") % {"name": stem},
        content_type=XLSX,
        subject_type=SUBJECT,
        subject_id=run.pk,
        by=by,
    )


def _fail(run: ImportRun, reason: str) -> None:
    run.state, run.reason, run.finished_at = ImportState.FAILED, reason[:300], now()
    run.save(update_fields=["state", "reason", "finished_at"])


def _tell(run_id: UUID, done: int, of: int) -> None:
    cache.set(_key(run_id), (done, of), PROGRESS_SECONDS)


def _key(run_id: UUID) -> str:
    return f"matters.import.{run_id}"
