"""物料转移: paper originals go from office to office with a slip that both sides confirm.

Who hands over confirms by handing over, who receives by counting. An original is in one place, or on one
slip; where it is now follows from the slips alone (`routing.holdings`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.choices import FINAL
from applications.models import Application
from hall.calendars.queries import calendar_for
from hall.clocks import engine
from hall.clocks.choices import Ends
from hall.clocks.limits import Limit
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.now import now
from hall.numbers.services import next_value
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..choices import SlipState
from ..holdings import Office, holdings
from ..models import SlipItem, TransferSlip
from .guards import stated
from .telling import holders, inform

AT_HALL = (Role.CLERK, Role.ISSUER)
IN_DEPARTMENT = (Role.REVIEWER, Role.HEAD)
RECEIVED_WITHIN = Limit(1)  # working days; what is longer under way is overdue


@dataclass(frozen=True)
class Count:
    """So many originals and copies, as somebody counted them."""

    originals: int
    copies: int


@transaction.atomic
def send_originals(
    case_id: UUID, *, materials: Collection[int], to: Office, by: Officer, note: str = ""
) -> TransferSlip:
    """Hand originals of a case over to another office, with a slip (物料转移单).

    `materials` are keys of the case's materials; each goes with all that is there of it. Once the case has
    come to its end, no department needs them any more: they only go back to the hall, where the applicant
    fetches them.

    Raises NotAllowed unless `by` works where they lie, Conflict if one of them is under way or elsewhere,
    Invalid for nothing, or for an office that has nothing to do with the case, WrongState for a department
    once the case has ended.
    """
    case = Application.objects.locked(case_id)
    there = [each for each in holdings(case) if each.originals or each.copies]
    chosen = [each for each in there if each.material.pk in set(materials)]
    if not chosen or len(chosen) < len(set(materials)):
        raise Invalid(_("请选择要转移的材料"), fields={"materials": [_("请选择要转移的材料")]})
    if any(each.slip for each in chosen):
        raise Conflict(_("有材料正在转移途中，请先接收"))
    places = {each.office for each in chosen}
    if len(places) != 1:
        raise Conflict(_("所选材料不在同一处，请分别开单"))
    place = places.pop()
    acting = as_staff_of(place, by)
    _must_concern(case, place, to)
    if case.state in FINAL and to.hall is None:
        raise WrongState(
            _("办件%(state)s，原件只能退回大厅") % {"state": case.get_state_display()}, state=case.state
        )
    due = engine.due(now(), RECEIVED_WITHIN, calendar_for(case.jurisdiction), (), Ends.CLOSE_OF_OFFICE).at
    assert due is not None, "nothing pauses here"
    day = timezone.localdate(now())
    head = f"ZY{case.jurisdiction.code[:6]}{day:%Y%m%d}"
    slip = TransferSlip.objects.create(
        number=f"{head}{next_value(f'slip:{head}'):04d}",
        case=case,
        jurisdiction=case.jurisdiction,
        from_hall=place.hall,
        from_department=place.department,
        to_hall=to.hall,
        to_department=to.department,
        note=note.strip(),
        sent_by_id=acting.user_id,
        sent_at=now(),
        due_at=due,
    )
    SlipItem.objects.bulk_create(
        SlipItem(slip=slip, material=each.material, originals=each.originals, copies=each.copies)
        for each in chosen
    )
    _tell("routing.slip_sent", slip, acting, reason=slip.note)
    roles = AT_HALL if to.hall else IN_DEPARTMENT
    where = {"hall": to.hall} if to.hall else {"department": to.department}
    told = _("有原件转来，请清点接收")
    inform(holders(*roles, **where), told, slip.number, case, to=f"/slips/{slip.pk}/")
    return slip


@transaction.atomic
def receive_originals(
    slip_id: UUID, *, by: Officer, counted: Mapping[int, Count] | None = None, difference: str = ""
) -> TransferSlip:
    """Count what a slip brings and sign for it. `counted` by the key of the item; else as written.

    What differs is said in words and goes to supervision; the counted number is what is there from now on.

    Raises NotAllowed unless `by` works in the receiving office, and for who handed it over; WrongState once
    it was received or taken back; Invalid if a difference is not explained.
    """
    slip = _locked(slip_id)
    acting = as_staff_of(Office(slip.to_hall, slip.to_department), by)
    if slip.sent_by_id == by.user_id:
        raise NotAllowed(_("交出和接收须是两个人"))
    _must_be_under_way(slip)
    differs = False
    for item in slip.items.all():
        count = (counted or {}).get(item.pk, Count(item.originals, item.copies))
        if count.originals < 0 or count.copies < 0:
            raise Invalid(_("份数不能小于零"))
        differs |= (count.originals, count.copies) != (item.originals, item.copies)
        item.received_originals, item.received_copies, item.travels = count.originals, count.copies, False
        item.save(update_fields=["received_originals", "received_copies", "travels"])
    if differs:
        difference = stated("difference", difference, _("实收与单上不一致，请写明差异"))
    slip.state = SlipState.DIFFERING if differs else SlipState.RECEIVED
    slip.difference = difference.strip() if differs else ""
    slip.received_by_id, slip.received_at = acting.user_id, now()
    slip.save(update_fields=["state", "difference", "received_by", "received_at"])
    _tell("routing.slip_received", slip, acting)
    if differs:
        _tell("routing.slip_differs", slip, acting, reason=slip.difference)
        watchers = holders(Role.SUPERVISOR, Role.MANAGER, jurisdiction=slip.jurisdiction_id)
        body = f"{slip.number} {slip.difference}"
        inform([*watchers, slip.sent_by], _("原件接收有差异"), body, slip.case, to=f"/slips/{slip.pk}/")
    return slip


@transaction.atomic
def take_back_slip(slip_id: UUID, *, reason: str, by: Officer) -> TransferSlip:
    """Take a slip back before it was received: the originals never left. Raises NotAllowed, WrongState."""
    slip = _locked(slip_id)
    acting = as_staff_of(Office(slip.from_hall, slip.from_department), by)
    _must_be_under_way(slip)
    reason = stated("reason", reason, _("请写明收回的原因"))
    slip.items.update(travels=False)
    slip.state = SlipState.TAKEN_BACK
    slip.save(update_fields=["state"])
    _tell("routing.slip_taken_back", slip, acting, reason=reason)
    return slip


def as_staff_of(place: Office, by: Officer) -> Officer:
    """`by`, acting in a post of that hall or department. Raises NotAllowed."""
    if place.hall:
        post = by.post_for(*AT_HALL, hall=place.hall)
    else:
        post = by.post_for(*IN_DEPARTMENT, department=place.department)
    if post is None:
        raise NotAllowed(_("您不在%(office)s的岗位上") % {"office": place})
    return by.acting_as(post)


def _must_concern(case: Application, place: Office, to: Office) -> None:
    message = ""
    if to == place:
        message = _("请选择另一处")
    elif to.hall:
        if to.hall.jurisdiction_id != case.jurisdiction_id:
            message = _("请选择本地的大厅")
    elif to.department and not (
        to.department.pk == case.version.department_id
        or case.tasks.filter(department=to.department).exists()
        or any(step.department_id == to.department.pk for step in case.open_steps())
    ):
        message = _("原件只转给办理这一件的部门")
    if message:
        raise Invalid(message, fields={"to": [message]})


def _locked(slip_id: UUID) -> TransferSlip:
    found = TransferSlip.objects.filter(pk=slip_id).only("case_id").first()
    if found is None:
        raise WrongState(_("没有这张转移单"))
    Application.objects.locked(found.case_id)
    slips = TransferSlip.objects.select_for_update(of=("self",))
    parties = ("from_hall", "from_department", "to_hall", "to_department")
    return slips.select_related("case", "sent_by", *parties).get(pk=slip_id)


def _must_be_under_way(slip: TransferSlip) -> None:
    if slip.state != SlipState.SENT:
        raise WrongState(_("这张转移单%(state)s") % {"state": slip.get_state_display()})


def _tell(what: str, slip: TransferSlip, by: Officer, reason: str = "") -> None:
    record(
        what,
        subject=slip,
        by=by,
        case_id=slip.case_id,
        jurisdiction=slip.jurisdiction_id,
        reason=reason,
        to_state=slip.state,
        data={"number": slip.number, "from": slip.sender, "to": slip.receiver},
    )
