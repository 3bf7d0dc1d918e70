"""Clocks that raise cards (DOMAIN §6): 预警 before, 黄牌 over the promise or a step, 红牌 over the law."""

from __future__ import annotations

from django.utils.translation import gettext as _

from applications.choices import CAME_TO_AN_END, Outcome
from applications.models import Application
from hall.clocks.choices import Kind
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.queries import running
from hall.clocks.registry import on_expiry, on_warning
from hall.notices.services import notify
from hall.organisation.choices import Role
from hall.organisation.queries import holders
from routing.choices import LIVE, Attendance, ProcedureState
from routing.models import Convened, Procedure
from routing.querysets import task_with_case

from .choices import AdviceState, CardKind, PushState
from .models import Push, SupervisionNote
from .services import raise_card


@on_warning(Kind.PROMISED)
def promise_nears(clock: Clock, warning: ClockWarning) -> None:
    """One 预警 a case, at the last warning before the promised date."""
    if warning.step > 1:
        return
    _raise(CardKind.WARNING, clock, _("距承诺办结时限还有%(left)s") % {"left": warning.limit})


@on_warning(Kind.STATUTORY)
def law_nears(clock: Clock, warning: ClockWarning) -> None:
    """Where the law's limit ends before the promised one, it binds: of that one warns (DESIGN §2)."""
    if warning.step > 1 or _promise_comes_first(clock):
        return
    _raise(CardKind.WARNING, clock, _("距法定办结时限还有%(left)s") % {"left": warning.limit})


def _promise_comes_first(clock: Clock) -> bool:
    promise = running((clock.subject_type, clock.subject_id), Kind.PROMISED)
    if promise is None or promise.due_at is None or clock.due_at is None:
        return True
    return promise.due_at <= clock.due_at


@on_expiry(Kind.PROMISED, when_late=True)
def promise_broken(clock: Clock) -> None:
    _raise(CardKind.YELLOW, clock, _("超过承诺办结时限"))


@on_expiry(Kind.STATUTORY, when_late=True)
def law_broken(clock: Clock) -> None:
    _raise(CardKind.RED, clock, _("超过法定办结时限"))


@on_expiry(Kind.ACCEPTANCE)
def deemed_accepted(clock: Clock) -> None:
    """The desk said nothing in time and the system accepted for it (行政许可法 Art. 32(4))."""
    _raise(CardKind.OFFICE, clock, _("逾期未告知补正，视为受理"))


@on_expiry(Kind.TASK_OPINION, when_late=True)
def step_overdue(clock: Clock) -> None:
    """A step over its limit is a card even if the whole is in time; silence that consents is none."""
    task = task_with_case.first(clock.subject_id)
    if task is not None and (task.state in LIVE or clock.late):
        reason = _("%(department)s环节超时") % {"department": task.department.name}
        raise_card(
            kind=CardKind.YELLOW, clock=clock, case=task.case, department=task.department, reason=reason
        )


@on_expiry(Kind.SPECIAL_PROCEDURE, when_late=True)
def procedure_overdue(clock: Clock) -> None:
    """A hearing, a survey, a test over the time that the applicant was told (行政许可法 Art. 45)."""
    procedure = Procedure.objects.select_related("case", "task__department").get(pk=clock.subject_id)
    if procedure.state != ProcedureState.CANCELLED:
        department = procedure.task.department
        reason = _("%(procedure)s超过告知的时间") % {"procedure": procedure}
        raise_card(
            kind=CardKind.YELLOW, clock=clock, case=procedure.case, department=department, reason=reason
        )


@on_expiry(Kind.SESSION_ATTENDANCE)
def absent_from_session(clock: Clock) -> None:
    """Absent from a joint session where silence is no answer; silence that consents is none (S0 §18)."""
    row = Convened.objects.select_related("session", "department").get(pk=clock.subject_id)
    if row.attendance != Attendance.ABSENT:
        return
    waiting = row.brought.filter(task__state__in=LIVE).select_related("item__case").order_by("item__order")
    if brought := waiting.first():
        reason = _("%(department)s缺席%(session)s") % {"department": row.department, "session": row.session}
        raise_card(
            kind=CardKind.YELLOW,
            clock=clock,
            case=brought.item.case,
            department=row.department,
            reason=reason,
        )


@on_expiry(Kind.COMMITMENT_CHECK, when_late=True)
def promise_not_checked(clock: Clock) -> None:
    """A promise that stood in for proof was not checked in time (国办发〔2020〕42号)."""
    case = Application.objects.get(pk=str(clock.case_id))
    if case.outcome == Outcome.GRANTED and clock.department:
        reason = _("逾期未核查告知承诺")
        raise_card(kind=CardKind.YELLOW, clock=clock, case=case, department=clock.department, reason=reason)


