"""委托审批: a head lets a named officer decide certain matters for some time, and may end it any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applications.models import Application
from hall.errors import Invalid, NotAllowed, WrongState, require
from hall.notices.services import notify
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.services import record
from matters.models import Matter

from ..models import Delegation

LONGEST = dt.timedelta(days=366)


@transaction.atomic
def delegate(
    department: Department,
    *,
    officer: User,
    basis: str,
    starts_on: dt.date,
    ends_on: dt.date,
    by: Officer,
    matters: Sequence[Matter] = (),
) -> Delegation:
    """Let `officer` decide in the name of the department from one day to another, both included.

    Without `matters`, whatever the department decides. At most a year at a time.

    Raises NotAllowed unless `by` heads the department in a post of their own, Invalid for an officer who
    does not review there, for days that are over or too many, or without a basis.
    """
    post = require(
        next(
            (
                post
                for post in by.posts
                if post.role == Role.HEAD and post.department_id == department.pk and not post.deputises_id
            ),
            None,
        ),
        _("只有%(department)s负责人本人可以委托审批") % {"department": department.name},
    )
    fields: dict[str, list[str]] = {}
    if not basis.strip():
        fields["basis"] = [_("请写明委托的依据，例如内部授权文件的名称和文号")]
    if officer.pk == by.user_id or not Officer.of(officer).has(Role.REVIEWER, department=department):
        fields["officer"] = [_("受托人须是本部门的审查员")]
    if ends_on < starts_on or ends_on < today():
        fields["ends_on"] = [_("截止日期不能早于开始日期，也不能早于今天")]
    elif ends_on - starts_on > LONGEST:
        fields["ends_on"] = [_("一次委托最长一年")]
    if any(matter.jurisdiction_id != department.jurisdiction_id for matter in matters):
        fields["matters"] = [_("请选择本地的事项")]
    if fields:
        raise Invalid(_("委托还不完整"), fields=fields)
    made = Delegation.objects.create(
        department=department,
        head_id=by.user_id,
        officer=officer,
        basis=basis.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        given_at=now(),
    )
    made.matters.set(matters)
    record(
        "routing.delegated",
        subject=made,
        by=by.acting_as(post),
        jurisdiction=department.jurisdiction_id,
        reason=made.basis,
        data={
            "department": department.name,
            "officer": officer.name,
            "from": starts_on,
            "to": ends_on,
            "matters": [matter.name for matter in matters],
        },
    )
    notify(
        user=officer,
        subject=_("您受委托审批"),
        body=_("自%(start)s至%(end)s") % {"start": starts_on, "end": ends_on},
        link="/review/delegations/",
    )
    return made


@transaction.atomic
def revoke_delegation(delegation_id: int, *, reason: str, by: Officer) -> Delegation:
    """End a delegation at once. What was decided under it stands. Raises NotAllowed, WrongState, Invalid."""
    found = Delegation.objects.select_for_update(of=("self",)).select_related("department", "officer")
    given = found.get(pk=delegation_id)
    post = require(by.post_for(Role.HEAD, department=given.department_id), _("只有本部门负责人可以撤销委托"))
    if given.revoked_at or given.ends_on < today():
        raise WrongState(_("这项委托已经结束"))
    if not reason.strip():
        raise Invalid(_("请写明撤销的原因"), fields={"reason": [_("请写明撤销的原因")]})
    given.revoked_at, given.revoked_by_id, given.revoke_reason = now(), by.user_id, reason.strip()
    given.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    record(
        "routing.delegation_revoked",
        subject=given,
        by=by.acting_as(post),
        jurisdiction=given.department.jurisdiction_id,
        reason=given.revoke_reason,
        data={"department": given.department.name, "officer": given.officer.name},
    )
    notify(user=given.officer, subject=_("委托审批已撤销"), body=given.revoke_reason)
    return given


def in_force(department: Department | int) -> QuerySet[Delegation]:
    """Delegations of a department that hold today."""
    day = today()
    return Delegation.objects.filter(
        department=department, starts_on__lte=day, ends_on__gte=day, revoked_at=None
    )


def delegation_for(user_id: int, case: Application, department: Department | int) -> Delegation | None:
    """By which delegation this officer may decide this case today, if by any."""
    covers = Q(matters=None) | Q(matters=case.version.matter_id)
    return in_force(department).filter(covers, officer=user_id).select_related("head").order_by("pk").first()


def must_not_have_examined(case: Application, by: Officer) -> None:
    """Raises NotAllowed for a delegate who gave an opinion in the case: who examines does not approve."""
    if case.tasks.filter(opinions__given_by=by.user_id).exists():
        raise NotAllowed(_("您在这一件里出具过意见，不能受委托作出决定（审查与决定分离）"))
