"""Joint work (S0 §9): sessions that several departments hold together, who came, and what they said."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from applications.models import Application
from hall.notices.models import Notice
from hall.organisation.models import Department, Hall, Jurisdiction

from ..choices import CAME, Attendance, SessionKind, SessionState, SignIn
from ..querysets import SessionQuerySet
from .tasks import Opinion, Task

_ENDED = "('held', 'cancelled')"


def _of_ended_session_is_frozen(name: str, session: str) -> pgtrigger.Trigger:
    """A trigger that keeps what belongs to a closed or cancelled session as it was."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (SELECT 1 FROM routing_jointsession s WHERE s.id = {session}
                       AND s.state IN {_ENDED}) THEN
                RAISE EXCEPTION 'a session that is over is never changed'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,  # noqa: S608 the parts come from this file
    )


class JointSession(models.Model):
    """联审会、联合踏勘、联合审图、联合验收: one sitting of several departments over an agenda of cases.

    Sign-in closes at `sign_in_until`; a department that has not signed in by then is absent (S0 §18
    不参加联合审查活动). `sequence` counts the notices: what iCalendar calls SEQUENCE.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="sessions")
    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("种类"), max_length=12, choices=SessionKind)
    title = models.CharField(_("名称"), max_length=120)
    venue = models.CharField(_("地点"), max_length=200)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    sign_in_until = models.DateTimeField(_("签到截止"))
    code = models.CharField(_("签到码"), max_length=8)
    convenor = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("召集部门"))
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("主持人")
    )
    state = FSMField(
        _("状态"), max_length=10, choices=SessionState, default=SessionState.PLANNED, protected=True
    )
    sequence = models.PositiveSmallIntegerField(default=0)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    noticed_at = models.DateTimeField(_("通知"), null=True, blank=True)
    minutes = models.TextField(_("纪要"), blank=True)
    summary = models.TextField(_("结论"), blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("结束办理"), null=True, blank=True)
    reason = models.CharField(_("改期或者取消的原因"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("示范数据"), default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("联合办理")
        verbose_name_plural = _("联合办理")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                name="session_times_are_in_order",
                condition=Q(starts_at__lte=F("sign_in_until"), sign_in_until__lte=F("ends_at"))
                & Q(starts_at__lt=F("ends_at")),
            ),
            models.CheckConstraint(
                name="session_is_held_after_its_notice",
                condition=~Q(state__in=[SessionState.NOTICED, SessionState.HELD])
                | Q(noticed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="session_held_has_minutes",
                condition=~Q(state=SessionState.HELD)
                | (~Q(minutes="") & ~Q(summary="") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="session_cancelled_has_a_reason",
                condition=~Q(state=SessionState.CANCELLED) | (~Q(reason="") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=("jurisdiction", "starts_at"), name="session_by_place_and_day")]
        triggers = [
            pgtrigger.Protect(
                name="session_over_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.state IN {_ENDED}"),
            ),
            pgtrigger.Protect(name="session_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @transition(field=state, source=SessionState.PLANNED, target=SessionState.NOTICED)
    def give_notice(self) -> None: ...

    @transition(field=state, source=SessionState.NOTICED, target=SessionState.HELD)
    def hold(self) -> None: ...

    @transition(
        field=state, source=[SessionState.PLANNED, SessionState.NOTICED], target=SessionState.CANCELLED
    )
    def cancel(self) -> None: ...


class AgendaItem(models.Model):
    """议题: one case on the agenda. A case stands on the agenda of one open session at a time."""

    session = models.ForeignKey(JointSession, models.CASCADE, related_name="agenda")
    case = models.ForeignKey(Application, models.PROTECT, related_name="agenda_items")
    order = models.PositiveSmallIntegerField(_("次序"))
    open = models.BooleanField(default=True)  # until its session is over
    conclusion = models.TextField(_("本件结论"), blank=True)

    class Meta:
        verbose_name = _("议题")
        verbose_name_plural = _("议题")
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("session", "case"), name="case_once_an_agenda"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(open=True), name="case_stands_in_one_open_session"
            ),
        ]
        triggers = [
            _of_ended_session_is_frozen(
                "agenda_of_ended_session_is_frozen", "COALESCE(NEW.session_id, OLD.session_id)"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.case}"


class Convened(models.Model):
    """参加部门: one department in one session, whether and how it came.

    Its clock (`Kind.SESSION_ATTENDANCE`) runs from the notice to the close of sign-in.
    """

    session = models.ForeignKey(JointSession, models.CASCADE, related_name="convened")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    invited = models.BooleanField(default=False, help_text="added by hand, brings no task")
    noticed_at = models.DateTimeField(_("通知"), null=True, blank=True)
    attendance = models.CharField(_("到会"), max_length=10, choices=Attendance, default=Attendance.EXPECTED)
    signed_in_at = models.DateTimeField(_("签到"), null=True, blank=True)
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.CharField(_("签到方式"), max_length=10, choices=SignIn, blank=True)

    class Meta:
        verbose_name = _("参加部门")
        verbose_name_plural = _("参加部门")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("session", "department"), name="department_is_convened_once"),
            models.CheckConstraint(
                name="who_came_has_signed_in",
                condition=Q(
                    attendance__in=[Attendance.PRESENT, Attendance.LATE],
                    signed_in_at__isnull=False,
                    signed_in_by__isnull=False,
                )
                | (~Q(attendance__in=[Attendance.PRESENT, Attendance.LATE]) & Q(signed_in_at=None)),
            ),
        ]
        triggers = [
            _of_ended_session_is_frozen(
                "convened_of_ended_session_is_frozen", "COALESCE(NEW.session_id, OLD.session_id)"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_attendance_display()}"

    @property
    def came(self) -> bool:
        """Has the department signed in, in time or late?"""
        return self.attendance in CAME


class BroughtTask(models.Model):
    """带来的任务: which task of a case on the agenda a convened department brings; one for each case.

    The session is where the task's opinion may be given; the task's own limit runs on beside it.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="brought")
    convened = models.ForeignKey(Convened, models.CASCADE, related_name="brought")
    task = models.ForeignKey(Task, models.PROTECT, related_name="sessions")
    opinion = models.OneToOneField(
        Opinion, models.PROTECT, null=True, blank=True, related_name="given_in", verbose_name=_("会上意见")
    )

    class Meta:
        verbose_name = _("带来的任务")
        verbose_name_plural = _("带来的任务")
        ordering = ("item__order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("item", "convened"), name="department_brings_one_task_a_case"),
            models.UniqueConstraint(fields=("item", "task"), name="task_is_brought_once"),
        ]
        triggers = [
            _of_ended_session_is_frozen(
                "brought_to_ended_session_is_frozen",
                "(SELECT i.session_id FROM routing_agendaitem i"
                " WHERE i.id = COALESCE(NEW.item_id, OLD.item_id))",
            )
        ]

    def __str__(self) -> str:
        return f"{self.convened.department} {self.task}"


class SessionNotice(models.Model):
    """会议通知 to one person of a convened department: proof of sending, and of reading by the notice."""

    convened = models.ForeignKey(Convened, models.CASCADE, related_name="notices")
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")
    sequence = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("会议通知")
        verbose_name_plural = _("会议通知")
        ordering = ("pk",)


class CalendarFeed(models.Model):
    """日历订阅: a secret address under which an officer's own calendar reads their sessions.

    Only the hash of the secret is kept; who holds the address reads without logging in, so it tells no
    more than when, where and what kind.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("生成"))
    read_at = models.DateTimeField(_("最近读取"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("user",), condition=Q(revoked_at=None), name="officer_has_one_open_feed"
            )
        ]
