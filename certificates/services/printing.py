"""Print a paper: whoever takes one home is in the journal."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import Actor
from hall.errors import NotAllowed, WrongState
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import PaperKind
from ..composing import RULES
from ..composing.rules import PORTERS_OWN
from ..models import Paper
from .drawing import draw
from .registering import register


@transaction.atomic
def print_paper(case_id: UUID, kind: str, *, key: str = "", by: Actor) -> Paper:
    """The drawn paper, registered and drawn now if need be, and one event "printed".

    Without `key`, the latest of its kind. Who may see the case is asked before (queries.case_for); here
    only that internal papers stay inside. Raises WrongState if the case has no such paper yet.
    """
    if kind not in PaperKind.values:
        raise WrongState(_("没有这种文书"))
    kind = PaperKind(kind)
    if RULES[kind].internal and not isinstance(by, Officer):
        raise NotAllowed(_("这份文书只供内部查阅"))
    case = Application.objects.locked(case_id)
    key = key or (list(RULES[kind].keys(case)) or [""])[-1]
    paper = Paper.objects.filter(case=case, kind=kind, key=key).first()
    if paper is None and kind in PORTERS_OWN:
        raise WrongState(_("结果文书正在制作，请稍候"))
    paper = draw((paper or register(case, kind, key=key, by=by)).pk)
    record(
        "certificates.paper_printed",
        subject=paper,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"kind": kind, "number": paper.number or ""},
    )
    return paper
