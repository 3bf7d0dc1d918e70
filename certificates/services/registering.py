"""Register a paper: number it, choose its seal, freeze its content. From then on it never changes."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from hall import trays
from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, WrongState
from hall.now import now
from hall.numbers.services import document_number
from hall.prepared import Prepared
from hall.trail.services import record

from ..choices import PaperKind
from ..composing import RULES, compose
from ..composing.parts import Frame
from ..models import Paper, Seal
from ..workshop.contexts import to_json
from .seals import choose_seal


@transaction.atomic
def register(case: Application, kind: str, *, key: str = "", number: str = "", by: Actor = SYSTEM) -> Paper:
    """The paper of this kind and key of a case that the caller holds locked; made now if it is new.

    `number` is given where the thing itself has one (a certificate); other papers take theirs from the
    organ's series of the year of the act. Raises WrongState if the case has no such paper, Conflict if
    no seal in use fits.
    """
    kind = PaperKind(kind)
    if existing := _existing.first(case.pk, str(kind), key):
        return existing
    rule = RULES[kind]
    if key not in rule.keys(case):
        raise WrongState(_("这个办件目前没有这份文书"))
    seal = choose_seal(case, rule.seal) if rule.seal else None
    if rule.seal and rule.needs_seal and seal is None:
        raise Conflict(_("没有启用的印章，不能制发文书，请联系大厅管理员"))
    dated = rule.dated(case, key)
    # The number comes last: its series stays locked until the transaction ends.
    frame = Frame(organ=_organ(case, seal), dated=dated, seal=seal, key=key)
    number = number or (document_number(_prefix(case, seal, rule.word), dated.year) if rule.word else "")
    content = compose(case, kind, Frame(frame.organ, dated, number, seal, key))
    paper = Paper.objects.create(
        case=case,
        kind=kind,
        key=key,
        title=content.title,
        number=number or None,
        context=to_json(content),
        seal=seal,
        registered_at=now(),
        registered_by_id=by.user_id,
    )
    record(
        "certificates.paper_registered",
        subject=paper,
        by=by,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"kind": kind, "number": number, "seal": seal.code if seal else ""},
    )
    trays.nudge("certificates.draw")
    return paper


_existing: Prepared[Paper] = Prepared(
    lambda case_id, kind, key: Paper.objects.filter(case=case_id, kind=kind, key=key)[:1], UUID, str, str
)


def _organ(case: Application, seal: Seal | None) -> str:
    """In whose name the paper speaks: the name in the ring of its seal."""
    return seal.ring_text if seal else case.version.department.name


def _prefix(case: Application, seal: Seal | None, word: str) -> str:
    organ = seal.department if seal and seal.department else case.version.department
    return f"{case.jurisdiction.short_name}{organ.short_name}{word}"
