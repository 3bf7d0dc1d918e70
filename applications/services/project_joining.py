"""Cases come to a project: taken in for it at the desk or from home, or attached afterwards."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid, NotAllowed, WrongState, require
from hall.organisation.choices import Role
from hall.organisation.models import Hall, Window
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.models import Person
from hall.people.queries import mandate_for
from matters.models import MatterVersion

from ..choices import FINAL, ProjectState, State
from ..models import Application
from ..project_models import Project
from .actors import EDITABLE_AT_DESK, as_applicant, as_clerk
from .filling import put_applicant
from .intake import open_at_desk
from .journal import noted as case_noted
from .online import apply_online
from .project_journal import noted
from .project_registering import OPEN
from .project_rights import as_builder, as_clerk_of
from .project_sharing import rely_on_results, share

EDITABLE = (*EDITABLE_AT_DESK, State.SUBMITTED, State.RETURNED, State.CORRECTING)


@transaction.atomic
def open_for_project(
    project_id: UUID,
    *,
    version: MatterVersion,
    hall: Hall,
    window: Window | None,
    by: Officer,
    key: str | None = None,
) -> Application:
    """Take in a case for the project (为项目收件): builder, facts and materials are there already.

    The same `key` again gives the same case. Raises WrongState for a matter that the project does not have
    or a version that is not in force, NotAllowed unless `by` takes in applications in `hall`.
    """
    project = _open(project_id)
    clerk = as_clerk_of(by, project.jurisdiction_id)
    _require_of_scheme(project, version)
    case = open_at_desk(version=version, hall=hall, window=window, by=by, key=key)
    if case.project_id == project.pk:
        return case
    case = Application.objects.locked(case.pk)
    assert project.builder is not None
    put_applicant(case, project.builder, project.contact_phone, None, None)
    case.save()
    return _join(case, project, "opened", by=clerk)


@transaction.atomic
def apply_for_project(
    project_id: UUID, *, version: MatterVersion, by: Actor, key: str | None = None
) -> Application:
    """Begin a draft for the project from the builder's own account. The same `key` gives the same draft.

    Raises NotAllowed unless the account speaks for the builder, WrongState as in `open_for_project`.
    """
    project = _open(project_id)
    builder = as_builder(by, project)
    _require_of_scheme(project, version)
    case = apply_online(version=version, by=by, key=key)
    if case.project_id == project.pk:
        return case
    case = Application.objects.locked(case.pk)
    assert project.builder is not None
    me = Person.objects.get(user=by.user_id)
    mine = project.person_id == me.pk
    mandate = None if mine else mandate_for(me, project.builder, MandateScope.APPLY)
    put_applicant(case, project.builder, me.phone, None if mine else me, mandate)
    case.save()
    return _join(case, project, "online", by=builder)


@transaction.atomic
def attach_case(project_id: UUID, number: str, *, by: Actor) -> Application:
    """Attach a case of the same applicant that began outside the project.

    By a clerk of its hall, or the applicant's side. One that departments already have goes on as it is; one
    that is not accepted yet shares what the project has. Raises Invalid for an unknown number, another
    applicant or another project's code, WrongState for one that is over or has a project.
    """
    project = _open(project_id)
    found = Application.objects.filter(number=number.strip(), jurisdiction=project.jurisdiction_id).first()
    if found is None:
        raise Invalid(_("没有这个编号的办件"), fields={"number": [_("请核对办件编号")]})
    case = Application.objects.locked(found.pk)
    by = _as_desk_or_builder(by, case, project)
    if case.project_id == project.pk:
        return case
    if case.project_id is not None or case.state in FINAL:
        raise WrongState(_("办件已经结束，或者已属于另一个项目"))
    same = (case.person_id, case.enterprise_id) == (project.person_id, project.enterprise_id)
    if not same:
        raise Invalid(_("办件的申请人不是本项目的建设单位"), fields={"number": [_("申请人与建设单位不一致")]})
    if case.project_code and project.code and case.project_code != project.code:
        raise Invalid(
            _("办件的项目代码是%(code)s，不是本项目的") % {"code": case.project_code},
            fields={"number": [_("项目代码不一致")]},
        )
    return _join(case, project, "attached", by=by)


def _join(case: Application, project: Project, how: str, *, by: Actor) -> Application:
    case.project = project
    case.save(update_fields=["project"])
    taken = {}
    if case.state in EDITABLE:
        taken = share(case, project)
        taken["results"] = rely_on_results(case, project, by_id=by.user_id)
    elif not case.project_code and project.code:
        case.project_code = project.code
        case.save(update_fields=["project_code"])
    Project.objects.filter(pk=project.pk).update(needs_look=True)
    case_noted(case, "joined_project", by=by, data={"project": str(project.pk), "how": how, **taken})
    noted(project, "project_case_joined", by=by, data={"case": str(case.pk), "matter": str(case.matter)})
    return case


def _open(project_id: UUID) -> Project:
    project = (
        Project.objects.select_related("scheme", "jurisdiction", "person", "enterprise")
        .filter(pk=project_id)
        .first()
    )
    if project is None:
        raise WrongState(_("没有这个项目"))
    if project.state not in OPEN:
        raise WrongState(
            _("项目目前为“%(state)s”，不能再收件") % {"state": ProjectState(project.state).label}
        )
    return project


def _require_of_scheme(project: Project, version: MatterVersion) -> None:
    if not project.scheme.stage_matters.filter(matter=version.matter_id).exists():
        raise WrongState(_("该事项不在本项目的审批流程里；已收的办件可以关联到项目"))


def _as_desk_or_builder(by: Actor, case: Application, project: Project) -> Actor:
    if not isinstance(by, Officer):
        require(by.user_id, _("请先登录"))
        return as_applicant(by, case, MandateScope.APPLY)
    if by.has(Role.CLERK, jurisdiction=project.jurisdiction_id):
        return as_clerk(by, case)
    raise NotAllowed(_("只有综合受理员或者建设单位可以关联办件"))