@on_expiry(Kind.DELIVERY, when_late=True)
def delivery_late(clock: Clock) -> None:
    _raise(CardKind.YELLOW, clock, _("超过送达时限"))


@on_warning(Kind.BUNDLE)
def bundle_nears(clock: Clock, warning: ClockWarning) -> None:
    """One 预警 a bundle, at the last warning before its promised date."""
    if warning.step <= 1:
        reason = _("距一件事承诺办结时限还有%(left)s") % {"left": warning.limit}
        _raise_on_bundle(CardKind.WARNING, clock, reason)


@on_expiry(Kind.BUNDLE, when_late=True)
def bundle_promise_broken(clock: Clock) -> None:
    _raise_on_bundle(CardKind.YELLOW, clock, _("超过一件事承诺办结时限"))


@on_warning(Kind.PROJECT)
def project_nears(clock: Clock, warning: ClockWarning) -> None:
    """One 预警 a project, at the last warning before the date promised for the whole (S0 §9)."""
    if warning.step <= 1:
        reason = _("距项目审批承诺时限还有%(left)s") % {"left": warning.limit}
        _raise_on_project(CardKind.WARNING, clock, reason)


@on_expiry(Kind.PROJECT, when_late=True)
def project_promise_broken(clock: Clock) -> None:
    _raise_on_project(CardKind.YELLOW, clock, _("超过项目审批承诺时限"))


@on_expiry(Kind.PROJECT_JOINT, when_late=True)
def project_law_broken(clock: Clock) -> None:
    """Over the 45 (60) working days that the law gives for handling together (行政许可法 Art. 42(2))."""
    _raise_on_project(CardKind.RED, clock, _("超过联合办理法定时限"))


def _raise_on_project(kind: str, clock: Clock, reason: str) -> None:
    """A card for a whole project lies on the case that has been in hand longest; else on its last one."""
    found = Application.objects.filter(project=clock.case_id, accepted_at__isnull=False)
    found = found.select_related("version__department", "project")
    case = found.filter(decided_at=None, ended_at=None).order_by("awaits_result", "accepted_at").first()
    case = case or found.order_by("-decided_at").first()
    if case is not None and case.project is not None:
        told = f"{case.project.name}：{reason}"
        raise_card(kind=kind, clock=clock, case=case, department=case.version.department, reason=told)


def _raise_on_bundle(kind: str, clock: Clock, reason: str) -> None:
    """A card for the whole of a bundle lies on the case that it still waits for; else on its last one."""
    assert clock.case_id is not None, "a bundle's clock names its bundle"
    found = Application.objects.filter(bundle=clock.case_id).select_related("version__department")
    case = found.exclude(state__in=CAME_TO_AN_END).order_by("accepted_at").first()
    case = case or found.order_by("-decided_at").first()
    if case is not None:
        department = case.version.department
        raise_card(kind=kind, clock=clock, case=case, department=department, reason=reason)


@on_warning(Kind.PUSH_RECEIPT)
def push_waits(clock: Clock, warning: ClockWarning) -> None:
    """Remind the supervising department of what it has not signed for (S1 二(七): 接收跟踪落实)."""
    push = Push.objects.select_related("department", "case__version__matter").get(pk=clock.subject_id)
    if push.state != PushState.WAITING:
        return
    for user in holders(Role.REVIEWER, Role.HEAD, department=push.department):
        notify(
            user=user,
            subject=_("还有%(left)s：签收审批结果推送") % {"left": warning.limit},
            body=push.case.version.matter.name,
            link=f"/exchange/{push.pk}/",
            once_key=f"warning:{warning.pk}:{user.pk}",
        )


@on_expiry(Kind.PUSH_RECEIPT, when_late=True)
def push_not_signed_for(clock: Clock) -> None:
    """A pushed decision that nobody signed for in time is a card for the supervising department."""
    push = Push.objects.select_related("department", "case").get(pk=clock.subject_id)
    reason = _("审批结果推送逾期未签收")
    raise_card(kind=CardKind.YELLOW, clock=clock, case=push.case, department=push.department, reason=reason)


@on_expiry(Kind.ADVICE, when_late=True)
def advice_not_answered(clock: Clock) -> None:
    """A suggestion to revoke that the deciding organ has not answered in time."""
    note = SupervisionNote.objects.select_related("case__version__department").get(pk=clock.subject_id)
    if note.advice == AdviceState.OPEN or clock.late:
        department = note.case.version.department
        reason = _("监管部门的撤销建议逾期未答复")
        raise_card(kind=CardKind.YELLOW, clock=clock, case=note.case, department=department, reason=reason)


def _raise(kind: str, clock: Clock, reason: str) -> None:
    case = Application.objects.select_related("version__department").get(pk=str(clock.case_id))
    raise_card(kind=kind, clock=clock, case=case, department=case.version.department, reason=reason)
