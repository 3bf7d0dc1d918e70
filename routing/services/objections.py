"""An objection that comes after silence: put before the lead department, undoing nothing (DESIGN §3)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from hall.notices.services import notify
from hall.organisation.choices import Role
from hall.organisation.queries import holders

from ..models import Opinion, Task


def put_before_lead(case: Application, task: Task, opinion: Opinion) -> None:
    """Tell every reviewer and head of the lead department, with the way to the task that consolidates.

    There it must be treated like any other objection before the case is decided (汇总).
    """
    lead = case.version.department_id
    deciding = Task.objects.filter(case=case, decides=True, department=lead).order_by("-opened_at").first()
    link = reverse("routing:task", args=[deciding.pk]) if deciding else ""
    for user in holders(Role.REVIEWER, Role.HEAD, department=lead):
        notify(
            user=user,
            subject=_("默认同意后收到异议"),
            body=_("%(department)s对%(case)s补充提出异议：%(reasons)s。请在汇总意见时写明是否采纳。")
            % {"department": task.department.name, "case": case, "reasons": opinion.reasons[:300]},
            link=link or reverse("applications:case", args=[case.pk]),
            case_id=case.pk,
            once_key=f"late-objection:{opinion.pk}:{user.pk}",
        )
