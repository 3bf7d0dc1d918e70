"""The verdict at the desk: accept, accept with 容缺 or on commitment, refuse (行政许可法 Art. 32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit
from hall.errors import Incomplete, Invalid, WrongState
from hall.now import now
from matters.choices import ExclusionGround

from .. import checks
from ..choices import AcceptanceMode, MaterialVerdict, RefusalGround, State
from ..models import Application, CaseMaterial, Deferral
from ..querysets import material_rows
from . import scope, telling
from .actors import as_clerk, expect, require_system
from .commitments import begin_check
from .deferrals import Pledge, pledge, start_supplement_clocks
from .holding import let_go, take_in_hand
from .journal import moved
from .project_waiting import begin_to_wait
from .waiting import begin_waiting

ON_THE_SPOT = Limit(0)


@transaction.atomic
def accept(case_id: UUID, *, by: Actor, deferrals: Sequence[Pledge] = ()) -> Application:
    """Accept a received case (受理) and start its promised and statutory clocks.

    With `deferrals`, accept although deferrable materials are missing (容缺受理, S0 §17); issuing stays
    blocked until they are supplied. Taken in on a rest day, it counts from the next working day.

    Raises NotAllowed if `by` is no clerk of this hall, Incomplete if something that cannot be deferred is
    missing, WrongState if the case is not received, Conflict if a colleague holds it.
    Law: 行政许可法 Art. 32(5).
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, State.RECEIVED)
    take_in_hand(case, clerk)
    _require_whole(case)
    _require_guided(case)
    scope.screen(case)
    case.accepted_at = checks.acceptance_moment(case, now())
    missing = checks.missing(material_rows(case))
    pledged = pledge(case, missing, deferrals, accepted_at=case.accepted_at)
    case.accepted_how = AcceptanceMode.DEFERRED if pledged else AcceptanceMode.NORMAL
    return after_acceptance(case, pledged, by=clerk)


