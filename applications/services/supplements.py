"""补正: what the notice asked for arrives, in one go or piece by piece, by whatever way.

A part keeps the notice open and says what is still missing; the last part gives the office a fresh limit
from the day on which it arrived. What is posted in time is in time: while a letter is under way the
applicant's period stands still.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Ground, Kind
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, WrongState
from hall.now import now, today
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from matters import formspec

from .. import checks
from ..choices import MaterialVerdict, State, SupplementChannel
from ..models import Application, CorrectionNotice
from ..supplement_models import Supplement
from . import filing, telling
from .actors import as_clerk, as_clerk_or_applicant, expect
from .filling import MaterialEntry, judge, material_of
from .holding import take_in_hand
from .journal import moved, noted
from .notices import FIELD


@dataclass(frozen=True)
class Arrival:
    """How something came: the way, when it reached the office (now unless told), the postmark of a letter."""

    channel: str = SupplementChannel.DESK
    received_at: dt.datetime | None = None
    posted_on: dt.date | None = None
    tracking_number: str = ""


@transaction.atomic
def supplement(
    case_id: UUID,
    *,
    materials: Sequence[MaterialEntry] = (),
    data: Mapping[str, Any] | None = None,
    arrival: Arrival | None = None,
    by: Actor,
) -> Application:
    """What the applicant hands in to mend the application (补正), all of it or a part.

    A material counts once it is found in order at the counter, or once pages were sent from home for the
    clerk to look at; a field of the form by `data`. With the last item the case is received again, and the
    limit for the verdict runs anew from the day on which that one arrived; before, the notice stays open
    and the applicant is told what is still missing.

    Raises Incomplete when nothing that was asked for has come, Invalid for dates that cannot be.
    Law: 行政许可法 Art. 32(4).
    """
    case = Application.objects.locked(case_id)
    by = as_clerk_or_applicant(by, case, MandateScope.SUPPLEMENT)
    expect(case, State.CORRECTING)
    at_desk = isinstance(by, Officer)
    notice = case.correction_notices.latest("number")
    arrival = _checked(arrival, notice, at_desk=at_desk)
    before = _unanswered(case, notice)
    known = {item["code"] for each in notice.supplements.all() for item in each.items}
    if at_desk:
        take_in_hand(case, by)
        case.visits += arrival.channel == SupplementChannel.DESK
    if data is not None:
        _correct_form(case, data)
    for entry in materials:
        _hand_in(case, entry, at_desk=at_desk, by=by)
    left = _unanswered(case, notice)
    came = [
        item
        for item in notice.items
        if item["code"] not in left and (item["code"] in before or item["code"] not in known)
    ]
    # Pages from home were written down when they were sent (`sent_from_home`).
    sent = None if at_desk else notice.supplements.filter(channel=SupplementChannel.ONLINE).last()
    if left and not came and sent is None:
        raise Incomplete(
            _("补正还不齐：%(names)s") % {"names": "、".join(left.values())}, items=list(left.values())
        )
    case.save()
    handed_in = sent if sent and not came else _write(case, notice, arrival, came, by=by)
    handed_in.left = list(left.values())
    handed_in.save(update_fields=["left"])
    if left:
        _go_on(case, by=by)
        noted(case, "supplemented_in_part", by=by, data=_told(handed_in))
        telling.supplemented_in_part(case, handed_in)
        return case
    return _complete(case, notice, handed_in, by=by)


@transaction.atomic
def announce_posting(case_id: UUID, *, posted_on: dt.date, tracking_number: str, by: Actor) -> Supplement:
    """A correction is in the post: the period stands still until the letter is here (交邮即不算过期).

    Told by the applicant online, or to the clerk. Raises Invalid for a day before the notice or after today,
    WrongState when the period is over or another letter is under way.
    """
    case = Application.objects.locked(case_id)
    by = as_clerk_or_applicant(by, case, MandateScope.SUPPLEMENT)
    expect(case, State.CORRECTING)
    notice = case.correction_notices.latest("number")
    arrival = Arrival(SupplementChannel.POST, None, posted_on, tracking_number)
    _check_posting(arrival, notice)
    if not tracking_number.strip():
        told = _("请填写邮件号，便于查询和核对邮戳")
        raise Invalid(told, fields={"tracking_number": [told]})
    if under_way(case):
        raise WrongState(_("已经登记了一件在途的邮件"))
    clock = running(case, Kind.CORRECTION)
    if clock is None or clock.is_over(now()):
        raise WrongState(_("补正期限已过"))
    letter = Supplement.objects.create(
        case=case,
        notice=notice,
        channel=SupplementChannel.POST,
        posted_on=posted_on,
        tracking_number=tracking_number.strip()[:40],
        registered_by_id=by.user_id,
        registered_at=now(),
    )
    why = _("补正材料%(day)s交邮，邮件号%(number)s") % {"day": posted_on, "number": letter.tracking_number}
    clocks.pause(clock, Ground.CORRECTION, why, by)
    noted(case, "supplement_posted", by=by, data={"posted_on": posted_on, "number": letter.tracking_number})
    return letter


@transaction.atomic
def strike_posting(supplement_id: int, *, reason: str, by: Actor) -> Supplement:
    """The letter did not come: the applicant's period goes on. By a clerk, who says why."""
    found = Supplement.objects.filter(pk=supplement_id).values_list("case_id", flat=True).first()
    if found is None:
        raise WrongState(_("没有这个登记"))
    case = Application.objects.locked(found)
    clerk = as_clerk(by, case)
    letter = Supplement.objects.select_for_update(of=("self",)).get(pk=supplement_id)
    if letter.received_at or letter.struck_at:
        raise WrongState(_("这件邮件不在途中"))
    if not reason.strip():
        raise Invalid(_("请写明注销的理由"), fields={"reason": [_("请写明注销的理由")]})
    letter.struck_at, letter.strike_reason = now(), reason.strip()[:300]
    letter.save(update_fields=["struck_at", "strike_reason"])
    _go_on(case, by=clerk)
    noted(case, "posting_struck", by=clerk, reason=letter.strike_reason)
    return letter


