"""What happens when a clock of this room runs out. Each handler locks its case and looks again first."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from hall.actors import SYSTEM
from hall.clocks.choices import Kind
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.registry import CaseName, names_cases, on_expiry, on_warning, opens_clocks
from hall.notices.services import notify
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import User

from . import bundle_queries, services, viewers
from .bundle_models import BundleCase
from .choices import DeferralState, RefusalGround, State
from .commitment_models import Commitment
from .models import Application, Deferral
from .project_models import Project
from .services import telling
from .services.ending import breach_deferral
from .services.online import receive_unreviewed


@names_cases
def names(case_ids: Collection[UUID]) -> dict[UUID, CaseName]:
    """Number and matter of each case, or of a bundle or project its own, for lists of clocks."""
    rows = Application.objects.filter(pk__in=case_ids).values_list("pk", "number", "version__matter__name")
    found = {pk: CaseName(number or "", matter) for pk, number, matter in rows}
    if left := set(case_ids) - found.keys():
        projects = Project.objects.filter(pk__in=left).values_list("pk", "code", "name")
        found |= {pk: CaseName(code, name) for pk, code, name in projects}
        bundles = BundleCase.objects.filter(pk__in=left).values_list("pk", "number", "version__bundle__name")
        found |= {pk: CaseName(number or "", name) for pk, number, name in bundles}
    return found


@opens_clocks
def may_open(officer: Officer, clock: Clock) -> bool:
    """Whoever may see a case, or a bundle, may see its clocks."""
    if clock.case_id is None:
        return False
    if viewers.officer_may_see(officer, clock.case_id):
        return True
    bundle = BundleCase.objects.filter(pk=clock.case_id).first()
    return bundle is not None and bundle_queries.officer_may_see(officer, bundle)


@on_expiry(Kind.ACCEPTANCE)
def acceptance_overdue(clock: Clock) -> None:
    """No verdict in time: deemed accepted from the day of receipt (行政许可法 Art. 32(4)).

    Where the body of law knows no such thing the overdue clock alone remains, and supervision reads it.
    """
    case = Application.objects.locked(clock.subject_id)
    if case.state == State.RECEIVED and case.version.regime.deemed_accepted:
        services.deem_accepted(case.pk, since=clock.started_at)


@on_expiry(Kind.CORRECTION)
def correction_overdue(clock: Clock) -> None:
    """Nothing corrected in time: not accepted, on that ground."""
    case = Application.objects.locked(clock.subject_id)
    if case.state == State.CORRECTING:
        services.refuse_acceptance(
            case.pk,
            ground=RefusalGround.NOT_CORRECTED,
            reason=_("在告知的期限内没有补正申请材料"),
            by=SYSTEM,
        )


@on_warning(Kind.CORRECTION)
def correction_nears(clock: Clock, warning: ClockWarning) -> None:
    """Remind the applicant of what is still missing."""
    case = Application.objects.locked(clock.subject_id)
    if clock.due_at and (left := services.still_missing(case)):
        telling.correction_nears(case, left, clock.due_at, f"warning:{warning.pk}")


@on_warning(Kind.SUPPLEMENT)
def supplement_nears(clock: Clock, warning: ClockWarning) -> None:
    """Remind the applicant of a 容缺 promise."""
    owed = Deferral.objects.select_related("case__version__matter", "case_material__material").get(
        pk=clock.subject_id
    )
    if clock.due_at and owed.state == DeferralState.OPEN:
        name = owed.case_material.material.name
        telling.supplement_nears(owed.case, name, clock.due_at, f"warning:{warning.pk}")


@on_warning(Kind.COMMITMENT_CHECK)
def check_nears(clock: Clock, warning: ClockWarning) -> None:
    """A promise is still to be checked: the reviewers first, then their heads, at last the supervisors."""
    commitment = Commitment.objects.select_related("case__version__matter").get(case=UUID(clock.subject_id))
    case = commitment.case
    subject = _("承诺核查还有%(left)s：%(case)s") % {"left": warning.limit, "case": case}
    body = _("“%(matter)s”按告知承诺办理，请在%(day)s前核查承诺是否属实。") % {
        "matter": case.version.matter.name,
        "day": telling.day(clock.due_at) if clock.due_at else "",
    }
    link = reverse("applications:commitment", args=[case.pk])
    for user in _of_department(commitment.department_id, case.jurisdiction_id, warning.step):
        key = f"warning:{warning.pk}:{user.pk}"
        notify(user=user, subject=subject, body=body, link=link, case_id=case.pk, once_key=key)


def _of_department(department_id: int, jurisdiction_id: int, days: int) -> QuerySet[User]:
    who = Q(posts__role=Role.REVIEWER, posts__department=department_id)
    if days <= 3:
        who |= Q(posts__role=Role.HEAD, posts__department=department_id)
    if days <= 1:
        who |= Q(posts__role=Role.SUPERVISOR, posts__jurisdiction=jurisdiction_id)
    return User.objects.filter(who, posts__ends_on=None, is_active=True).distinct()


@on_expiry(Kind.STATEMENT)
def nobody_stated(clock: Clock) -> None:
    """The time to be heard is over: the head may decide on the false promise."""
    services.let_statement_lapse(UUID(clock.subject_id))


@on_expiry(Kind.SUPPLEMENT)
def supplement_overdue(clock: Clock) -> None:
    """A 容缺 promise not kept: the case is terminated, with notice (S0 §17)."""
    breach_deferral(int(clock.subject_id))


@on_expiry(Kind.WAITING)
def waiting_over(clock: Clock) -> None:
    """The statutory waiting period has passed (民法典 Art. 1077): the applicants may come for the result."""
    services.end_waiting(UUID(clock.subject_id), at=clock.due_at)


@on_expiry(Kind.CLAIM)
def nobody_came(clock: Clock) -> None:
    """Nobody came for the result in time: deemed withdrawn (民法典 Art. 1077)."""
    services.deem_withdrawn(UUID(clock.subject_id))


@on_expiry(Kind.PRE_REVIEW)
def pre_review_overdue(clock: Clock) -> None:
    """Nobody looked in time: the system receives the application, so that the law's own clock begins."""
    case = Application.objects.locked(clock.subject_id)
    if case.state == State.SUBMITTED:
        receive_unreviewed(case.pk)


