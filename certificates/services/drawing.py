"""Draw registered papers: page, seal, signature, hash. Whenever it is done, it gives what was registered."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from applications.models import Application
from hall.errors import Conflict, WrongState
from hall.files.services import private
from hall.now import now
from hall.organisation.models import Jurisdiction

from ..choices import PaperState
from ..models import Paper
from ..workshop import authority, contexts, drawing, signing

log = logging.getLogger(__name__)

MOST_FAILURES = 5
# Drawn ahead because somebody may come for it; what is older is drawn when it is asked for.
AHEAD = dt.timedelta(days=3)

_postponed: ContextVar[bool] = ContextVar("certificates_drawing_postponed", default=False)


@contextmanager
def postponed() -> Iterator[None]:
    """Inside the block papers stay registered; porters draw them later from exactly what was registered.

    For demonstration data in bulk: a thousand papers take longer to draw than their cases to live.
    """
    token = _postponed.set(True)
    try:
        yield
    finally:
        _postponed.reset(token)


@transaction.atomic
def draw(paper_id: UUID) -> Paper:
    """The paper, drawn, sealed, signed and stored now if it was not yet. Safe to call twice at once."""
    paper = Paper.objects.select_for_update().filter(pk=paper_id).first()
    if paper is None:
        raise WrongState(_("没有这份文书"))
    if paper.state != PaperState.DRAWN and not _postponed.get():
        _store(paper, _finished(paper))
    return paper


def draw_all(case: Application) -> None:
    """Draw what is not drawn yet of the papers of a case; inside `postponed` nothing is."""
    if not _postponed.get():
        for paper_id in case.papers.exclude(state=PaperState.DRAWN).values_list("pk", flat=True):
            draw(paper_id)


def draw_waiting(limit: int = 20) -> int:
    """Draw up to `limit` papers of the last days that wait, newest first: somebody stands before the newest.

    One that fails is put aside after a few attempts and never stops the others. Returns how many were drawn.
    """
    drawn = 0
    tried: set[UUID] = set()
    while len(tried) < limit:
        with transaction.atomic():
            waiting = Paper.objects.filter(
                state=PaperState.REGISTERED, registered_at__gte=now() - AHEAD
            ).exclude(pk__in=tried)
            paper = waiting.order_by("-registered_at").select_for_update(skip_locked=True).first()
            if paper is None:
                break
            tried.add(paper.pk)
            drawn += _try(paper)
    return drawn


def read(paper: Paper) -> bytes:
    """The drawn paper's bytes, proven against the hash that was written when it was drawn.

    Raises WrongState if it is not drawn, Conflict if the stored file is not what was drawn.
    """
    if paper.state != PaperState.DRAWN:
        raise WrongState(_("这份文书还没有制作"))
    with private().open(paper.path, "rb") as stored:
        content = stored.read()
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        log.error("paper %s is not the file that was drawn", paper.pk)
        raise Conflict(_("文书文件与制作时不一致，不能使用，请联系系统管理员"))
    return content


def _try(paper: Paper) -> bool:
    try:
        with transaction.atomic():
            _store(paper, _finished(paper))
    except Exception as error:  # whatever is wrong with one paper must not stop the others
        log.exception("paper %s cannot be drawn", paper.pk)
        failures = paper.failures + 1
        state = PaperState.FAILED if failures >= MOST_FAILURES else PaperState.REGISTERED
        Paper.objects.filter(pk=paper.pk).update(failures=failures, last_error=str(error)[:300], state=state)
        return False
    return True


def _finished(paper: Paper) -> bytes:
    """The page, signed if it bears a seal: a seal without a signature is only a picture."""
    content = contexts.from_json(paper.context)
    page = drawing.draw(content)
    if paper.seal is None:
        return page
    place = paper.seal.jurisdiction
    return signing.sign(page, signer_of(place), reason=paper.title, location=place.name)


def signer_of(place: Jurisdiction) -> signing.SignerPort:
    """The key of a place: HALL_SIGNER names another class than the software key (an HSM, SM2)."""
    if named := getattr(settings, "HALL_SIGNER", ""):
        return import_string(named)(place.slug)
    authority.found(place.slug, place.name, demonstration=place.is_demo or settings.DEMONSTRATION)
    return signing.SoftwareSigner(place.slug)


def _store(paper: Paper, content: bytes) -> None:
    moment = now()
    path = f"papers/{timezone.localdate(paper.registered_at):%Y/%m}/{paper.pk}.pdf"
    private().delete(path)  # left by a porter that was killed after writing the file
    paper.path = private().save(path, ContentFile(content))
    paper.sha256, paper.size = hashlib.sha256(content).hexdigest(), len(content)
    paper.state, paper.drawn_at = PaperState.DRAWN, moment
    paper.save(update_fields=["path", "sha256", "size", "state", "drawn_at"])
