"""Who may do what to a case. Every verb of this room begins with one of these questions."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import NotAllowed, WrongState, require
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.models import Person
from hall.people.queries import mandate_for

from ..bundle_models import BundleCase
from ..choices import Channel, State
from ..models import Application


def expect(case: Application | BundleCase, *states: str) -> None:
    """Raise WrongState unless the case is in one of `states`."""
    if case.state not in states:
        raise WrongState(
            _("办件目前为“%(state)s”，不能这样办理") % {"state": case.get_state_display()}, state=case.state
        )


def as_clerk(by: Actor, case: Application | BundleCase) -> Officer:
    """The clerk (综合受理员) of the case's hall, in that post; raises NotAllowed for anybody else.

    An online case that no hall has taken yet is open to every clerk of its place (无差别受理). One that has
    not been sent in is its owner's alone.
    """
    begun_at_home = case.channel == Channel.ONLINE and case.state == State.DRAFT
    if isinstance(by, Officer) and not begun_at_home:
        where = {"hall": case.hall_id} if case.hall_id else {"jurisdiction": case.jurisdiction_id}
        if post := by.post_for(Role.CLERK, **where):
            return by.acting_as(post)
    raise NotAllowed(_("只有受理该办件的大厅的综合受理员可以办理"))


def as_supervisor(by: Actor, case: Application | BundleCase) -> Officer:
    """A supervisor or hall manager of the case's place, in that post."""
    if isinstance(by, Officer) and (
        post := by.post_for(Role.SUPERVISOR, Role.MANAGER, jurisdiction=case.jurisdiction_id)
    ):
        return by.acting_as(post)
    raise NotAllowed(_("须由本辖区的督查员或大厅管理员办理"))


def as_applicant(by: Actor, case: Application | BundleCase, scope: str) -> Actor:
    """Whoever speaks for the applicant in `scope` (hall.people.choices.MandateScope) from an own account.

    The applicant, or the holder of a mandate in force; of a draft, whoever began it. A mandate shows in
    the journal as "on behalf of".
    """
    person = Person.objects.filter(user=by.user_id).first() if by.user_id else None
    if person is None:
        raise NotAllowed(_("只有申请人或者受托人可以办理"))
    if case.channel == Channel.DESK and case.state == State.DRAFT:
        raise NotAllowed(_("窗口正在填写这份申请，请在窗口办理"))
    if case.person_id == person.pk:
        return by
    if case.applicant is None:
        require(case.created_by_id == by.user_id, _("只有申请人或者受托人可以办理"))
        return by
    require(mandate_for(person, case.applicant, scope), _("您没有得到申请人对这一事项的委托，或者委托已到期"))
    return replace(by, on_behalf=case.applicant_name)


def as_clerk_or_applicant(by: Actor, case: Application | BundleCase, scope: str) -> Actor:
    """A clerk acting on the applicant's word at the counter, or the applicant's side itself."""
    return as_clerk(by, case) if isinstance(by, Officer) else as_applicant(by, case, scope)


def require_system(by: Actor) -> None:
    """Raise NotAllowed unless the system itself acts (a clock has expired)."""
    require(by == SYSTEM, _("只能由系统按期限办理"))


def keep_apart(by: Actor, case: Application) -> None:
    """受办分离 (S3): who received a case does not decide it.

    The exception is data: a place that delegates the decision of 即办件 to named window posts (S4 二(一)).
    """
    if by.user_id is None or by.user_id != case.received_by_id:
        return
    delegated = case.jurisdiction.policies.delegated_instant and case.version.case_type == "instant"
    require(delegated, _("受办分离：收件的人不能审查或者决定同一办件"))


EDITABLE_AT_DESK = (State.DRAFT, State.RECEIVED)
EDITABLE_ONLINE = (State.DRAFT, State.RETURNED)
