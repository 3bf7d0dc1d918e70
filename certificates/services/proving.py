"""The proof of a silence as a sealed paper (超时默认同意认定书), drawn from the pack that routing left."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from applications.models import Application
from hall.errors import HallError
from hall.now import now
from routing.models import EvidencePack

from ..choices import PaperKind
from ..models import Paper
from .registering import register

log = logging.getLogger(__name__)

# What is older has its paper, or is made when somebody asks for it.
_LOOKED_BACK = dt.timedelta(days=30)
_BATCH = 50


def prove_silences() -> int:
    """Register the paper of every silence that has none yet; how many. Safe to run twice."""
    made = 0
    for case_id, task_id in _without_paper():
        try:
            made += prove(case_id, task_id)
        except HallError as error:  # no seal fits: this one waits, the others go on
            log.warning("the silence of task %s has no paper yet: %s", task_id, error)
        except Exception:
            log.exception("the silence of task %s has no paper", task_id)
    return made


@transaction.atomic
def prove(case_id: UUID, task_id: UUID) -> bool:
    """Register the paper of one silence under the case's lock; False if there was one."""
    case = Application.objects.locked(case_id)
    known = Paper.objects.filter(case=case, kind=PaperKind.SILENCE_EVIDENCE, key=str(task_id)).exists()
    if not known:
        register(case, PaperKind.SILENCE_EVIDENCE, key=str(task_id))
    return not known


def _without_paper() -> list[tuple[UUID, UUID]]:
    papers = Paper.objects.filter(
        case=OuterRef("task__case"),
        kind=PaperKind.SILENCE_EVIDENCE,
        key=Cast(OuterRef("task_id"), CharField()),
    )
    found = EvidencePack.objects.filter(~Exists(papers), made_at__gte=now() - _LOOKED_BACK)
    return list(found.order_by("made_at").values_list("task__case_id", "task_id")[:_BATCH])
