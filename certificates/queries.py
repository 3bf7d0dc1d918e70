"""Reading papers and certificates: who may see what, what waits at the issue window."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from applications.bundle_models import BundleCase
from applications.choices import State
from applications.models import Application
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.index import id_index, normal_number
from hall.people.models import User
from hall.requests import HallRequest
from routing.models import Task

from .choices import PaperKind, SealKind
from .composing import RULES, available
from .composing.result import DELIVERED_KINDS
from .composing.rules import PORTERS_OWN
from .composing.slips import names_of_slips
from .models import Certificate, Delivery, Paper
from .services.seals import choose_seal

MOST_BUNDLES = 20
_CASE_PARTS = ("version__matter", "version__department", "version__regime", "jurisdiction", "hall", "window")


def cases_of(officer: Officer) -> QuerySet[Application]:
    """Cases whose result the officer may hand over: every one of the place, at any window (统一窗口出件)."""
    return Application.objects.filter(jurisdiction__in=officer.places(Role.ISSUER))


def ready(officer: Officer) -> QuerySet[Application]:
    """What lies ready, the oldest first; parts of a bundle only where they are fetched singly."""
    return (
        cases_of(officer)
        .filter(Q(bundle=None) | Q(bundle__singly=True), state=State.READY)
        .select_related("version__matter", "person", "enterprise", "hall")
        .order_by("ready_at", "pk")
    )


def bundles_of(officer: Officer) -> QuerySet[BundleCase]:
    """Bundles whose results the officer may hand over: every one of the place."""
    found = BundleCase.objects.filter(jurisdiction__in=officer.places(Role.ISSUER))
    return found.select_related("version__bundle", "person", "enterprise", "hall")


def bundles_ready(officer: Officer) -> list[BundleCase]:
    """Bundles of which all parts are done, the oldest first: handed over at once (一次领取)."""
    return list(bundles_of(officer).filter(state=State.READY).order_by("ready_at", "pk")[:MOST_BUNDLES])


def bundles_scanned(officer: Officer, text: str) -> list[BundleCase]:
    """The bundles that a scanned or typed text means: number, QR address, query code, document."""
    word = normal_number(_from_address(text.strip()))
    if not word:
        return []
    match = Q(number=word) | Q(query_code=word) | Q(enterprise__uscc=word)
    match |= Q(person__id_index=id_index(word)) | Q(agent__id_index=id_index(word))
    live = (State.ACCEPTED, State.READY, State.DELIVERED)
    return list(bundles_of(officer).filter(match, state__in=live).order_by("-ready_at")[:MOST_BUNDLES])


def delivered_today(officer: Officer) -> QuerySet[Delivery]:
    """What the places' windows handed over today, newest first."""
    return (
        Delivery.objects.filter(
            case__jurisdiction__in=officer.places(Role.ISSUER), delivered_at__date=today()
        )
        .select_related("case__version__matter", "delivered_by")
        .order_by("-delivered_at")
    )


def scan(officer: Officer, text: str) -> list[Application]:
    """The cases that a scanned or typed text means: number, QR address, query code, or ID number.

    Ready ones first. At most 20; an empty list when nothing fits.
    """
    text = text.strip()
    cases = cases_of(officer).select_related("version__matter", "person", "enterprise", "hall")
    word = normal_number(_from_address(text))
    if not word:
        return []
    match = Q(number=word) | Q(query_code=word) | Q(enterprise__uscc=word) | Q(number=_from_address(text))
    match |= Q(certificate__verify_code=word) | Q(certificate__number=word)
    number = id_index(word)
    match |= Q(person__id_index=number) | Q(agent__id_index=number)
    live = (State.READY, State.DECIDED, State.DELIVERED, State.ARCHIVED, State.REVIEWING, State.ACCEPTED)
    found = list(cases.filter(match, state__in=live).distinct().order_by("-decided_at")[:20])
    return sorted(found, key=lambda case: live.index(case.state))


def _from_address(text: str) -> str:
    """The case number or code at the end of one of our QR addresses; other text as it is."""
    if not re.match(r"https?://", text):
        return text
    if found := re.search(r"[?&]number=([^&#]+)", text):
        return found[1]
    return text.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def case_for(request: HallRequest, case_id: UUID) -> Application:
    """The case, for whoever may see its papers; Http404 for everybody else.

    Officers: the case's hall, the place's issuers and supervisors, reviewers with a task in it. Citizens:
    their own.
    """
    found = Application.objects.filter(pk=case_id).select_related(
        *_CASE_PARTS, "person", "enterprise", "agent"
    )
    case = found.first()
    if case is None or not _may_see(request, case):
        raise Http404
    return case


def _may_see(request: HallRequest, case: Application) -> bool:
    officer = request.officer
    if officer is None:
        return isinstance(request.user, User) and _of_account(request.user, case.pk)
    return (
        officer.has(Role.ISSUER, jurisdiction=case.jurisdiction_id)
        or Application.objects.visible_to(officer).filter(pk=case.pk).exists()
        or Task.objects.visible_to(officer).filter(case=case.pk).exists()
    )


def _of_account(user: User, case_id: UUID) -> bool:
    return Application.objects.of_account(user).filter(pk=case_id).exists()


@dataclass(frozen=True)
class PaperLine:
    """One line of a case's list of papers: made already, or to be made when it is first printed."""

    kind: str
    key: str
    title: str
    paper: Paper | None


def paper_lines(case: Application, *, internal: bool) -> list[PaperLine]:
    """Every paper that the case has by now, in the order of its way."""
    made = {(paper.kind, paper.key): paper for paper in case.papers.select_related("seal")}
    slips = names_of_slips(case) if internal else {}
    lines = []
    for kind, key in available(case, internal=internal):
        paper = made.get((kind, key))
        if paper is None and kind in PORTERS_OWN:
            continue
        title = paper.title if paper else str(kind.label)
        lines.append(PaperLine(kind, key, " ".join(filter(None, (title, slips.get(key)))), paper))
    return lines


def result_lines(case: Application) -> list[PaperLine]:
    """What is handed over at the end, and the record of it."""
    handed = {*DELIVERED_KINDS, PaperKind.DELIVERY_RECORD}
    return [line for line in paper_lines(case, internal=False) if line.kind in handed]


def waiting_for(case: Application) -> str:
    """Why a decided case is not ready yet, in words; empty for every other case."""
    if case.state != State.DECIDED:
        return ""
    if case.owes:
        return _("容缺材料没有补齐，补齐后自动制作结果文书")
    if choose_seal(case, SealKind.APPROVAL) is None:
        return _("没有启用的行政审批专用章，请大厅管理员启用印章后自动制作")
    return _("结果文书正在制作，几秒钟后刷新")


def certificate_of(case: Application) -> Certificate | None:
    """The certificate that the case brought, if it did."""
    return Certificate.objects.filter(case=case).select_related("superseded_by", "paper").first()


def is_internal(kind: str) -> bool:
    """Is this a paper that the applicant does not see?"""
    return kind in PaperKind.values and RULES[PaperKind(kind)].internal


def archivable(before) -> QuerySet[Application]:
    """Delivered cases that were handed over before a moment, oldest first."""
    return Application.objects.filter(state=State.DELIVERED, delivered_at__lt=before).order_by(
        "delivered_at", "pk"
    )


def may_read_signature(request: HttpRequest, case_id: str) -> bool:
    """A collector's signature is read by whoever may see the case."""
    case = Application.objects.filter(pk=case_id).first()
    return case is not None and _may_see(cast(HallRequest, request), case)
