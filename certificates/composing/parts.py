"""What several papers say alike: the applicant, where to ask, due dates, laws, addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.bundle_models import BundleCase
from applications.models import Application
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.errors import WrongState
from hall.people.masking import mask_id, mask_name, mask_phone
from hall.people.models import Enterprise, Person
from hall.prepared import Prepared
from hall.trail.services import name_of
from matters.models import MatterVersion
from routing.choices import TextState
from routing.models import Countersignature

from ..models import Seal
from ..workshop.contexts import Contact, DueDate, Party, Remedy
from ..workshop.seal import SealSpec


@dataclass(frozen=True)
class Frame:
    """What is decided about a paper before it is composed: in whose name, under which seal and number."""

    organ: str
    dated: dt.date
    number: str = ""
    seal: Seal | None = None
    key: str = ""


def shared(case: Application, frame: Frame) -> dict[str, Any]:
    """The fields that every paper of a case has."""
    version = case.version
    return {
        "organ": frame.organ,
        "dated": frame.dated,
        "number": frame.number,
        "seal": seal_spec(frame.seal),
        "matter": version.matter.name,
        "matter_code": version.matter.implementation_code,
        "matter_type": str(version.matter.kind),
        "demonstration": is_demonstration(case, frame.seal),
        "contact": contact(case),
        "legal_basis": laws(version),
    }


def of_case(case: Application, frame: Frame) -> dict[str, Any]:
    """`shared`, and the case itself with the way to follow it."""
    return {
        **shared(case, frame),
        "case_number": case.number or "",
        "query_code": case.query_code,
        "track_url": track_address(case),
        "applicant": party(case),
    }


def is_demonstration(case: Application | BundleCase, seal: Seal | None) -> bool:
    """A paper is a sample as soon as anything in it is: the hall, the place, the case or the seal."""
    return bool(
        settings.DEMONSTRATION or case.is_demo or case.jurisdiction.is_demo or (seal and seal.is_demo)
    )


def seal_spec(seal: Seal | None) -> SealSpec | None:
    """The seal as it is drawn; a line such as 行政审批专用章(1) has its number below."""
    if seal is None:
        return None
    line, bracket, number = seal.line_text.replace("（", "(").replace("）", ")").partition("(")
    lines = tuple(part for part in (line, f"{bracket}{number}") if part)
    return SealSpec(
        ring=seal.ring_text,
        lines=lines,
        star=seal.has_star,
        demonstration=seal.is_demo or seal.jurisdiction.is_demo or settings.DEMONSTRATION,
    )


def party(case: Application | BundleCase) -> Party:
    """The applicant, numbers masked: a paper is shown around."""
    agent = mask_name(case.agent.name) if case.agent and case.agent_id != case.person_id else ""
    phone = mask_phone(case.contact_phone) if case.contact_phone else ""
    applicant = case.applicant
    if isinstance(applicant, Enterprise):
        return Party(
            name=case.applicant_name,
            identity_label="统一社会信用代码",
            identity=applicant.uscc,
            representative=applicant.legal_representative,
            agent=agent,
            phone=phone,
            address=applicant.address,
        )
    if isinstance(applicant, Person):
        return Party(
            name=case.applicant_name,
            identity_label=str(applicant.get_id_type_display()),
            identity=mask_id(applicant.id_number),
            agent=agent,
            phone=phone,
        )
    return Party(name=case.applicant_name, phone=phone)


def contact(case: Application) -> Contact:
    """Where the applicant asks: the hall that took the case, the matter's own telephone first."""
    version, hall, place = case.version, case.hall, case.jurisdiction
    return Contact(
        place=f"{hall.name}{case.window.name if case.window else ''}" if hall else version.place_note,
        address=hall.address if hall else "",
        hours=f"工作日{hall.opens_at:%H:%M}—{hall.closes_at:%H:%M}" if hall else version.hours_note,
        phone=version.phone or (hall.phone if hall else "") or place.phone,
        complaint_phone=version.complaint_phone or place.complaint_phone,
    )


