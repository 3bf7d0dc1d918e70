"""The journal (全程留痕): one append-only table, hash-chained a case, sealed a day (DESIGN §4)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Jurisdiction

from . import words


class XidField(models.Field):
    """The writing transaction's number (xid8). Lets a reader stop before transactions still open."""

    def db_type(self, connection) -> str:
        return "xid8"


class CurrentXid(models.Func):
    function = "pg_current_xact_id"
    output_field = XidField()


def _append_only(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses every change, even of no rows, and the emptying of the table."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="""
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
        """,
    )


class Event(models.Model):
    """One thing that happened. Written in the transaction of the change; never changed, never removed."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(_("事件"), max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    chain = models.CharField(max_length=110, help_text="case id, or the jurisdiction's own chain")
    seq = models.PositiveIntegerField()
    case_id = models.UUIDField(null=True, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    actor_name = models.CharField(_("人员"), max_length=100)
    role = models.CharField(_("角色"), max_length=20, blank=True)
    office = models.CharField(_("岗位所在"), max_length=100, blank=True)
    on_behalf = models.CharField(_("代"), max_length=100, blank=True)
    at = models.DateTimeField(_("时间"))
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    data = models.JSONField(default=dict)
    written_at = models.DateTimeField(db_default=Now())
    xid = XidField(db_default=CurrentXid())
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("留痕")
        verbose_name_plural = _("留痕")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("chain", "seq"), name="event_has_one_place_in_its_chain")
        ]
        indexes = [
            models.Index(fields=("case_id", "id"), name="event_by_case"),
            models.Index(fields=("subject_type", "subject_id", "id"), name="event_by_subject"),
            models.Index(fields=("xid", "id"), name="event_by_cursor"),
            models.Index(fields=("user", "id"), name="event_by_user"),
            models.Index(fields=("jurisdiction", "what", "at"), name="event_by_place"),
        ]
        triggers = [_append_only("event_is_never_changed")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.subject_type} {self.subject_id}"

    @property
    def word(self) -> str:
        """What people call it."""
        return words.event_word(self.what)

    @property
    def states(self) -> tuple[str, str]:
        """From which state to which, in words; empty where there was none."""
        return self._state_word(self.from_state), self._state_word(self.to_state)

    def _state_word(self, state: str) -> str:
        return words.state_word(self.subject_type, state) if state else ""


class ChainHead(models.Model):
    """The last link of each chain. Its row lock puts the events of one chain in one line."""

    chain = models.CharField(max_length=110, primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)


class DaySeal(models.Model):
    """The heads of all chains that grew on one day, sealed by one hash and chained to the day before."""

    day = models.DateField(primary_key=True)
    events = models.PositiveIntegerField()
    last_event_id = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        triggers = [_append_only("day_seal_is_never_changed")]


class Cursor(models.Model):
    """How far a consumer has read. Events of open transactions are left for later, never skipped."""

    consumer = models.CharField(max_length=60, primary_key=True)
    xid = XidField(default="0")
    event_id = models.BigIntegerField(default=0)
