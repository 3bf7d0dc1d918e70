"""延期 (行政许可法 Art. 42): once, approved by the head of the deciding organ, the applicant told why.

At most what the regime of the matter allows, for licences ten working days; where several departments handle
a case jointly, at most fifteen, approved for the government at the same level.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.models import Application
from hall.clocks import queries as clock_queries
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.models import Clock
from hall.errors import Conflict, Incomplete, Invalid, WrongState, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import ReportState
from ..models import Extension
from .guards import as_reviewer, lock, must_be_live

JOINT_DAYS = 15  # Art. 42, second paragraph
_EXTENDED = (Kind.PROMISED, Kind.STATUTORY)


def most_days(case: Application) -> int:
    """By how many working days at most this case may be extended; 0 where its regime knows no extension."""
    single = case.version.regime.extension_days
    joint = len({step.department_id for step in case.open_steps()}) > 1
    return max(single, JOINT_DAYS) if single and joint else single


@transaction.atomic
def propose_extension(task_id: UUID | str, *, days: int, reason: str, by: Officer) -> Extension:
    """The deciding organ's reviewer asks its head for more time, before the limit is over.

    Raises WrongState for another task than the deciding one, or when the limit is over; Invalid for more days
    than allowed; Incomplete without a reason; Conflict when the case was extended before, or is about to be.
    """
    case, task = lock(task_id)
    by = as_reviewer(by, task, case)
    must_be_live(task)
    if not task.decides:
        raise WrongState(_("延期由决定机关提出"))
    if not reason.strip():
        raise Incomplete(_("请写明延期的理由"), fields={"reason": [_("请写明延期的理由")]})
    if not 0 < days <= (most := most_days(case)):
        message = _("本事项最多延长%(most)s个工作日") % {"most": most} if most else _("本事项不能延期")
        raise Invalid(message, fields={"days": [message]})
    if not _open_clocks(case):
        raise WrongState(_("办理期限已经届满，不能延期"))
    try:
        with transaction.atomic():
            asked = Extension.objects.create(
                case=case,
                task=task,
                days=days,
                reason=reason.strip(),
                proposed_by_id=by.user_id,
                proposed_at=now(),
            )
    except IntegrityError as error:
        raise Conflict(_("每个办件只能延期一次")) from error
    _tell("routing.extension_proposed", asked, by, reason=asked.reason)
    return asked


@transaction.atomic
def grant_extension(extension_id: int, *, by: Officer, answer: str = "") -> Extension:
    """The head approves: promise and statutory limit grow by the same days, the applicant is told why.

    More days than one organ may grant by itself need the approval of the government written into `answer`.
    Raises NotAllowed for anybody but a head of the deciding organ, WrongState when the limit is over already.
    """
    case, asked, by = _locked(extension_id, by)
    if asked.days > case.version.regime.extension_days and not answer.strip():
        told = _("联合办理延长超过%(days)s个工作日的，须写明本级人民政府的批准") % {
            "days": case.version.regime.extension_days
        }
        raise Incomplete(told, fields={"answer": [told]})
    open_clocks = _open_clocks(case)
    if not open_clocks:
        raise WrongState(_("办理期限已经届满，不能延期"))
    asked.due_before = _earliest(open_clocks)
    own = clock_queries.running(asked.task, Kind.TASK_OPINION)
    for clock in [*open_clocks, *([own] if own and not own.is_over(now()) else [])]:
        if more := _in_its_unit(clock, asked.days):
            clocks.extend(clock, more, asked.reason, by)
    asked.due_after = _earliest(_open_clocks(case))
    if case.bundle:
        _move_hand_over(case.bundle, asked, by)
    _answer(asked, ReportState.GRANTED, answer, by)
    _tell("routing.extension_granted", asked, by, reason=asked.reason)
    until = f"{timezone.localtime(asked.due_after):%Y-%m-%d}" if asked.due_after else ""
    body = _("经批准，办理期限延长%(days)s个工作日，到%(until)s届满。理由：%(reason)s") % {
        "days": asked.days,
        "until": until,
        "reason": asked.reason,
    }
    cases.tell(case, f"extension:{asked.pk}", _("办理期限延长"), body)
    return asked


@transaction.atomic
def reject_extension(extension_id: int, *, answer: str, by: Officer) -> Extension:
    """The head says no, with the reason; the limit stands. It may be proposed again."""
    _case, asked, by = _locked(extension_id, by)
    if not answer.strip():
        raise Incomplete(_("请写明不同意的理由"), fields={"answer": [_("请写明理由")]})
    _answer(asked, ReportState.REJECTED, answer, by)
    _tell("routing.extension_rejected", asked, by, reason=asked.answer)
    return asked


def _locked(extension_id: int, by: Officer) -> tuple[Application, Extension, Officer]:
    found = Extension.objects.filter(pk=extension_id).values_list("case_id", flat=True).first()
    if found is None:
        raise WrongState(_("没有这个延期申请"))
    case = Application.objects.locked(found)
    asked = Extension.objects.select_for_update(of=("self",)).select_related("task").get(pk=extension_id)
    asked.case = case
    post = require(
        by.post_for(Role.HEAD, department=case.version.department_id), _("延期须经决定机关负责人批准")
    )
    require(case.received_by_id != by.user_id, _("收件人不得审查或者决定同一办件（受办分离）"))
    if asked.state != ReportState.OPEN:
        raise WrongState(_("这个延期申请已经答复"))
    return case, asked, by.acting_as(post)


def _open_clocks(case: Application) -> list[Clock]:
    found = [clock_queries.running(case, kind) for kind in _EXTENDED]
    return [clock for clock in found if clock and not clock.is_over(now())]


def _earliest(open_clocks: list[Clock]) -> dt.datetime | None:
    return min((clock.due_at for clock in open_clocks if clock.due_at), default=None)


def _move_hand_over(bundle: BundleCase, asked: Extension, by: Officer) -> None:
    """The one date on which the bundle is handed over moves with its parts: days of parts that follow one
    another add up, those of parts side by side do not.

    What was granted is read under the clock's lock, so that two parts extended at once both count.
    """
    clock = clock_queries.running(bundle, Kind.BUNDLE)
    if clock is None or clock.is_over(now()):
        return
    clock = Clock.objects.select_for_update(of=("self",)).get(pk=clock.pk)
    granted = Extension.objects.filter(case__bundle=bundle, state=ReportState.GRANTED).exclude(pk=asked.pk)
    days = dict(granted.values_list("case", "days")) | {asked.case_id: asked.days}
    more = cases.days_along_the_way(bundle, days) - clock.extended
    if more > 0 and (limit := _in_its_unit(clock, more)):
        clock = clocks.extend(clock, limit, asked.reason, by)
        if clock.due_at:
            cases.tell_of_new_date(bundle, asked.case, clock.due_at)


def _in_its_unit(clock: Clock, days: int) -> Limit | None:
    """The days in the clock's own unit. A limit in months or minutes is not one that days can be added to."""
    unit = Unit(clock.limit_unit)
    return Limit(days, unit) if unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY) else None


def _answer(asked: Extension, state: str, answer: str, by: Officer) -> None:
    asked.state, asked.answer = state, answer.strip()[:300]
    asked.answered_by_id, asked.answered_at = by.user_id, now()
    asked.save(update_fields=["state", "answer", "answered_by", "answered_at", "due_before", "due_after"])


def _tell(what: str, asked: Extension, by: Officer, *, reason: str) -> None:
    record(
        what,
        subject=asked,
        by=by,
        case_id=asked.case_id,
        jurisdiction=asked.case.jurisdiction_id,
        reason=reason,
        data={"days": asked.days, "from": asked.due_before, "to": asked.due_after},
    )