def sent_from_home(case: Application, code: str, *, by: Actor) -> None:
    """Pages for a material of the open notice have come in online: they are received at this moment."""
    notice = case.correction_notices.latest("number")
    item = next((each for each in notice.items if each["code"] == code and each["of"] != FIELD), None)
    if item is None or any(
        code == known["code"] for each in notice.supplements.all() for known in each.items
    ):
        return
    arrival = Arrival(SupplementChannel.ONLINE)
    record_hand_in(case, arrival, notice=notice, items=[_named(item)], registered_by_id=by.user_id)


def under_way(case: Application) -> Supplement | None:
    """The letter with a correction that is posted and not here yet."""
    return case.supplements.filter(received_at=None, struck_at=None).first()


def still_missing(case: Application) -> list[str]:
    """Names of what the open notice asked for and has not got yet; none once it is answered."""
    if case.state != State.CORRECTING:
        return []
    return list(_unanswered(case, case.correction_notices.latest("number")).values())


def record_hand_in(case: Application, arrival: Arrival, **given: Any) -> Supplement:
    """Write one hand-in of a locked case, with the way and the day on which it came."""
    return Supplement.objects.create(
        case=case,
        channel=arrival.channel,
        received_at=arrival.received_at or now(),
        posted_on=arrival.posted_on,
        tracking_number=arrival.tracking_number.strip()[:40],
        registered_at=now(),
        **given,
    )


def check_arrival(arrival: Arrival, since: dt.datetime) -> None:
    """Raise Invalid for a way or a day that cannot be: not before it was asked for, never in the future."""
    if arrival.channel not in SupplementChannel.values:
        raise Invalid(_("请选择补交方式"), fields={"channel": [_("请选择补交方式")]})
    if arrival.received_at and not since <= arrival.received_at <= now():
        told = _("收到的时间应在告知之后、现在之前")
        raise Invalid(told, fields={"received_on": [told]})
    if arrival.posted_on is None:
        return
    if arrival.channel != SupplementChannel.POST:
        raise Invalid(_("只有邮寄的才有交邮日期"), fields={"posted_on": [_("只有邮寄的才填")]})
    arrived_on = timezone.localdate(arrival.received_at) if arrival.received_at else today()
    if not timezone.localdate(since) <= arrival.posted_on <= arrived_on:
        told = _("交邮日期应在告知之后、收到之前")
        raise Invalid(told, fields={"posted_on": [told]})


# -- Parts ---------------------------------------------------------------------------------------------