@transaction.atomic
def accept_on_commitment(case_id: UUID, *, promise: str, signed_by: str = "", by: Actor) -> Application:
    """Accept on the applicant's written promise instead of proof (告知承诺, 国办发〔2020〕42号).

    The promise stands in for every missing document that is not a main one. The organ decides on the spot,
    without asking others, and checks the facts later (`check_by`).

    Raises WrongState where the version does not allow it, for an excluded kind (公共安全 …) and for an
    applicant whose promise was false before; Incomplete if a main document is missing; Invalid without the
    words of the promise.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, State.RECEIVED)
    take_in_hand(case, clerk)
    if not case.version.commitment_allowed:
        raise WrongState(_("该事项不适用告知承诺"))
    if excluded := case.version.exclusions:
        names = "、".join(str(ExclusionGround(each).label) for each in excluded)
        raise WrongState(_("涉及%(names)s的事项不适用告知承诺") % {"names": names})
    if fault := checks.barred_from_commitment(case):
        raise WrongState(fault)
    if not promise.strip():
        raise Invalid(_("请写明承诺的内容"), fields={"promise": [_("请写明承诺的内容")]})
    _require_whole(case)
    _require_guided(case)
    scope.screen(case)
    missing = checks.missing(case.materials.select_related("material"))
    if main := [row.material.name for row in missing if row.material.is_main]:
        raise Incomplete(_("主件不能以承诺替代：%(names)s") % {"names": "、".join(main)}, items=main)
    for row in missing:
        row.verdict = MaterialVerdict.COMMITTED
    CaseMaterial.objects.bulk_update(missing, ["verdict"])
    case.accepted_at = checks.acceptance_moment(case, now())
    case.accepted_how = AcceptanceMode.COMMITMENT
    case.commitment = promise.strip()
    begin_check(case, signed_by=signed_by, by=clerk)
    return after_acceptance(case, (), by=clerk)


@transaction.atomic
def deem_accepted(case_id: UUID, *, since: dt.datetime, by: Actor = SYSTEM) -> Application:
    """No notice in time: the case is deemed accepted from the day the materials were received.

    Done by the system when the acceptance clock has expired. `since` is when that clock started: receipt,
    or the arrival of the full correction. Law: 行政许可法 Art. 32(4).
    """
    require_system(by)
    case = Application.objects.locked(case_id)
    expect(case, State.RECEIVED)
    case.accepted_at = since
    case.accepted_how = AcceptanceMode.DEEMED
    return after_acceptance(case, (), by=by)


@transaction.atomic
def refuse_acceptance(
    case_id: UUID, *, ground: str, reason: str, right_organ: str = "", by: Actor
) -> Application:
    """Do not accept (不予受理), with the ground of the law, the reason, and which organ is the right one.

    Raises Invalid without a reason, or without the competent organ where that is the ground.
    Law: 行政许可法 Art. 32(1)(2).
    """
    case = Application.objects.locked(case_id)
    if by != SYSTEM:
        by = as_clerk(by, case)
        take_in_hand(case, by)
    expect(case, State.RECEIVED, State.SUBMITTED, State.CORRECTING)
    _check_refusal(ground, reason, right_organ)
    scope.keep(case)
    before = case.state
    case.refuse_acceptance()
    case.refusal_ground, case.right_organ = ground, right_organ.strip()
    case.end_reason, case.ended_at = reason.strip(), now()
    let_go(case)
    case.save()
    for kind in (Kind.PRE_REVIEW, Kind.ACCEPTANCE):
        clocks.meet(case, kind, by=by)
    clocks.cancel_case(case.pk, _("不予受理"), by=by)
    moved(case, "refused_acceptance", before, by=by, reason=case.end_reason, data={"ground": ground})
    telling.refused_acceptance(case)
    return case


# -- Parts ---------------------------------------------------------------------------------------------


def _require_whole(case: Application) -> None:
    """Raise Incomplete unless form and project code are as the version asks."""
    if fault := checks.project_code_fault(case):
        raise Incomplete(fault, items=[fault], fields={"project_code": [fault]})
    if errors := checks.form_errors(case):
        labels = {item["key"]: item["label"] for item in case.version.form_fields}
        wanting = [str(labels.get(key, key)) for key in errors]
        raise Incomplete(
            _("表单还没有填好：%(names)s") % {"names": "、".join(wanting)}, items=wanting, fields=errors
        )


def _require_guided(case: Application) -> None:
    """Raise Incomplete for questions without an answer, WrongState where an answer leads elsewhere."""
    guidance = case.guidance
    if guidance.stop:
        raise WrongState(_("按所选情形不能受理：%(why)s") % {"why": guidance.stop})
    if wanting := checks.unanswered(case):
        fields = {q["key"]: [_("请选择")] for q in guidance.unanswered}
        raise Incomplete(
            _("情形还没有选：%(names)s") % {"names": "、".join(wanting)}, items=wanting, fields=fields
        )


def after_acceptance(case: Application, pledged: Sequence[Deferral], *, by: Actor) -> Application:
    """What every kind of acceptance has in common: state, consequences, clocks, event, word, tray."""
    before = case.state
    case.accept()
    counted = case.guidance.consequences
    if case.accepted_how == AcceptanceMode.COMMITMENT:
        others = case.version.steps.exclude(decides=True).values_list("code", flat=True)
        counted = replace(counted, promised=ON_THE_SPOT, closed_steps=frozenset(others))
    case.situation = counted.as_data()
    let_go(case)
    case.save()
    clocks.meet(case, Kind.ACCEPTANCE, by=by)
    limits = [(Kind.PROMISED, counted.promised, _("承诺办结时限"))]
    if counted.statutory:
        limits.append((Kind.STATUTORY, counted.statutory, counted.statutory_basis))
    started = [
        clocks.start(
            case,
            kind,
            limit,
            jurisdiction=case.jurisdiction,
            department=case.version.department,
            case_id=case.pk,
            basis=basis,
            started_at=case.accepted_at,
            by=by,
        )
        for kind, limit, basis in limits
    ]
    begin_waiting(case, started, by=by)
    begin_to_wait(case, started, by=by)
    start_supplement_clocks(case, pledged, by=by)
    moved(
        case,
        "accepted",
        before,
        by=by,
        data={
            "how": case.accepted_how,
            "accepted_at": case.accepted_at,
            "deferred": [deferral.case_material.material.code for deferral in pledged],
        },
    )
    telling.accepted(case, pledged)
    trays.nudge("routing.dispatch", case.pk)
    return case


def _check_refusal(ground: str, reason: str, right_organ: str) -> None:
    if ground not in RefusalGround.values:
        raise Invalid(_("请选择不予受理的依据"), fields={"ground": [_("请选择依据")]})
    if not reason.strip():
        raise Invalid(_("请写明不予受理的理由"), fields={"reason": [_("请写明理由")]})
    if ground == RefusalGround.NOT_COMPETENT and not right_organ.strip():
        raise Invalid(
            _("不属于本机关职权的，须告知有权机关"), fields={"right_organ": [_("请写明应向哪个机关申请")]}
        )
