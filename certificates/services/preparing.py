"""The porter's verb: a decided case gets its papers, its certificate, its numbers and seal, and is ready."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.choices import Outcome, State
from applications.models import Application
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Kind
from hall.clocks.limits import Limit, Unit
from hall.numbers.services import next_value, query_code
from hall.trail.services import record
from routing.querysets import tasks_of

from ..choices import PaperKind
from ..composing.parts import local
from ..composing.result import certificate_fields, has_certificate
from ..composing.validity import last_day
from ..models import Certificate
from .registering import register

# 行政许可法 Art. 50: the holder applies 30 days before the end.
_EXPIRY_WARNINGS = tuple(Limit(days, Unit.CALENDAR_DAY) for days in (90, 60, 30))


@transaction.atomic
def prepare(case_id: UUID) -> bool:
    """Make the result of a decided case ready for the issue window. Safe to run twice.

    False while a promised supplement (容缺) is open, and for a case that is not decided (any more).
    Raises Conflict if no seal in use fits; the case then waits in its tray.
    """
    case = Application.objects.locked(case_id)
    if case.state != State.DECIDED:
        return False
    if case.owes:
        return False
    for task in tasks_of.all(case.pk):
        if hasattr(task, "evidence"):
            register(case, PaperKind.SILENCE_EVIDENCE, key=str(task.pk))  # the summary names its number
    register(case, PaperKind.REVIEW_SUMMARY)
    if case.outcome == Outcome.GRANTED:
        _grant(case)
    else:
        register(case, PaperKind.REFUSAL)
    cases.mark_ready(case.pk)
    return True


def _grant(case: Application) -> None:
    if not has_certificate(case):
        register(case, PaperKind.GRANT)
        return
    issued = _new_certificate(case)
    case.certificate = issued  # in hand before it is saved: the decision names its number
    register(case, PaperKind.GRANT)
    issued.paper = register(case, PaperKind.CERTIFICATE, number=issued.number)
    issued.save(force_insert=True)
    _start_expiry_clock(case, issued)
    record(
        "certificates.issued",
        subject=issued,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        to_state=issued.state,
        data={"number": issued.number, "valid_to": issued.valid_to},
    )


def _new_certificate(case: Application) -> Certificate:
    day = local(case.decided_at)
    version = case.version
    return Certificate(
        case=case,
        matter=version.matter,
        number=certificate_number(case, day),
        name=version.result_name or version.matter.name,
        holder_name=case.applicant_name,
        fields=[list(row) for row in certificate_fields(case)],
        verify_code=_verify_code(),
        issued_on=day,
        valid_from=day,
        valid_to=last_day(version.result_validity, day),
        is_demo=case.is_demo or case.jurisdiction.is_demo or settings.DEMONSTRATION,
    )


def certificate_number(case: Application, day: dt.date) -> str:
    """区划代码6 + 事项类型2 + 年4 + 流水6, one series a place, type and year."""
    head = f"{case.jurisdiction.code[:6]}{case.version.matter.kind}{day.year}"
    return f"{head}{next_value(f'certificate:{head}'):06d}"


def _verify_code() -> str:
    while True:
        code = f"{query_code(8)}{query_code(6)[:4]}"
        if not Certificate.objects.filter(verify_code=code).exists():
            return code


def _start_expiry_clock(case: Application, issued: Certificate) -> None:
    days = (issued.valid_to - issued.valid_from).days if issued.valid_to else 0
    if days < 1:
        return
    clocks.start(
        issued,
        Kind.CERTIFICATE_EXPIRY,
        Limit(days, Unit.CALENDAR_DAY),
        jurisdiction=case.jurisdiction,
        case_id=case.pk,
        basis=_("证载有效期"),
        started_at=case.decided_at,
        ends=Ends.FIXED_DATE,
        warn=_EXPIRY_WARNINGS,
    )
