"""Papers of a bundle as a whole (一件事): one receipt for all its parts, one notice of what is missing."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from applications import bundle_queries
from applications.bundle_models import BundleCase
from applications.choices import MaterialVerdict
from hall.clocks.choices import Kind

from ..workshop import contexts
from . import parts
from .intake import verdict_in_words
from .parts import Frame


def receipt(bundle: BundleCase, frame: Frame) -> contexts.Receipt:
    """收件凭证: one for all the parts, which it lists, with the one date by which all is done."""
    receiver = bundle.received_by.name if bundle.received_by else "网上收件"
    window = f"（{bundle.window.name}）" if bundle.window else ""
    rows = bundle.materials.exclude(verdict=MaterialVerdict.NOT_NEEDED).order_by("order")
    return contexts.Receipt(
        **_shared(bundle, frame),
        received_at=timezone.localtime(bundle.received_at),
        receiver=f"{receiver}{window}",
        materials=tuple(
            contexts.MaterialLine(
                name=row.name,
                originals=row.originals,
                copies=row.copies,
                verdict="已收"
                if row.handed_in_at and row.verdict == MaterialVerdict.PENDING
                else verdict_in_words(row.verdict),
                note=row.obtained_from or row.problem,
            )
            for row in rows
        ),
        acceptance_due=parts.due(parts.clock_on(bundle, Kind.BUNDLE_ACCEPTANCE)),
        parts=tuple(
            contexts.BundledMatter(
                name=line.name,
                organ=line.row.version.department.name,
                limit=str(line.row.version.promised) if line.row.version.promised_value else "即办",
                after="、".join(_names_before(line, bundle)),
            )
            for line in bundle_queries.part_lines(bundle)
        ),
        promised=str(bundle.version.promised),
    )


def correction(bundle: BundleCase, frame: Frame) -> contexts.CorrectionNotice:
    """补正材料一次性告知书 for the whole; the key is the number of the notice."""
    notice = bundle.notices.get(number=int(frame.key))
    clock = parts.clock_on(bundle, Kind.BUNDLE_CORRECTION)
    return contexts.CorrectionNotice(
        **_shared(bundle, frame),
        received_on=parts.local(bundle.received_at),
        items=tuple(
            contexts.Correction(
                material=item.get("name", ""),
                problem=item.get("problem", ""),
                remedy=item.get("requirement", ""),
                basis=item.get("basis", ""),
            )
            for item in notice.items
        ),
        due=parts.due(clock),
        again_because=parts.sentence(notice.second_reason),
    )


def _names_before(line: bundle_queries.PartLine, bundle: BundleCase) -> list[str]:
    names = {each.row.part.code: each.name for each in bundle_queries.part_lines(bundle)}
    return [names[code] for code in line.row.part.after if code in names]


def _shared(bundle: BundleCase, frame: Frame) -> dict:
    hall, place = bundle.hall, bundle.jurisdiction
    return {
        "organ": frame.organ,
        "dated": frame.dated,
        "number": frame.number,
        "seal": parts.seal_spec(frame.seal),
        "matter": _("%(name)s（一件事）") % {"name": bundle.name},
        "demonstration": parts.is_demonstration(bundle, frame.seal),
        "contact": contexts.Contact(
            place=f"{hall.name}{bundle.window.name if bundle.window else ''}" if hall else place.name,
            address=hall.address if hall else "",
            hours=f"工作日{hall.opens_at:%H:%M}—{hall.closes_at:%H:%M}" if hall else "",
            phone=(hall.phone if hall else "") or place.phone,
            complaint_phone=place.complaint_phone,
        ),
        "case_number": bundle.number or "",
        "query_code": bundle.query_code,
        "track_url": parts.track_address(bundle),
        "applicant": parts.party(bundle),
    }
