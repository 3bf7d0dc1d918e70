"""What the builder is told about a project, each thing once, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from hall.notices.services import notify
from hall.people.choices import MandateScope
from hall.people.models import Person, User
from hall.people.queries import accounts_of_person, mandates_in_force

from .models import Application
from .project_models import PrerequisiteWait, Project
from .services.telling import day, tell


def awaiting(case: Application, names: Sequence[str]) -> None:
    """Accepted early: what it waits for, and that no time of the office runs meanwhile."""
    body = _(
        "前置事项“%(names)s”的结果出来后的下一个工作日，部门开始审查；结果由我们直接取用，不用您再交。"
        "等待期间不计入办理时限。"
    ) % {"names": "、".join(names)}
    tell(case, "prerequisite_awaited", _("已提前受理，等前置事项"), body)


def turn_set(case: Application) -> None:
    """The results are there: on which day the departments begin."""
    if case.turn_at:
        body = _("前置事项已办好，%(day)s起部门开始审查。") % {"day": day(case.turn_at)}
        tell(case, f"turn_{case.turn_at:%Y%m%d}", _("前置事项已办好"), body)


def released(case: Application) -> None:
    """The departments begin today."""
    tell(
        case,
        "prerequisite_met",
        _("部门开始审查"),
        _("前置事项的结果已作为本件的材料，办理时限从今天起计算。"),
    )


def failed(case: Application, wait: PrerequisiteWait) -> None:
    """The result will not come: the applicant chooses."""
    body = _(
        "前置事项“%(name)s”没有办成。您可以重新申请该事项，本件继续等待；也可以结束本件，以后再申请。"
        "请在“我的项目”里选择，或者到窗口说明。"
    ) % {"name": wait.prerequisite}
    moment = wait.settled_at or dt.datetime.min
    tell(case, f"prerequisite_failed_{wait.pk}_{moment:%Y%m%d%H%M}", _("前置事项没有办成"), body)


def to_builder(project: Project, what: str, title: str, body: str) -> None:
    """A word to the builder's accounts, once for `what`; an enterprise's are those who act for it."""
    subject = f"{title}：{project.name}"
    for user in _accounts(project):
        notify(
            user=user,
            subject=subject,
            body=body,
            link=f"/my/projects/{project.pk}/",
            case_id=project.pk,
            once_key=f"project:{project.pk}:{what}:{user.pk}",
        )


def _accounts(project: Project) -> list[User]:
    if project.person_id:
        people = [project.person_id]
    else:
        held = mandates_in_force().filter(
            principal_enterprise=project.enterprise_id, scope__contains=[MandateScope.APPLY]
        )
        people = list(held.values_list("agent_id", flat=True))
    found = Person.objects.filter(pk__in=people).values_list("pk", flat=True)
    return [user for person in found for user in accounts_of_person(person)]
