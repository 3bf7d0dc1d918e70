"""A case of a project that waits for the result of another (前置事项), from its acceptance to its turn.

S0 §9 lets matters of a project be taken in at once although one needs the result of another. Such a case is
received and accepted early; its departments begin on the working day after the result, which becomes its
material. Until then **its clocks stand still**, on a ground of their own. They have begun, so that everybody
sees them and the journal tells them; and they do not count, because the limit of 行政许可法 Art. 42 runs for
an application that is complete (Art. 32(5)), and a result that does not exist yet is a document that nobody
could hand in. It is not one of the special procedures of Art. 45, whose list is closed: it puts the case
where it would stand if the applicant had come only after the result, never later. So the first counted day
is the day on which departments begin.

Nobody waits for what is there: a case whose prerequisite is granted already, or whose applicant has handed
the paper in, goes its way at once.

Locks: the case alone. What it waits for is only read; whoever moves first, the porter looks again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall import trays
from hall.actors import SYSTEM, Actor
from hall.calendars.queries import calendar_for
from hall.clocks import services as clocks
from hall.clocks.choices import Ground
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.errors import Incomplete, Invalid, WrongState
from hall.now import now
from hall.people.choices import MandateScope
from hall.transactions import insert_all, update_all

from .. import evidence, project_telling
from ..choices import MaterialVerdict, Outcome, State, WaitState
from ..evidence_models import Substitute
from ..models import Application
from ..project_models import PrerequisiteWait, Project
from .actors import as_clerk_or_applicant
from .ending import withdraw
from .journal import noted
from .project_sharing import LOST, source_of

FOLLOW = "applications.follow_projects"


def begin_to_wait(case: Application, started: Iterable[Clock], *, by: Actor) -> None:
    """At acceptance: which results does the case wait for? If any, its clocks stand still.

    Raises Incomplete for a result that will not come, unless the law itself accepts the case.
    """
    if case.project_id is None:
        return
    waits = [wait for wait in _waits(case) if not _granted(wait.from_case)]
    lost = [wait for wait in waits if _lost(wait.from_case)]
    if lost and by != SYSTEM:
        ended = "、".join(str(wait.prerequisite) for wait in lost)
        raise Incomplete(_("前置事项没有办成，不能据此受理：%(names)s") % {"names": ended}, items=[ended])
    if not waits:
        return
    insert_all(waits)
    case.awaits_result = True
    update_all([case], ["awaits_result"])
    names = [str(wait.prerequisite) for wait in waits]
    basis = basis_of(names)
    for clock in started:
        if not clock.is_over(now()):
            clocks.pause(clock, Ground.PREREQUISITE, basis, by)
    noted(case, "prerequisite_awaited", by=by, reason=basis, data={"matters": names})
    project_telling.awaiting(case, names)
    trays.nudge(FOLLOW, case.project_id)  # the result may have come while we were accepting


def basis_of(names: Sequence[str]) -> str:
    """Why the clocks of a case that waits stand still, for its explanation."""
    told = _(
        "等待前置事项“%(names)s”的结果，结果作出后的次一工作日起计算（行政许可法第三十二条、第四十二条）"
    )
    return (told % {"names": "、".join(names)})[:300]


def may_not_dispatch_yet(case: Application) -> bool:
    """Does the case still wait for a result? Then no department gets it."""
    return case.awaits_result


@transaction.atomic
def follow_wait(case_id: UUID | str) -> bool:
    """Look at what a waiting case waits for; give it its turn when it has come. True if it changed.

    Safe to run twice, late, or in several workers.
    """
    case = Application.objects.locked(case_id)
    if not case.awaits_result or case.state != State.ACCEPTED:
        return False
    waits = list(case.waits.select_related("prerequisite", "from_case__version__matter"))
    changed = [wait for wait in waits if _settle(case, wait)]
    update_all(changed, ["state", "settled_at"])
    if any(wait.state != WaitState.MET for wait in waits):
        return bool(changed)
    if case.turn_at is None:
        case.turn_at = turn(case, waits)
        update_all([case], ["turn_at"])
        noted(case, "turn_set", by=SYSTEM, data={"turn": case.turn_at.isoformat()})
        project_telling.turn_set(case)
    if case.turn_at > now():
        return True
    _release(case, waits)
    return True


def turn(case: Application, waits: Sequence[PrerequisiteWait]) -> dt.datetime:
    """The opening of the working day after the last result that the case waited for (S0 §9)."""
    calendar = calendar_for(case.jurisdiction, case.hall)
    last = max(wait.settled_at for wait in waits if wait.settled_at)
    return calendar.opening(calendar.table.next_working_day(calendar.local_date(last)))


@transaction.atomic
def wait_for_another(case_id: UUID, number: str, reason: str, *, by: Actor) -> Application:
    """The prerequisite was not granted and has been applied for again: wait for the new case (choice 1).

    Raises WrongState unless a prerequisite has failed, Invalid for a case that cannot bring the result.
    """
    case = Application.objects.locked(case_id)
    by = as_clerk_or_applicant(by, case, MandateScope.SUPPLEMENT)
    failed = _failed(case)
    _require_reason(reason)
    source = Application.objects.filter(number=number.strip(), project=case.project_id).first()
    wait = next((each for each in failed if source and each.prerequisite_id == source.matter.pk), None)
    if source is None or wait is None or _lost(source):
        raise Invalid(
            _("请填写本项目里重新申请的前置事项的办件编号"), fields={"number": [_("请核对办件编号")]}
        )
    wait.from_case, wait.state, wait.settled_at = source, WaitState.WAITING, None
    wait.save(update_fields=["from_case", "state", "settled_at"])
    Substitute.objects.filter(
        case_material__case=case, case_material__material__code=wait.material_code
    ).update(from_case=source, number=source.number or "")
    noted(case, "prerequisite_again", by=by, reason=reason.strip(), data={"case": str(source.pk)})
    trays.nudge(FOLLOW, case.project_id)
    return case


@transaction.atomic
def end_for_want(case_id: UUID, reason: str, *, by: Actor) -> Application:
    """The prerequisite was not granted, and the applicant lets this case end as well (choice 2).

    Raises WrongState unless a prerequisite has failed.
    """
    case = Application.objects.locked(case_id)
    failed = _failed(case)
    names = "、".join(str(wait.prerequisite) for wait in failed)
    _require_reason(reason)
    told = _("前置事项“%(names)s”没有办成：%(reason)s") % {"names": names, "reason": reason.strip()}
    return withdraw(case.pk, told, by=by)


def waits_to_follow() -> Iterable[UUID]:
    """Cases whose results have come or will not come, and those whose turn it is. Their keys."""
    waiting = Application.objects.filter(awaits_result=True, state=State.ACCEPTED)
    due = waiting.filter(turn_at__lte=now())
    open_waits = PrerequisiteWait.objects.filter(state=WaitState.WAITING, case__awaits_result=True)
    moved = open_waits.exclude(from_case__outcome="") | open_waits.filter(from_case__state__in=LOST)
    unset = waiting.filter(turn_at=None).exclude(waits__state__in=[WaitState.WAITING, WaitState.FAILED])
    return set(due.values_list("pk", flat=True)).union(
        moved.filter(case__state=State.ACCEPTED).values_list("case_id", flat=True),
        unset.values_list("pk", flat=True),
    )


# -- Parts -----------------------------------------------------------------------------------------------


def _waits(case: Application) -> list[PrerequisiteWait]:
    """What the scheme says that this case waits for, where the project has a case that is to bring it."""
    project = Project.objects.select_related("scheme").get(cases=case.pk)
    found = []
    relied = {
        row.case_material.material.code: row.from_case
        for row in Substitute.objects.filter(
            case_material__case=case,
            case_material__verdict=MaterialVerdict.REUSED,
            from_case__project=case.project_id,
        ).select_related("case_material__material", "from_case")
    }
    for edge in project.scheme.dependencies.filter(dependent=case.version.matter_id).select_related(
        "prerequisite"
    ):
        if edge.material_code:
            source = relied.get(edge.material_code)
        else:
            source = source_of(project, edge.prerequisite_id, but=case)
        if source is not None:
            found.append(
                PrerequisiteWait(
                    case=case,
                    prerequisite=edge.prerequisite,
                    from_case=source,
                    material_code=edge.material_code,
                    since=now(),
                )
            )
    return found


def _granted(source: Application) -> bool:
    return source.outcome == Outcome.GRANTED and source.state not in LOST


def _lost(source: Application) -> bool:
    return source.state in LOST or source.outcome == Outcome.REFUSED


def _settle(case: Application, wait: PrerequisiteWait) -> bool:
    """Write down that the result is there, or that it will not come. True if either is new."""
    if wait.state == WaitState.FAILED or (wait.state == WaitState.MET and not _lost(wait.from_case)):
        return False
    source = wait.from_case
    if _lost(source):
        wait.state = WaitState.FAILED
        wait.settled_at = source.decided_at or source.ended_at or now()
        why = str(source.get_outcome_display() or source.get_state_display())
        noted(case, "prerequisite_failed", by=SYSTEM, reason=f"{wait.prerequisite}：{why}")
        project_telling.failed(case, wait)
    elif _granted(source):
        wait.state, wait.settled_at = WaitState.MET, source.decided_at or now()
    else:
        return False
    return True


def _release(case: Application, waits: Sequence[PrerequisiteWait]) -> None:
    """The turn has come: the results become materials, the clocks go on, the departments get the case."""
    taken = {wait.material_code: _take_result(case, wait) for wait in waits if wait.material_code}
    case.awaits_result = False
    update_all([case], ["awaits_result"])
    still = Clock.objects.filter(
        case_id=case.pk,
        state=ClockState.RUNNING,
        pauses__ground=Ground.PREREQUISITE,
        pauses__ends_at=None,
    )
    for clock in still.distinct():
        clocks.resume(clock, Ground.PREREQUISITE, SYSTEM, at=case.turn_at)
    noted(case, "prerequisite_met", by=SYSTEM, data={"results": taken})
    project_telling.released(case)
    trays.nudge("routing.dispatch", case.pk)


def _take_result(case: Application, wait: PrerequisiteWait) -> str:
    """The result as it is known now: the certificate if there is one, else the case. Its number."""
    source = wait.from_case
    number, certificate, name = source.number or "", None, source.version.result_name
    row = case.materials.select_related("material").filter(material__code=wait.material_code).first()
    if row is not None:
        row.case = case
        for held in evidence.certificates_of(case, source):
            number, certificate, name = held.number, held.id, held.name
        Substitute.objects.filter(case_material=row, from_case=source).update(
            certificate=certificate,
            number=number[:80],
            name=(name or source.version.matter.name)[:100],
            noted_at=now(),
        )
    wait.result_number = number[:100]
    wait.save(update_fields=["result_number"])
    return number


def _failed(case: Application) -> list[PrerequisiteWait]:
    failed = list(case.waits.filter(state=WaitState.FAILED).select_related("prerequisite"))
    if not case.awaits_result or case.state != State.ACCEPTED or not failed:
        raise WrongState(_("该办件没有未办成的前置事项"))
    return failed


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("请写明理由"), fields={"reason": [_("请写明理由")]})