def remedy(version: MatterVersion) -> Remedy:
    """Where the deciding organ's decisions are contested."""
    return Remedy(review_organ=version.department.review_organ, court=version.department.court)


def laws(version: MatterVersion) -> tuple[str, ...]:
    """设定依据 as papers cite it: each law once, with its articles."""
    articles: dict[str, list[str]] = {}
    for basis in version.legal_basis:
        articles.setdefault(_in_brackets(basis.get("law", "")), []).append(basis.get("article", ""))
    return tuple(f"{law}{'、'.join(filter(None, listed))}" for law, listed in articles.items())


def _in_brackets(law: str) -> str:
    return law if law.startswith("《") else f"《{law}》"


def clock_of(case: Application, kind: Kind, *, since: dt.datetime | None = None) -> Clock | None:
    """The case's clock of a kind in whatever state; with `since`, the first that began then or later."""
    if since:
        clocks = Clock.objects.filter(case_id=case.pk, kind=kind, started_at__gte=since)
        return clocks.order_by("started_at", "pk").first()
    return _last_of_case.first(case.pk, str(kind))


def clock_on(subject: Any, kind: Kind) -> Clock | None:
    """The last clock of a kind on a part of a case, in whatever state."""
    return _last_on_part.first(*name_of(subject), str(kind))


_last_of_case: Prepared[Clock] = Prepared(
    lambda case_id, kind: Clock.objects.filter(case_id=case_id, kind=kind).order_by("-started_at", "-pk")[:1],
    UUID,
    str,
)
_last_on_part: Prepared[Clock] = Prepared(
    lambda subject_type, subject_id, kind: Clock.objects.filter(
        subject_type=subject_type, subject_id=subject_id, kind=kind
    ).order_by("-started_at", "-pk")[:1],
    str,
    str,
    str,
)


def signed_with(case: Application) -> list[Countersignature]:
    """The signatures of the organs that signed the text of the decision with the deciding one (会签)."""
    return _signed_with.all(case.pk)


_signed_with: Prepared[Countersignature] = Prepared(
    lambda case_id: (
        Countersignature.objects.filter(text__case=case_id, text__state=TextState.EFFECTIVE)
        .select_related("department", "given_by")
        .order_by("given_at")
    ),
    UUID,
)


def due(clock: Clock | None) -> DueDate | None:
    """The clock's last day as papers print it; None while it has none."""
    if clock is None or clock.due_at is None:
        return None
    return DueDate(on=timezone.localdate(clock.due_at), limit=str(clock.limit), provisional=clock.provisional)


def local(moment: dt.datetime | None) -> dt.date:
    """The date of `moment` in the hall. Raises WrongState where the case has not come so far."""
    if moment is None:
        raise WrongState(_("这个办件目前没有这份文书"))
    return timezone.localdate(moment)


def sentence(text: str) -> str:
    """`text` without the full stop that the paper will set itself."""
    return text.strip().rstrip("。；;. ")


def lines(text: str) -> tuple[str, ...]:
    """Each line that somebody typed, as an item of a list."""
    return tuple(sentence(line) for line in text.splitlines() if line.strip())


def address(name: str, *args: Any, **query: str) -> str:
    """The full address of one of our pages, for a QR code; empty if no room serves it."""
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{settings.HALL_ADDRESS.rstrip('/')}{path}{'?' + urlencode(query) if query else ''}"


def track_address(case: Application | BundleCase) -> str:
    """Where the applicant follows the case; the query code is not in it, whoever scans must know it."""
    if not case.number:
        return ""
    return address("applications:scanned", case.number)


def labels(members: Iterable[Any]) -> tuple[str, ...]:
    """The Chinese labels of choices."""
    return tuple(str(member.label) for member in members)
