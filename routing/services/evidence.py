"""默认同意证据: all that proves one silence, as plain values with a hash that anybody can take again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID

from applications.models import Application
from hall.clocks import queries as clock_queries
from hall.clocks.models import Clock, ClockWarning
from hall.notices.models import Notice
from hall.now import now
from hall.prepared import Prepared
from hall.trail.models import Event
from hall.trail.queries import of_subject
from hall.trail.services import name_of

from ..choices import HeldVerdict, SilenceGround
from ..models import HeldSilence, SpecialReport, Task

WARNED = "routing.warned_of_silence"  # the event that says who was told by which warning


def gather(case: Application, task: Task, ground: str, clock: Clock) -> dict[str, Any]:
    """What proves the silence of `task`: clock day by day, warnings with delivery and reading, who looked."""
    return {
        "case": case.number,
        "matter": case.matter.name,
        "place": case.jurisdiction.name,
        "department": task.department.name,
        "responsible": task.department.name,  # the responsibility stays with it (S0 §18)
        "step": task.get_kind_display(),
        "basis": task.step.silent_basis,
        "place_basis": case.jurisdiction.policies.silent_consent_basis,
        "ground": str(SilenceGround(ground).label),
        "opened_at": task.opened_at.isoformat(),
        "received_at": _iso(task.received_at),
        "deemed_at": now().isoformat(),
        "clock": clock_queries.evidence(clock),
        "warnings": warnings_of(task, clock),
        "read_by": readers(task),
        "reports": [
            {
                "reason": report.reason,
                "filed_at": report.filed_at.isoformat(),
                "state": report.state,
                "answer": report.answer,
                "answered_at": _iso(report.answered_at),
            }
            for report in _reports.all(task.pk)
        ],
        "supervised": _supervision(task),
    }


def canonical(data: dict[str, Any]) -> bytes:
    """The one way in which `data` is written as JSON: keys sorted, no spaces, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: dict[str, Any]) -> str:
    """SHA-256 of `data` as canonical JSON, in hexadecimal: what `sha256sum` says of the file downloaded."""
    return hashlib.sha256(canonical(data)).hexdigest()


def notice_key(warning: ClockWarning, user_id: int) -> str:
    """Names the notice of one warning to one person; due anew after more time it is another."""
    due = f"{warning.fires_at:%Y%m%d%H%M}" if warning.fires_at else ""
    return f"warning:{warning.pk}:{due}:{user_id}"


def warnings_of(task: Task, clock: Clock) -> list[dict[str, Any]]:
    """Each warning of the task's clock: when it was sent, to whom, when it reached them, when it was read."""
    roles = _told_roles(task)
    notices = _notices.all(task.case_id)
    found = []
    for warning in sorted(
        clock.warnings.all(), key=lambda each: each.sent_at or dt.datetime.max.replace(tzinfo=dt.UTC)
    ):
        mine = [each for each in notices if (each.once_key or "").startswith(f"warning:{warning.pk}:")]
        found.append(
            {
                "before": str(warning.limit),
                "due": _iso(warning.fires_at),
                "sent": _iso(warning.sent_at),
                "to": [
                    {
                        "name": each.user.name if each.user else "",
                        "role": roles.get(each.once_key or "", ""),
                        "created": each.created_at.isoformat(),
                        "delivered": _iso(each.sent_at),
                        "read": _iso(each.read_at),
                    }
                    for each in sorted(mine, key=lambda each: each.pk)
                ],
            }
        )
    return found


def readers(task: Task) -> list[dict[str, str]]:
    """Who of the department had opened the task, and when (from the journal)."""
    seen = _told.all(*name_of(task), "routing.task_opened_by_reviewer")
    return [{"name": event.actor_name, "at": event.at.isoformat()} for event in seen]


def _told_roles(task: Task) -> dict[str, str]:
    """In which role each notice was addressed, by the notice's key."""
    told = _told.all(*name_of(task), WARNED)
    return {each["key"]: each["role"] for event in told for each in event.data.get("to", ())}


def _supervision(task: Task) -> dict[str, Any] | None:
    """Who let it happen, where so many fell silent at once that a supervisor had to look first."""
    held = _released.first(task.pk)
    if held is None or held.answered_by is None:
        return None
    return {
        "cause": str(held.batch.get_cause_display()),
        "held_at": held.held_at.isoformat(),
        "released_at": _iso(held.answered_at),
        "released_by": held.answered_by.name,
        "reason": held.reason,
    }


# What is read for every silence, however many fall at once.
_reports: Prepared[SpecialReport] = Prepared(
    lambda task_id: SpecialReport.objects.filter(task_id=task_id).order_by("pk"), UUID
)
_notices: Prepared[Notice] = Prepared(
    lambda case_id: Notice.objects.filter(case_id=case_id, once_key__startswith="warning:").select_related(
        "user"
    ),
    UUID,
)
_told: Prepared[Event] = Prepared(
    lambda subject_type, subject_id, what: of_subject((subject_type, subject_id)).filter(what=what),
    str,
    str,
    str,
)
_released: Prepared[HeldSilence] = Prepared(
    lambda task_id: (
        HeldSilence.objects.filter(task_id=task_id, verdict=HeldVerdict.RELEASED)
        .select_related("answered_by", "batch")
        .order_by("-pk")[:1]
    ),
    UUID,
)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
