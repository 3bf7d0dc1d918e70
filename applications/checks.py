"""What the law and the records say of a case before its verdict: missing, deferrable, doubled, when due.

Nothing here changes anything. The verbs ask the same questions that the desk shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hall.calendars.queries import calendar_for
from hall.clocks import engine
from hall.clocks.limits import Limit, Unit
from hall.now import now
from hall.people.choices import EnterpriseKind
from hall.people.models import Person
from matters import formspec, situations
from matters.choices import ApplicantKind, CaseType, Necessity, SpecialProcedure
from matters.models import Material, MatterVersion

from . import project_codes
from .bundle_models import BundleCase
from .choices import FINAL, CommitmentState, DeferralState, MaterialVerdict, State
from .commitment_models import Commitment
from .models import Application, CaseMaterial, Deferral

UNSETTLED: frozenset[str] = frozenset(
    {MaterialVerdict.PENDING, MaterialVerdict.FAULTY, MaterialVerdict.MISSING, MaterialVerdict.DEFERRED}
)


# -- Materials -----------------------------------------------------------------------------------------


def is_called_for(version: MatterVersion, material: Material, answers: Mapping[str, Any]) -> bool:
    """Is a material needed in the situation (情形) that `answers` describe?

    As the guidance says. A condition that no question asks about is left to the clerk, who sees it beside
    the row.
    """
    if depends_on_the_case(version, material):
        return False
    return material.code not in situations.outcome(version, answers).left_out


def depends_on_the_case(version: MatterVersion, material: Material) -> bool:
    """Has the material a condition in words that no question decides?"""
    return bool(material.condition) and material.code not in situations.conditional_materials(
        version.questions
    )


def first_verdict(version: MatterVersion, material: Material, answers: Mapping[str, Any]) -> MaterialVerdict:
    """How a material stands before anybody has looked at it."""
    if not material.demanded:
        return MaterialVerdict.SHARED
    if not is_called_for(version, material, answers):
        return MaterialVerdict.NOT_NEEDED
    return MaterialVerdict.PENDING


def missing(materials: Iterable[CaseMaterial]) -> list[CaseMaterial]:
    """Materials without which the case is not complete: needed, and not (yet) found in order."""
    return [
        each
        for each in materials
        if each.verdict in UNSETTLED and each.material.necessity != Necessity.OPTIONAL
    ]


def deferrable(case: Application, material: Material) -> bool:
    """May this one be supplied later (容缺, S0 §17)? Never a main document, never an 即办件.

    The place must allow it, and so must the version.
    """
    return (
        material.necessity == Necessity.DEFERRABLE
        and not material.is_main
        and case.version.deferral_allowed
        and case.version.case_type != CaseType.INSTANT
        and case.jurisdiction.policies.deferral
    )


# -- Form, applicant, project --------------------------------------------------------------------------


def form_errors(case: Application) -> dict[str, list[str]]:
    """What is still wrong in the form, by field key."""
    version = case.version
    _values, errors = formspec.clean(version.form_fields, case.form_data, version.form["schema"])
    return errors


def unanswered(case: Application) -> list[str]:
    """The guiding questions that are asked of this applicant and have no answer yet, in words."""
    return [question["ask"] for question in case.guidance.unanswered]


def kind_of_applicant(case: Application | BundleCase) -> ApplicantKind | None:
    """The 服务对象 that the applicant is."""
    if case.person_id:
        return ApplicantKind.PERSON
    if case.enterprise is None:
        return None
    return {
        EnterpriseKind.ENTERPRISE: ApplicantKind.ENTERPRISE,
        EnterpriseKind.INDIVIDUAL: ApplicantKind.INDIVIDUAL,
        EnterpriseKind.INSTITUTION: ApplicantKind.INSTITUTION,
        EnterpriseKind.SOCIAL: ApplicantKind.SOCIAL,
        EnterpriseKind.ORGAN: ApplicantKind.ORGAN,
    }.get(EnterpriseKind(case.enterprise.kind), ApplicantKind.OTHER)


def may_apply(case: Application) -> bool:
    """Is the applicant among those whom the version serves? An empty list serves everybody."""
    return not case.version.applicants or kind_of_applicant(case) in case.version.applicants


def project_code_fault(case: Application) -> str:
    """What is wrong with the project code, where the version asks for one; else nothing."""
    if not case.version.project_code_required and not case.project_code:
        return ""
    if not case.project_code:
        return _("该事项须有投资项目代码，没有代码不予受理")
    return project_codes.fault(case.project_code)


# -- Records -------------------------------------------------------------------------------------------


def duplicates(case: Application) -> QuerySet[Application]:
    """Other open cases of the same applicant for the same matter. Shown, never a bar."""
    if case.applicant is None:
        return Application.objects.none()
    same = Q(enterprise=case.enterprise) if case.enterprise_id else Q(person=case.person)
    return (
        Application.objects.filter(same, version__matter=case.version.matter_id)
        .exclude(pk=case.pk)
        .exclude(state__in=[*FINAL, State.DRAFT, State.DELIVERED])
        .select_related("version__matter")
        .order_by("-created_at")
    )


def broken_promises(case: Application) -> int:
    """How often this applicant left a 容缺 promise unkept in the last twelve months."""
    return _kept_not(case).count()


def false_promises(case: Application) -> int:
    """How often a false promise of this applicant led to a revocation in the last twelve months."""
    return Commitment.objects.filter(
        _same_applicant(case, "case__"), state=CommitmentState.REVOKED, decided_at__gte=_a_year_ago()
    ).count()


def barred_from_deferral(case: Application) -> str:
    """Why this applicant gets no 容缺 here now, by the policy of the place; empty if they do."""
    if not case.jurisdiction.policies.breach_bars_deferral:
        return ""
    if broken := broken_promises(case) + false_promises(case):
        return _("申请人近十二个月有%(n)s次失信记录，按本地规定不再容缺受理") % {"n": broken}
    return ""


def barred_from_commitment(case: Application) -> str:
    """Why a promise of this applicant does not stand for proof (国办发〔2020〕42号): false ones before."""
    if broken := false_promises(case):
        return _("申请人近十二个月有%(n)s次不实承诺，信用修复前不适用告知承诺") % {"n": broken}
    return ""


def _kept_not(case: Application) -> QuerySet[Deferral]:
    return Deferral.objects.filter(
        _same_applicant(case, "case__"), state=DeferralState.BREACHED, ended_at__gte=_a_year_ago()
    )


def _same_applicant(case: Application, prefix: str = "") -> Q:
    """Rows of the applicant of `case`; none while nobody has been written in."""
    if case.enterprise_id:
        return Q(**{f"{prefix}enterprise": case.enterprise_id})
    return Q(**{f"{prefix}person": case.person_id}) if case.person_id else Q(pk__in=[])


def _a_year_ago() -> dt.datetime:
    return now() - dt.timedelta(days=365)


def known_agents(person: Person) -> QuerySet[Application]:
    """Open cases that this person brought for others, for the clerk who meets an agent."""
    return Application.objects.filter(agent=person).exclude(state__in=FINAL).order_by("-created_at")


# -- Dates ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """A date that would follow from accepting now: its name, limit, due moment and day-by-day reason."""

    name: str
    limit: Limit
    due: engine.Due
    basis: str = ""


def acceptance_moment(case: Application, moment: dt.datetime) -> dt.datetime:
    """The moment that counts as 受理之日 for a case accepted at `moment`."""
    place = case.jurisdiction
    return case.version.counts_as_accepted(moment, calendar_for(place), place)


def rest_day_words(case: Application) -> str:
    """What follows from receipt on a rest day (365服务), for the receipt and the applicant; else nothing.

    The five days in which the office decides on acceptance run from receipt, whose day does not count. What
    moves is the day of acceptance, from which promise and law are counted.
    """
    if case.received_at is None:
        return ""
    calendar = calendar_for(case.jurisdiction)
    received = calendar.local_date(case.received_at)
    day = calendar.local_date(acceptance_moment(case, case.received_at))
    if calendar.is_working(received) or (case.accepted_at and calendar.local_date(case.accepted_at) != day):
        return ""
    if day == received:
        return _("休息日收件，当天办理。")
    words = {"m": day.month, "d": day.day}
    return _("休息日收件（365服务），最早自下一个工作日%(m)s月%(d)s日受理，办理时限从受理之日起算。") % words


def promises(case: Application) -> list[Promise]:
    """The promised and statutory dates if the case were accepted now, and the one to decide on acceptance.

    The limits are those of the situation. Of promised and statutory the earlier binds, and stands first;
    a statutory waiting period begins before both.
    """
    calendar = calendar_for(case.jurisdiction)
    version, counted = case.version, case.consequences
    moment = acceptance_moment(case, now())
    found = []
    limits = [(_("承诺"), counted.promised, "")]
    if counted.statutory:
        limits.append((_("法定"), counted.statutory, counted.statutory_basis))
    waits = waiting_periods(version)
    start = max([moment, *(at for wait in waits if (at := engine.due(moment, wait.limit, calendar).at))])
    for name, limit, basis in limits:
        found.append(Promise(name, limit, engine.due(start, limit, calendar), basis))
    found = earliest_first(found)
    found = [
        Promise(_("等待期"), wait.limit, engine.due(moment, wait.limit, calendar), wait.basis)
        for wait in waits
    ] + found
    if case.state in (State.DRAFT, State.SUBMITTED):
        limit = acceptance_limit(version)
        found.append(Promise(_("告知"), limit, engine.due(now(), limit, calendar), version.regime.basis))
    return found


def earliest_first(found: Iterable[Promise]) -> list[Promise]:
    """Dates that run at once: the earlier binds (DESIGN §2)."""
    return sorted(found, key=lambda promise: (promise.due.at is None, promise.due.at))


@dataclass(frozen=True)
class WaitingPeriod:
    """法定等待期 of a version: nothing is decided before its end, and the result is claimed after it."""

    limit: Limit
    basis: str
    claim: Limit | None = None


def waiting_periods(version: MatterVersion) -> list[WaitingPeriod]:
    """The statutory waiting periods that the version declares (民法典 Art. 1077: 离婚冷静期)."""
    return [
        WaitingPeriod(
            Limit(each["limit_value"], Unit(each["limit_unit"])),
            each.get("basis", ""),
            Limit(each["claim_value"], Unit(each.get("claim_unit") or each["limit_unit"]))
            if each.get("claim_value")
            else None,
        )
        for each in version.special_procedures
        if each.get("kind") == SpecialProcedure.WAITING_PERIOD and each.get("limit_value")
    ]


def acceptance_limit(version: MatterVersion) -> Limit:
    """Within what time the office must accept, refuse or tell what is missing (行政许可法 Art. 32)."""
    return Limit(version.regime.acceptance_days, Unit.WORKING_DAY)


def latest_supplement(case: Application, accepted_at: dt.datetime) -> dt.datetime | None:
    """The last moment to which a 容缺 supplement may be promised: when the case itself is due."""
    calendar, counted = calendar_for(case.jurisdiction), case.consequences
    limits = [limit for limit in (counted.promised, counted.statutory) if limit]
    return min((at for limit in limits if (at := engine.due(accepted_at, limit, calendar).at)), default=None)
