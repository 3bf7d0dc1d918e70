"""Deadlines: clocks, the intervals in which they stand still, their warnings, our own outages."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department, Hall, Jurisdiction

from .choices import Ends, Ground, Kind, State
from .limits import Limit, Unit


class Clock(models.Model):
    """时限: how long one thing may take, and until when.

    `due_at` is the stored result of `engine.due`: the last moment still in time, inclusive. It is NULL
    while a pause is open, so a paused clock can be found by no sweep. What counts is the limit with its
    extension (`limit`); `limit_value` alone is the limit as it was set.
    """

    kind = models.CharField(_("种类"), max_length=20, choices=Kind)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    case_id = models.UUIDField(_("办件"), null=True, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("辖区"))
    hall = models.ForeignKey(
        Hall, models.PROTECT, null=True, blank=True, related_name="+", help_text="whose calendar it follows"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任部门")
    )
    started_at = models.DateTimeField(_("起算"))
    limit_value = models.PositiveIntegerField(_("时限"))
    limit_unit = models.CharField(_("单位"), max_length=15, choices=Unit)
    extended = models.PositiveIntegerField(_("延长"), default=0, help_text="in the unit of the limit")
    ends = models.CharField(_("届满时刻"), max_length=16, choices=Ends, default=Ends.DAY_END)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("届满"), null=True, blank=True)
    provisional = models.BooleanField(_("暂定"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    late = models.BooleanField(_("逾期"), default=False, help_text="met, but after its last moment")
    fired_at = models.DateTimeField(null=True, blank=True, help_text="when the consequence of expiry ran")
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)

    remaining: int | None  # working days left; set by `queries.with_remaining`

    class Meta:
        verbose_name = _("时限")
        verbose_name_plural = _("时限")
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "kind"),
                condition=Q(state=State.RUNNING),
                name="clock_of_a_kind_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, ended_at=None)
                | (~Q(state=State.RUNNING) & Q(ended_at__isnull=False)),
                name="clock_has_an_end_unless_running",
            ),
        ]
        indexes = [
            # With the key: at the close of office thousands end at one moment, and a batch of the sweep must
            # find its few by the index, not by reading and sorting them all. So with the warnings.
            models.Index(
                fields=("due_at", "id"), condition=Q(state=State.RUNNING), name="clock_running_by_due"
            ),
            models.Index(
                fields=("due_at", "id"),
                condition=Q(late=True, fired_at=None),
                name="clock_late_and_not_fired",
            ),
            models.Index(
                fields=("department", "due_at"),
                condition=Q(state=State.RUNNING),
                name="clock_running_by_department",
            ),
            models.Index(fields=("case_id",), name="clock_by_case"),
            models.Index(fields=("subject_type", "subject_id", "kind"), name="clock_by_subject"),
            models.Index(
                fields=("jurisdiction", "id"),
                condition=Q(state=State.RUNNING),
                name="clock_running_by_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.limit}"

    @property
    def limit(self) -> Limit:
        """The limit that counts: as set, and as extended since."""
        return Limit(self.limit_value + self.extended, Unit(self.limit_unit))

    @property
    def is_running(self) -> bool:
        """Still open; perhaps paused."""
        return self.state == State.RUNNING

    @property
    def is_paused(self) -> bool:
        """Open, and standing still: it has no due date until it goes on."""
        return self.is_running and self.due_at is None

    def is_over(self, moment: dt.datetime) -> bool:
        """Is `moment` past the last moment in time?"""
        return self.due_at is not None and moment > self.due_at


class Outage(models.Model):
    """平台故障: an interval in which the hall itself was down. It is taken out of every clock it touched."""

    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"))
    reason = models.CharField(_("缘由"), max_length=300)
    credited_at = models.DateTimeField(_("已抵扣"), null=True, blank=True)

    class Meta:
        verbose_name = _("平台故障")
        verbose_name_plural = _("平台故障")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="outage_ends_after_its_start"
            )
        ]

    def __str__(self) -> str:
        starts_at, ends_at = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return f"{starts_at:%Y-%m-%d %H:%M} – {ends_at:%Y-%m-%d %H:%M}"


class ClockPause(models.Model):
    """中止: an interval in which a clock stands still, with the legal ground for it."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    ground = models.CharField(_("事由"), max_length=20, choices=Ground)
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"), null=True, blank=True)
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, blank=True, related_name="pauses")

    class Meta:
        verbose_name = _("中止")
        verbose_name_plural = _("中止")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="pause_ends_after_its_start"
            ),
            models.UniqueConstraint(
                fields=("clock", "ground"), condition=Q(ends_at=None), name="pause_open_once_a_ground"
            ),
            models.UniqueConstraint(
                fields=("clock", "outage"), condition=Q(outage__isnull=False), name="outage_credited_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()


class ClockWarning(models.Model):
    """预警: one warning before a clock expires. Sent once.

    `fires_at` is NULL while the clock is paused, and once it has ended before its warning.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="warnings")
    step = models.PositiveSmallIntegerField(_("提前"))
    unit = models.CharField(max_length=15, choices=Unit, default=Unit.WORKING_DAY)
    fires_at = models.DateTimeField(_("应发"), null=True, blank=True)
    sent_at = models.DateTimeField(_("已发"), null=True, blank=True)

    class Meta:
        verbose_name = _("预警")
        verbose_name_plural = _("预警")
        ordering = ("clock_id", "-step")
        constraints = [models.UniqueConstraint(fields=("clock", "step"), name="warning_once_a_step")]
        indexes = [
            models.Index(
                fields=("fires_at", "clock", "-step"),
                condition=Q(sent_at=None, fires_at__isnull=False),
                name="warning_due_and_not_sent",
            )
        ]

    def __str__(self) -> str:
        return f"-{self.limit}"

    @property
    def limit(self) -> Limit:
        """How long before the end it warns."""
        return Limit(self.step, Unit(self.unit))


class Heartbeat(models.Model):
    """心跳: when the porters were last alive, in real time and in the hall's. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    real_at = models.DateTimeField()
    hall_at = models.DateTimeField()

    class Meta:
        verbose_name = _("心跳")
        verbose_name_plural = _("心跳")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="heartbeat_is_one_row")]

    def __str__(self) -> str:
        return f"{self.real_at}"


class MovedClock(models.Model):
    """演示时钟: how far demonstration mode has moved the hall ahead of real time. One row, or none."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField(default=dt.timedelta)
    moved_at = models.DateTimeField(help_text="real time of the last move")

    class Meta:
        verbose_name = _("演示时钟")
        verbose_name_plural = _("演示时钟")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="moved_clock_is_one_row"),
            models.CheckConstraint(
                condition=Q(offset__gte=dt.timedelta()), name="moved_clock_is_never_behind"
            ),
        ]

    def __str__(self) -> str:
        return f"+{self.offset}"
