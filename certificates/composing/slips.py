"""物料转移单 as a paper: the key is the slip, and once it was received the slip with that moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application
from routing.choices import SlipState
from routing.models import SlipItem, TransferSlip

from ..workshop import contexts
from . import parts
from .parts import Frame


def slips(case: Application) -> Iterator[str]:
    """Every slip as it was sent, and those that were received as both sides confirmed them."""
    for slip in case.slips.exclude(state=SlipState.TAKEN_BACK).order_by("sent_at"):
        yield str(slip.pk)
        if slip.received_at:
            yield _signed_key(slip)


def names_of_slips(case: Application) -> dict[str, str]:
    """For each key of `slips` the number of the slip, and whether both sides have signed it. One query."""
    found = {}
    for slip in case.slips.exclude(state=SlipState.TAKEN_BACK).only("number", "received_at"):
        found[str(slip.pk)] = slip.number
        if slip.received_at:
            found[_signed_key(slip)] = _("%(number)s（双方已确认）") % {"number": slip.number}
    return found


def slip_sheet(case: Application, frame: Frame) -> contexts.TransferSlipSheet:
    """物料转移单, before or after it was received."""
    slip, both = _slip(case, frame.key)
    shared = parts.of_case(case, frame) | {"number": slip.number, "organ": slip.jurisdiction.name}
    return contexts.TransferSlipSheet(
        **shared,
        sender=slip.sender,
        receiver=slip.receiver,
        sent_by=slip.sent_by.name,
        sent_at=timezone.localtime(slip.sent_at),
        due_at=timezone.localtime(slip.due_at),
        items=tuple(_line(item, both) for item in slip.items.select_related("material__material")),
        slip_url=parts.address("routing:slip", slip.pk),
        note=parts.sentence(slip.note),
        received_by=slip.received_by.name if both and slip.received_by else "",
        received_at=timezone.localtime(slip.received_at) if both and slip.received_at else None,
        difference=parts.sentence(slip.difference) if both else "",
    )


def slip_day(case: Application, key: str) -> dt.date:
    slip, both = _slip(case, key)
    return parts.local(slip.received_at if both else slip.sent_at)


def _slip(case: Application, key: str) -> tuple[TransferSlip, bool]:
    pk, _at, received = key.partition("@")
    parties = ("from_hall", "from_department", "to_hall", "to_department", "sent_by", "received_by")
    return case.slips.select_related("jurisdiction", *parties).get(pk=pk), bool(received)


def _signed_key(slip: TransferSlip) -> str:
    return f"{slip.pk}@{slip.received_at:%Y%m%d%H%M%S}"


def _line(item: SlipItem, both: bool) -> contexts.SlipLine:
    received = f"{item.received_originals}＋{item.received_copies}" if both else ""
    return contexts.SlipLine(
        name=item.material.material.name, originals=item.originals, copies=item.copies, received=received
    )
