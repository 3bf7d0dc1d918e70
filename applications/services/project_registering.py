"""A project enters the house, gets its one code, and may be given up (一码, S2 二(二)2)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks import services as clocks
from hall.errors import Conflict, Invalid, WrongState
from hall.now import now
from hall.people.identity import check_phone
from hall.people.models import Person
from matters.models import ProjectScheme

from .. import project_codes
from ..choices import FINAL, ProjectNature, ProjectState, State
from ..project_models import Project
from .filling import Subject, tidy_code
from .project_journal import noted
from .project_rights import as_registrar, as_watcher

OPEN = (ProjectState.PROPOSED, ProjectState.UNDER_WAY, ProjectState.BUILDING)


@transaction.atomic
def register_project(
    scheme: ProjectScheme,
    *,
    name: str,
    builder: Subject,
    phone: str = "",
    code: str = "",
    nature: str = ProjectNature.CONSTRUCTION,
    investment: Decimal | None = None,
    address: str = "",
    territory: str = "",
    by: Actor,
) -> Project:
    """Enter a project. Without a code it is only proposed, and its first matters bring the code (立项).

    Raises NotAllowed unless `by` enters projects here, Invalid (with `fields`) for a code that does not
    hold, Conflict if the code belongs to another project of the place (一个项目一个代码).
    """
    officer = as_registrar(by, scheme)
    code = tidy_code(code)
    fields = {}
    if not name.strip():
        fields["name"] = [_("请填写项目名称")]
    if code and (wrong := project_codes.fault(code)):
        fields["code"] = [wrong]
    if nature not in ProjectNature.values:
        fields["nature"] = [_("请选择建设性质")]
    if investment is not None and investment < 0:
        fields["investment"] = [_("总投资不能是负数")]
    if fields:
        raise Invalid(_("项目没有登记，请核对填写的内容"), fields=fields)
    project = Project(
        jurisdiction_id=scheme.jurisdiction_id,
        scheme=scheme,
        code=code,
        name=name.strip()[:200],
        person=builder if isinstance(builder, Person) else None,
        enterprise=None if isinstance(builder, Person) else builder,
        builder_name=builder.name,
        contact_phone=check_phone(phone) if phone else builder.phone,
        nature=nature,
        investment=investment,
        address=address.strip()[:200],
        territory=territory.strip()[:40],
        created_by_id=officer.user_id,
        created_at=now(),
        is_demo=scheme.is_demo and builder.is_demo,
    )
    _insert(project)
    noted(project, "project_registered", by=officer, after=project.state, data={"code": code})
    return project


@transaction.atomic
def give_code(project_id: UUID, code: str, *, by: Actor) -> Project:
    """Write the code that the investment platform has given at 立项. Once: a project has one code.

    The cases of the project without a code get it. Raises WrongState if it has one, Invalid for one that
    does not hold, Conflict if another project of the place has it.
    """
    project = Project.objects.locked(project_id)
    officer = as_registrar(by, project.scheme)
    code = tidy_code(code)
    if project.code == code:
        return project
    if project.code:
        raise WrongState(_("项目已有代码%(code)s，一个项目只有一个代码") % {"code": project.code})
    if wrong := project_codes.fault(code):
        raise Invalid(wrong, fields={"code": [wrong]})
    project.code = code
    try:
        with transaction.atomic():
            project.save(update_fields=["code"])
    except IntegrityError as error:
        raise _taken(code) from error
    project.cases.filter(project_code="").exclude(state__in=FINAL).update(project_code=code)
    noted(project, "project_code_given", by=officer, data={"code": code})
    return project


@transaction.atomic
def give_up_project(project_id: UUID, reason: str, *, by: Actor) -> Project:
    """The builder gives the project up. Raises WrongState while one of its cases is still on its way."""
    project = Project.objects.locked(project_id)
    officer = as_watcher(by, project)
    if project.state not in OPEN:
        raise WrongState(_("项目已经结束"))
    if not reason.strip():
        raise Invalid(_("请写明终止的原因"), fields={"reason": [_("请写明终止的原因")]})
    over = (*FINAL, State.DELIVERED, State.READY, State.DECIDED)
    if project.cases.exclude(state__in=over).exists():
        raise WrongState(_("项目还有正在办理的办件，先撤回或者办结"))
    before, project.state = project.state, ProjectState.GIVEN_UP
    project.ended_at, project.end_reason = now(), reason.strip()[:300]
    project.save(update_fields=["state", "ended_at", "end_reason"])
    clocks.cancel_case(project.pk, project.end_reason, by=officer)
    noted(
        project,
        "project_given_up",
        by=officer,
        reason=project.end_reason,
        before=before,
        after=project.state,
    )
    return project


def _insert(project: Project) -> None:
    try:
        with transaction.atomic():
            project.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(project.code) from error


def _taken(code: str) -> Conflict:
    return Conflict(_("代码%(code)s已登记为本地的另一个项目") % {"code": code}, field="code")
