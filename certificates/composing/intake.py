"""Papers of the front desk."""

from __future__ import annotations

from django.utils import timezone

from applications import checks
from applications.choices import MaterialVerdict
from applications.models import Application, CaseMaterial, Deferral
from hall.clocks.choices import Kind
from matters.choices import CaseType, MaterialForm, SpecialProcedure

from ..workshop import contexts
from . import parts
from .parts import Frame

# What has not been asked for is not listed.
_UNLISTED = (MaterialVerdict.NOT_NEEDED,)


def receipt(case: Application, frame: Frame) -> contexts.Receipt:
    """收件凭证."""
    receiver = case.received_by.name if case.received_by else "网上收件"
    window = f"（{case.window.name}）" if case.window else ""
    return contexts.Receipt(
        **parts.of_case(case, frame),
        received_at=timezone.localtime(case.received_at),
        receiver=f"{receiver}{window}",
        materials=_materials(case),
        acceptance_due=parts.due(parts.clock_of(case, Kind.ACCEPTANCE)),
        rest_day=checks.rest_day_words(case),
    )


def acceptance(case: Application, frame: Frame) -> contexts.AcceptanceNotice:
    """受理通知书."""
    version = case.version
    return contexts.AcceptanceNotice(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at),
        accepted_on=parts.local(case.accepted_at),
        statutory=parts.due(parts.clock_of(case, Kind.STATUTORY)),
        promised=parts.due(parts.clock_of(case, Kind.PROMISED)),
        instant=version.case_type == CaseType.INSTANT,
        deemed=case.accepted_how == "deemed",
        materials=_materials(case),
        special_procedures=_stopping_procedures(case),
        fee=fee(version.fee),
        result=version.result_name,
        delivery="",
    )


def correction(case: Application, frame: Frame) -> contexts.CorrectionNotice:
    """补正材料一次性告知书; the key is the number of the notice in the case."""
    notice = case.correction_notices.get(number=int(frame.key))
    return contexts.CorrectionNotice(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at),
        items=tuple(
            contexts.Correction(
                material=item.get("name", ""),
                problem=item.get("problem", ""),
                remedy=item.get("requirement", ""),
                basis=item.get("basis", ""),
                guide=item.get("guide", ""),
            )
            for item in notice.items
        ),
        due=parts.due(parts.clock_of(case, Kind.CORRECTION, since=notice.given_at)),
        again_because=parts.sentence(notice.second_reason),
    )


def not_accepted(case: Application, frame: Frame) -> contexts.RefusalOfAcceptance:
    """不予受理决定书."""
    ground = str(case.get_refusal_ground_display()) if case.refusal_ground else ""
    reasons = tuple(reason for reason in (ground, *parts.lines(case.end_reason)) if reason)
    return contexts.RefusalOfAcceptance(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at or case.submitted_at or case.created_at),
        reasons=tuple(dict.fromkeys(reasons)),
        competent_organ=case.right_organ,
        remedy=parts.remedy(case.version),
    )


def deferral_notice(case: Application, frame: Frame) -> contexts.DeferralNotice:
    """容缺受理通知书."""
    return contexts.DeferralNotice(
        **parts.of_case(case, frame),
        accepted_on=parts.local(case.accepted_at),
        items=_deferred(case),
        channel="受理窗口、网上办事大厅、邮寄、电子邮件、传真或者即时通讯",
    )


def deferral_pledge(case: Application, frame: Frame) -> contexts.DeferralPledge:
    """容缺受理承诺书; the applicant's own paper, so it bears no seal."""
    return contexts.DeferralPledge(**parts.of_case(case, frame), items=_deferred(case))


def return_notice(case: Application, frame: Frame) -> contexts.ReturnNotice:
    """网上预审退回通知书."""
    return contexts.ReturnNotice(
        **parts.of_case(case, frame),
        submitted_at=timezone.localtime(case.submitted_at),
        reasons=parts.lines(case.return_reason),
    )


def withdrawal(case: Application, frame: Frame) -> contexts.WithdrawalNotice:
    """撤回申请终止办理通知书."""
    return contexts.WithdrawalNotice(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at or case.submitted_at or case.created_at),
        withdrawn_on=parts.local(case.ended_at),
        reason=parts.sentence(case.end_reason),
        originals=_originals(case),
    )


def termination(case: Application, frame: Frame) -> contexts.TerminationNotice:
    """终止办理通知书."""
    return contexts.TerminationNotice(
        **parts.of_case(case, frame),
        received_on=parts.local(case.received_at),
        reason=parts.sentence(case.end_reason),
        remedy=parts.remedy(case.version),
        ground=str(case.get_termination_ground_display()),
        originals=_originals(case),
    )


def _originals(case: Application) -> tuple[str, ...]:
    """What the applicant gets back, with how many of each."""
    kept = case.materials.filter(originals__gt=0).select_related("material").order_by("order")
    return tuple(f"{row.material.name}（{row.originals}份）" for row in kept)


def fee(charged: dict | None) -> str:
    """收费 in one sentence."""
    if not charged:
        return "不收费"
    return f"{charged.get('item', '')}，{parts.sentence(str(charged.get('standard', '')))}"


def _materials(case: Application) -> tuple[contexts.MaterialLine, ...]:
    rows = case.materials.exclude(verdict__in=_UNLISTED).select_related("material").order_by("order")
    return tuple(_material(row) for row in rows)


def _material(row: CaseMaterial) -> contexts.MaterialLine:
    material = row.material
    received = row.originals or row.copies
    electronic = not received and row.handed_in_at is not None
    return contexts.MaterialLine(
        name=material.name,
        originals=row.originals,
        copies=row.copies,
        form="电子件" if electronic else str(MaterialForm(material.form).label) if received else "",
        verdict="已收"
        if row.handed_in_at and row.verdict == MaterialVerdict.PENDING
        else verdict_in_words(row.verdict),
        note=row.problem,
    )


def verdict_in_words(verdict: str) -> str:
    """How a receipt says what the desk found of a material."""
    words = {
        MaterialVerdict.PENDING: "未收",
        MaterialVerdict.OK: "已收，符合",
        MaterialVerdict.DEFERRED: "容缺后补",
    }
    return words.get(MaterialVerdict(verdict)) or str(MaterialVerdict(verdict).label)


def _stopping_procedures(case: Application) -> tuple[str, ...]:
    """The special procedures whose time is not counted, by name (行政许可法 Art. 45)."""
    kinds = [each["kind"] for each in case.version.special_procedures if each.get("stops_clock")]
    return parts.labels(SpecialProcedure(kind) for kind in dict.fromkeys(kinds))


def _deferred(case: Application) -> tuple[contexts.DeferredItem, ...]:
    deferrals = case.deferrals.select_related("case_material__material").order_by("pk")
    return tuple(_deferred_item(deferral) for deferral in deferrals)


def _deferred_item(deferral: Deferral) -> contexts.DeferredItem:
    material = deferral.case_material.material
    clock = parts.clock_on(deferral, Kind.SUPPLEMENT)
    return contexts.DeferredItem(
        material=material.name,
        form=str(material.get_media_display()),
        due=parts.due(clock) or contexts.DueDate(on=parts.local(deferral.pledged_at)),
    )
