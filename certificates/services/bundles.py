"""A bundle as a whole: its one receipt, its one notice, and the one hand-over of all its results."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.choices import State
from applications.models import Application
from hall import trays
from hall.actors import Actor
from hall.errors import Conflict, WrongState
from hall.now import now
from hall.numbers.services import document_number
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import PaperKind, SealKind, SealState
from ..composing import bundles as composing
from ..composing.parts import Frame, local
from ..models import Delivery, Paper, Seal
from ..workshop.contexts import to_json
from .delivering import Collector, hand_over
from .drawing import draw

PRINTABLE = (PaperKind.RECEIPT, PaperKind.CORRECTION)
# 一件事 has no deciding organ of its own; its papers bear the acceptance seal of the leading department.
_WORD = "补"


@transaction.atomic
def print_bundle_paper(bundle_id: UUID, kind: str, *, by: Actor) -> Paper:
    """The receipt of the whole, or its latest notice: registered and drawn now if need be; one event.

    Who may see the bundle is asked before. Raises WrongState where there is no such paper yet.
    """
    if kind not in PRINTABLE:
        raise WrongState(_("没有这种文书"))
    bundle = BundleCase.objects.locked(bundle_id)
    key = ""
    if kind == PaperKind.CORRECTION:
        notice = bundle.notices.order_by("-number").first()
        if notice is None:
            raise WrongState(_("这个办件目前没有这份文书"))
        key = str(notice.number)
    paper = Paper.objects.filter(bundle=bundle, kind=kind, key=key).first()
    paper = draw((paper or _register(bundle, kind, key, by)).pk)
    record(
        "certificates.paper_printed",
        subject=paper,
        by=by,
        case_id=bundle.pk,
        jurisdiction=bundle.jurisdiction_id,
        data={"kind": kind, "number": paper.number or ""},
    )
    return paper


@transaction.atomic
def deliver_bundle(
    bundle_id: UUID,
    *,
    mode: str,
    collector: Collector,
    by: Officer,
    signature: str = "",
    tracking_number: str = "",
) -> list[Delivery]:
    """Hand over all results of a bundle at once (一次领取): one collector, one signature, each recorded.

    Raises WrongState while a part is still awaited, unless the applicant fetches singly.
    """
    bundle = BundleCase.objects.locked(bundle_id)
    if bundle.state != State.READY and not (bundle.singly and bundle.state == State.ACCEPTED):
        raise WrongState(_("还有事项没有办好，不能一次领取"))
    ready = list(bundle.cases.filter(state=State.READY).order_by("received_at", "pk"))
    if not ready:
        raise WrongState(_("没有可以领取的结果"))
    handed = [
        hand_over(
            Application.objects.locked(case.pk),
            mode=mode,
            collector=collector,
            by=by,
            signature=signature,
            tracking_number=tracking_number,
            came=number == 0,
        )
        for number, case in enumerate(ready)
    ]
    trays.nudge("applications.follow_bundles", bundle.pk)
    cases.follow_bundle(bundle.pk)
    return handed


def awaited(bundle: BundleCase) -> Sequence[str]:
    """Names of the parts that are still awaited before all can be handed over."""
    rows = bundle.parts.filter(state__in=("waiting", "running")).select_related("version__matter")
    return [row.version.matter.name for row in rows.order_by("part__order")]


def _register(bundle: BundleCase, kind: str, key: str, by: Actor) -> Paper:
    if bundle.received_at is None:
        raise WrongState(_("这个办件目前没有这份文书"))
    seal = _seal(bundle)
    numbered = kind == PaperKind.CORRECTION
    if numbered and seal is None:
        raise Conflict(_("没有启用的印章，不能制发文书，请联系大厅管理员"))
    department = bundle.version.bundle.department
    dated = local(bundle.notices.get(number=int(key)).given_at if numbered else bundle.received_at)
    number = ""
    if numbered:
        prefix = f"{bundle.jurisdiction.short_name}{department.short_name}{_WORD}"
        number = document_number(prefix, dated.year)
    frame = Frame(seal.ring_text if seal else department.name, dated, number, seal, key)
    compose = composing.correction if numbered else composing.receipt
    content = compose(bundle, frame)
    paper = Paper.objects.create(
        bundle=bundle,
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
        case_id=bundle.pk,
        jurisdiction=bundle.jurisdiction_id,
        data={"kind": kind, "number": number, "seal": seal.code if seal else ""},
    )
    return paper


def _seal(bundle: BundleCase) -> Seal | None:
    """The acceptance seal in use: of the leading department, else one that serves the whole place."""
    seals = Seal.objects.filter(
        jurisdiction=bundle.jurisdiction_id, kind=SealKind.ACCEPTANCE, state=SealState.IN_USE, territory=""
    ).order_by("pk")
    own = seals.filter(department=bundle.version.bundle.department_id).first()
    return own or seals.filter(department=None).first() or seals.first()