@on_expiry(Kind.BUNDLE_ACCEPTANCE)
def bundle_acceptance_overdue(clock: Clock) -> None:
    """No verdict on a bundle in time: deemed accepted as received (行政许可法 Art. 32(4)), all its parts."""
    bundle = BundleCase.objects.locked(clock.subject_id)
    if bundle.state == State.RECEIVED:
        services.deem_bundle_accepted(bundle.pk, since=clock.started_at)


@on_expiry(Kind.BUNDLE_CORRECTION)
def bundle_correction_overdue(clock: Clock) -> None:
    """Nothing corrected in time: the whole is not accepted, on that ground."""
    bundle = BundleCase.objects.locked(clock.subject_id)
    if bundle.state == State.CORRECTING:
        services.refuse_bundle(
            bundle.pk,
            ground=RefusalGround.NOT_CORRECTED,
            reason=_("在告知的期限内没有补正申请材料"),
            by=SYSTEM,
        )


@on_expiry(Kind.BUNDLE_PRE_REVIEW)
def bundle_pre_review_overdue(clock: Clock) -> None:
    """Nobody looked in time: the system receives the bundle, so that the law's own clock begins."""
    bundle = BundleCase.objects.locked(clock.subject_id)
    if bundle.state == State.SUBMITTED:
        services.receive_bundle(bundle.pk, by=SYSTEM)


@on_expiry(Kind.CONSULTATION)
def consultation_unanswered(clock: Clock) -> None:
    """A department did not answer before a project was admitted: no answer, and never consent."""
    services.record_silence(int(clock.subject_id))
