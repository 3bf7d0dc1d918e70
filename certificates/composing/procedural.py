"""Papers of special procedures, hearings and extensions: the key is the thing that each tells of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from applications.models import Application
from hall.clocks.choices import Kind
from routing.choices import ReportState
from routing.models import Extension, Hearing, Procedure

from ..workshop import contexts
from . import parts
from .parts import Frame


def procedures(case: Application) -> Iterator[str]:
    """Every special procedure but a hearing that nobody has asked for: that has its own notice."""
    for procedure in case.procedures.select_related("hearing"):
        hearing = getattr(procedure, "hearing", None)
        if hearing is None or hearing.requested_at:
            yield str(procedure.pk)


def procedure_notice(case: Application, frame: Frame) -> contexts.ProcedureNotice:
    """特别程序告知书."""
    procedure = _procedure(case, frame.key)
    return contexts.ProcedureNotice(
        **parts.of_case(case, frame),
        procedure=str(procedure),
        reason=procedure.reason,
        limit=str(procedure.limit),
        basis=procedure.basis,
        stops_clock=procedure.stops_clock,
        due=parts.due(parts.clock_on(procedure, Kind.SPECIAL_PROCEDURE)),
        contact_name=procedure.contact_name,
        contact_phone=procedure.contact_phone,
    )


def procedure_day(case: Application, key: str) -> dt.date:
    return parts.local(_procedure(case, key).opened_at)


def hearings_told(case: Application) -> Iterator[str]:
    """Hearings to which the parties concerned were told their right."""
    found = Hearing.objects.filter(procedure__case=case).exclude(parties="")
    yield from (str(pk) for pk in found.values_list("procedure", flat=True))


def hearing_right(case: Application, frame: Frame) -> contexts.HearingRightNotice:
    """听证告知书."""
    hearing = _hearing(case, frame.key)
    return contexts.HearingRightNotice(
        **parts.of_case(case, frame),
        reason=hearing.procedure.reason,
        parties=hearing.parties,
        ask_by=parts.due(parts.clock_on(hearing.procedure, Kind.HEARING_REQUEST)),
        contact_name=hearing.procedure.contact_name,
        contact_phone=hearing.procedure.contact_phone,
    )


def told_day(case: Application, key: str) -> dt.date:
    return parts.local(_hearing(case, key).told_at)


def hearings_noticed(case: Application) -> Iterator[str]:
    """Hearings whose time and place are set; set anew, they are told anew."""
    for hearing in Hearing.objects.filter(procedure__case=case, noticed_at__isnull=False):
        yield f"{hearing.procedure_id}@{hearing.noticed_at:%Y%m%d%H%M%S}"


def hearing_notice(case: Application, frame: Frame) -> contexts.HearingNotice:
    """听证通知书."""
    hearing = _hearing(case, frame.key)
    return contexts.HearingNotice(
        **parts.of_case(case, frame),
        held_at=timezone.localtime(hearing.held_at),
        place=hearing.place,
        chair=_chair(hearing),
        reason=hearing.procedure.reason,
        requested_by=hearing.requested_by,
    )


def noticed_day(case: Application, key: str) -> dt.date:
    return parts.local(_hearing(case, key).noticed_at)


def hearings_recorded(case: Application) -> Iterator[str]:
    """Hearings that were held and whose record is signed."""
    found = Hearing.objects.filter(procedure__case=case).exclude(record="")
    yield from (str(pk) for pk in found.values_list("procedure", flat=True))


def hearing_record(case: Application, frame: Frame) -> contexts.HearingRecord:
    """听证笔录."""
    hearing = _hearing(case, frame.key)
    return contexts.HearingRecord(
        **parts.of_case(case, frame),
        held_at=timezone.localtime(hearing.held_at),
        place=hearing.place,
        chair=_chair(hearing),
        text=hearing.record,
        signed_by=hearing.signed_by,
        parties=hearing.parties,
    )


def held_day(case: Application, key: str) -> dt.date:
    return parts.local(_hearing(case, key).held_at)


def extensions(case: Application) -> Iterator[str]:
    """The extension that was granted: one at most."""
    found = case.extensions.filter(state=ReportState.GRANTED)
    yield from (str(pk) for pk in found.values_list("pk", flat=True))


def extension_notice(case: Application, frame: Frame) -> contexts.ExtensionNotice:
    """延长办理期限通知书."""
    granted = _extension(case, frame.key)
    return contexts.ExtensionNotice(
        **parts.of_case(case, frame),
        days=granted.days,
        reason=granted.reason,
        before=_day(granted.due_before),
        after=_day(granted.due_after),
        approved_by=f"{case.version.department.name}负责人",
        approval=granted.answer,
    )


def extension_day(case: Application, key: str) -> dt.date:
    return parts.local(_extension(case, key).answered_at)


def _procedure(case: Application, key: str) -> Procedure:
    return case.procedures.get(pk=key)


def _hearing(case: Application, key: str) -> Hearing:
    found = Hearing.objects.select_related("procedure__task", "chair")
    return found.get(procedure__pk=key.partition("@")[0], procedure__case=case)


def _chair(hearing: Hearing) -> str:
    return hearing.chair.name if hearing.chair else ""


def _extension(case: Application, key: str) -> Extension:
    return case.extensions.get(pk=key)


def _day(moment: dt.datetime | None) -> contexts.DueDate | None:
    return contexts.DueDate(on=parts.local(moment)) if moment else None
