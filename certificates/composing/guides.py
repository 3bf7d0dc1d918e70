"""The card for the counter, from a matter version."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from matters import proofs
from matters.models import Material, MatterVersion

from ..workshop import contexts
from . import parts


def guide_card(version: MatterVersion) -> contexts.GuideCard:
    """The card that stands on the counter."""
    demanded = sum(each.demanded for each in _today(version))
    return contexts.GuideCard(
        **_shared(version),
        guide_url=guide_address(version),
        place_name=version.matter.jurisdiction.name,
        facts=(
            contexts.Field(label=str(_("承诺时限")), value=_promised(version)),
            contexts.Field(label=str(_("申请材料")), value=_("%(n)s项") % {"n": demanded}),
            contexts.Field(label=str(_("收费")), value=_("收费") if version.fee else _("不收费")),
            contexts.Field(
                label=str(_("咨询电话")), value=version.phone or version.matter.jurisdiction.phone
            ),
        ),
    )


def _today(version: MatterVersion) -> Sequence[Material]:
    """The materials in their order, as the proof lists of today let them be demanded."""
    return proofs.settle(version.matter.jurisdiction_id, list(version.materials.order_by("order")))


def guide_address(version: MatterVersion) -> str:
    """The short link of the matter, the same through all versions."""
    return parts.address("matters:short", version.matter.short_code)


def _shared(version: MatterVersion) -> dict:
    matter = version.matter
    return {
        "organ": version.department.name,
        "dated": timezone.localdate(version.valid_from),
        "matter": matter.name,
        "matter_code": matter.implementation_code,
        "matter_type": str(matter.kind),
        "demonstration": bool(settings.DEMONSTRATION or matter.is_demo or matter.jurisdiction.is_demo),
        "contact": contexts.Contact(
            place=version.place_note,
            hours=version.hours_note,
            phone=version.phone or matter.jurisdiction.phone,
            complaint_phone=version.complaint_phone or matter.jurisdiction.complaint_phone,
        ),
        "legal_basis": parts.laws(version),
    }


def _promised(version: MatterVersion) -> str:
    return str(version.promised) if version.promised.value else _("当场办结")
