"""办事指南 and the card for the counter, from a matter version."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from matters import proofs
from matters.choices import ApplicantKind
from matters.models import Material, MatterVersion

from ..workshop import contexts
from . import parts
from .intake import fee


def guide(version: MatterVersion) -> contexts.Guide:
    """The printable guide of a published version."""
    return contexts.Guide(
        **_shared(version),
        version=str(version.number),
        summary=tuple(
            contexts.Field(label=str(label), value=str(value)) for label, value in _summary(version)
        ),
        conditions=tuple(version.conditions),
        materials=tuple(_material(each) for each in _today(version) if each.demanded),
        steps=_steps(version),
        fee=f"{fee(version.fee)}。",
        questions=tuple(
            contexts.Field(label=each.get("q", ""), value=each.get("a", "")) for each in version.faq
        ),
        remedy=parts.remedy(version),
        guide_url=guide_address(version),
    )


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


def _summary(version: MatterVersion) -> list[tuple[object, object]]:
    matter = version.matter
    kinds = "、".join(parts.labels(ApplicantKind(kind) for kind in version.applicants))
    rows = [
        (_("事项类型"), matter.get_kind_display()),
        (_("办件类型"), version.get_case_type_display()),
        (_("服务对象"), kinds),
        (_("法定时限"), version.statutory or _("未作规定")),
        (_("承诺时限"), _promised(version)),
        (_("到现场次数"), _("%(n)s次") % {"n": version.visits}),
        (_("办理结果"), version.result_name or version.get_result_kind_display()),
        (_("办理地点"), version.place_note),
    ]
    return [(label, value) for label, value in rows if value]


def _steps(version: MatterVersion) -> tuple[contexts.Field, ...]:
    """The stages of the route one after another, the departments of a stage beside each other."""
    stages: dict[int, list[str]] = {}
    for step in version.steps.select_related("department").order_by("stage", "order"):
        stages.setdefault(step.stage, []).append(
            f"{step.department.name}{step.get_kind_display()}（{step.limit}）"
        )
    return tuple(
        contexts.Field(label=_("第%(n)s步") % {"n": number}, value="；".join(parallel))
        for number, parallel in enumerate(stages.values(), 1)
    )


def _promised(version: MatterVersion) -> str:
    return str(version.promised) if version.promised.value else _("当场办结")


def _material(material: Material) -> contexts.GuideMaterial:
    notes = [text for text in (material.condition, material.note) if text]
    return contexts.GuideMaterial(
        name=material.name,
        necessity=str(material.get_necessity_display()),
        originals=material.originals,
        copies=material.copies,
        form=str(material.get_media_display()),
        source=material.issuer or str(material.get_source_display()),
        note="；".join(parts.sentence(text) for text in notes),
    )
