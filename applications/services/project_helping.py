"""绿色通道 and 帮办: a project put first, and somebody named who goes with it (S2 二(五)3, S0 §13)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid, NotAllowed, WrongState
from hall.now import now
from hall.organisation.officers import Officer
from hall.people.models import User

from .. import project_telling
from ..choices import HelpKind
from ..project_models import HelpEntry, Helper, Project
from .project_journal import noted
from .project_registering import OPEN
from .project_rights import as_watcher


@transaction.atomic
def put_in_green_channel(project_id: UUID, *, ground: str, basis: str, by: Actor) -> Project:
    """Put a project in the green channel. A mark that people see in every queue; no limit changes.

    Raises NotAllowed unless a manager or supervisor does it, Invalid without ground and basis.
    """
    project, officer = _watched(project_id, by)
    if project.is_green:
        raise WrongState(_("项目已在绿色通道"))
    fields = {}
    if not ground.strip():
        fields["ground"] = [_("请写明理由")]
    if not basis.strip():
        fields["basis"] = [_("请写明依据的文件")]
    if fields:
        raise Invalid(_("没有保存：理由和依据都要写明"), fields=fields)
    project.green_since, project.green_ground = now(), ground.strip()[:300]
    project.green_basis = basis.strip()[:300]
    project.save(update_fields=["green_since", "green_ground", "green_basis"])
    data = {"basis": project.green_basis}
    noted(project, "project_green", by=officer, reason=project.green_ground, data=data)
    return project


@transaction.atomic
def take_out_of_green_channel(project_id: UUID, *, reason: str, by: Actor) -> Project:
    """Take a project out of the green channel, with the reason. Why it was in it stays in the journal."""
    project, officer = _watched(project_id, by)
    if not project.is_green:
        raise WrongState(_("项目不在绿色通道"))
    if not reason.strip():
        raise Invalid(_("请写明理由"), fields={"reason": [_("请写明理由")]})
    project.green_since = None
    project.save(update_fields=["green_since"])
    noted(project, "project_green_ended", by=officer, reason=reason.strip())
    return project


@transaction.atomic
def assign_helper(project_id: UUID, user: User, *, phone: str, reason: str = "", by: Actor) -> Helper:
    """Name the helper of a project, or another one in place of the first, with the reason.

    Raises NotAllowed unless a manager or supervisor does it, Invalid for somebody without a post in the
    place, without a telephone number, or a change without a reason.
    """
    project, officer = _watched(project_id, by)
    fields = {}
    if project.jurisdiction_id not in Officer.of(user).jurisdiction_ids:
        fields["helper"] = [_("请选择本地在岗的人员")]
    if not phone.strip():
        fields["phone"] = [_("请填写联系电话")]
    former = project.helpers.filter(ends_at=None).select_related("user").first()
    if former is not None and former.user_id == user.pk:
        fields["helper"] = [_("已经是本项目的帮办人")]
    if former is not None and not reason.strip():
        fields["reason"] = [_("更换帮办人请写明原因")]
    if fields:
        raise Invalid(_("帮办人没有保存"), fields=fields)
    if former is not None:
        former.ends_at, former.reason = now(), reason.strip()[:300]
        former.save(update_fields=["ends_at", "reason"])
    helper = Helper.objects.create(project=project, user=user, phone=phone.strip()[:30], starts_at=now())
    data = {"helper": user.name, "before": former.user.name if former else ""}
    noted(project, "helper_assigned", by=officer, reason=reason.strip(), data=data)
    project_telling.to_builder(
        project,
        f"helper_{helper.pk}",
        _("帮办人已确定"),
        _("%(name)s（电话%(phone)s）为您的项目全程帮办，不收费。")
        % {"name": user.name, "phone": helper.phone},
    )
    return helper


@transaction.atomic
def log_help(project_id: UUID, *, kind: str, text: str, by: Actor) -> HelpEntry:
    """Write down what the helper did. Only the helper of today writes; nothing is changed afterwards."""
    project = Project.objects.locked(project_id)
    helper = project.helpers.filter(ends_at=None).first()
    if helper is None or helper.user_id != by.user_id:
        raise NotAllowed(_("只有本项目的帮办人可以写帮办日志"))
    if kind not in HelpKind.values or not text.strip():
        raise Invalid(_("请选择方式并写明做了什么"), fields={"text": [_("请写明做了什么")]})
    entry = HelpEntry.objects.create(helper=helper, kind=kind, text=text.strip(), at=now())
    noted(project, "help_logged", by=by, data={"kind": kind})
    return entry


def _watched(project_id: UUID, by: Actor) -> tuple[Project, Officer]:
    project = Project.objects.locked(project_id)
    officer = as_watcher(by, project)
    if project.state not in OPEN:
        raise WrongState(_("项目已经结束"))
    return project, officer