def _checked(arrival: Arrival | None, notice: CorrectionNotice, *, at_desk: bool) -> Arrival:
    """The way as it will be written; from home there is only one."""
    if not at_desk:
        return Arrival(SupplementChannel.ONLINE)
    arrival = arrival or Arrival()
    check_arrival(arrival, notice.given_at)
    return arrival


def _check_posting(arrival: Arrival, notice: CorrectionNotice) -> None:
    check_arrival(arrival, notice.given_at)


def _write(
    case: Application,
    notice: CorrectionNotice,
    arrival: Arrival,
    came: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
) -> Supplement:
    """The hand-in; a letter that was announced is the one that came."""
    items = [_named(item) for item in came]
    letter = under_way(case) if arrival.channel == SupplementChannel.POST else None
    if letter is None:
        return record_hand_in(case, arrival, notice=notice, items=items, registered_by_id=by.user_id)
    letter.items, letter.received_at = items, arrival.received_at or now()
    letter.posted_on = arrival.posted_on or letter.posted_on
    letter.save(update_fields=["items", "received_at", "posted_on"])
    return letter


def _named(item: Mapping[str, Any]) -> dict[str, str]:
    return {"code": item["code"], "name": item["name"], "of": item["of"]}


def _complete(
    case: Application, notice: CorrectionNotice, handed_in: Supplement, *, by: Actor
) -> Application:
    """Nothing is missing any more: received again, with a fresh limit from the day the last part arrived."""
    if letter := under_way(case):  # everything is here; whatever the letter brings is no longer needed
        letter.struck_at, letter.strike_reason = now(), _("其他途径已经补齐")
        letter.save(update_fields=["struck_at", "strike_reason"])
    arrivals = notice.supplements.values_list("received_at", flat=True)
    arrived = max(moment for moment in arrivals if moment)
    notice.answered_at = arrived
    notice.save(update_fields=["answered_at"])
    before = case.state
    case.supplement()
    case.save()
    clocks.meet(case, Kind.CORRECTION, by=by)
    clocks.start(
        case,
        Kind.ACCEPTANCE,
        checks.acceptance_limit(case.version),
        jurisdiction=case.jurisdiction,
        department=case.version.department,
        case_id=case.pk,
        basis=case.version.regime.basis,
        started_at=arrived,
        by=by,
    )
    moved(case, "supplemented", before, by=by, data={"notice": notice.number, **_told(handed_in)})
    telling.supplemented(case)
    return case


def _go_on(case: Application, *, by: Actor) -> None:
    """Nothing is in the post any more: the applicant's period runs on."""
    clock = running(case, Kind.CORRECTION)
    stands = clock and clock.pauses.filter(ground=Ground.CORRECTION, ends_at=None).exists()
    if clock and stands and under_way(case) is None:
        clocks.resume(clock, Ground.CORRECTION, by)


def _told(handed_in: Supplement) -> dict[str, Any]:
    return {
        "channel": handed_in.channel,
        "received_at": handed_in.received_at,
        "posted_on": handed_in.posted_on,
        "items": [item["code"] for item in handed_in.items],
        "left": len(handed_in.left),
    }


def _correct_form(case: Application, data: Mapping[str, Any]) -> None:
    values, errors = formspec.clean(case.version.form_fields, data)
    if errors:
        raise Invalid(_("表单有%(n)s处需要修改") % {"n": len(errors)}, fields=errors)
    case.form_data = values


def _hand_in(case: Application, entry: MaterialEntry, *, at_desk: bool, by: Actor) -> None:
    row = material_of(case, entry.code)
    if at_desk:
        judge(case, row, entry)
    else:
        row.verdict = MaterialVerdict.PENDING
        row.handed_in_at = now()
    row.save()
    filing.claim(row, entry.files, by=by)


def _unanswered(case: Application, notice: CorrectionNotice) -> dict[str, str]:
    """What the notice asked for and has not got, by code."""
    rows = {row.material.code: row for row in case.materials.select_related("material")}
    wrong = checks.form_errors(case)
    left = {}
    for item in notice.items:
        if item["of"] == FIELD:
            answered = item["code"] not in wrong
        else:
            row = rows[item["code"]]
            sent = row.handed_in_at is not None and row.handed_in_at >= notice.given_at
            answered = row.verdict not in checks.UNSETTLED or (
                row.verdict == MaterialVerdict.PENDING and sent
            )
        if not answered:
            left[item["code"]] = item["name"]
    return left
