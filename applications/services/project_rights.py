"""Who may do what to a project. Every verb of projects begins with one of these questions."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import NotAllowed, require
from hall.organisation.choices import Role
from hall.organisation.models import Department, Jurisdiction
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.models import Person
from hall.people.queries import mandate_for
from matters.models import ProjectScheme

from ..project_models import Project


def as_registrar(by: Actor, scheme: ProjectScheme) -> Officer:
    """Who enters projects: clerks and managers of the place, and the department that leads the scheme."""
    if isinstance(by, Officer):
        post = by.post_for(Role.CLERK, Role.MANAGER, jurisdiction=scheme.jurisdiction_id) or by.post_for(
            Role.REVIEWER, Role.HEAD, department=scheme.department_id
        )
        if post:
            return by.acting_as(post)
    raise NotAllowed(_("只有本地的综合受理员、大厅管理员或者牵头部门可以办理"))


def as_clerk_of(by: Actor, place: Jurisdiction | int) -> Officer:
    """A clerk of the place."""
    if isinstance(by, Officer) and (post := by.post_for(Role.CLERK, jurisdiction=place)):
        return by.acting_as(post)
    raise NotAllowed(_("只有本地的综合受理员可以办理"))


def as_watcher(by: Actor, project: Project) -> Officer:
    """A hall manager or supervisor of the place."""
    if isinstance(by, Officer) and (
        post := by.post_for(Role.MANAGER, Role.SUPERVISOR, jurisdiction=project.jurisdiction_id)
    ):
        return by.acting_as(post)
    raise NotAllowed(_("须由本地的大厅管理员或者督查员办理"))


def as_department(by: Actor, department: Department | int) -> Officer:
    """A reviewer or the head of that department."""
    if isinstance(by, Officer) and (post := by.post_for(Role.HEAD, Role.REVIEWER, department=department)):
        return by.acting_as(post)
    raise NotAllowed(_("只有被征询部门的审查员或者负责人可以答复"))


def as_leader(by: Actor, project: Project) -> Officer:
    """Who leads the admission: the leading department of the scheme, or a manager of the place."""
    if isinstance(by, Officer):
        post = by.post_for(Role.HEAD, Role.REVIEWER, department=project.scheme.department_id)
        post = post or by.post_for(Role.MANAGER, jurisdiction=project.jurisdiction_id)
        if post:
            return by.acting_as(post)
    raise NotAllowed(_("准入评审由牵头部门或者大厅管理员组织"))


def as_builder(by: Actor, project: Project) -> Actor:
    """Whoever speaks for the builder from an own account; a mandate shows in the journal."""
    person = Person.objects.filter(user=by.user_id).first() if by.user_id else None
    if person is None or project.builder is None:
        raise NotAllowed(_("只有建设单位或者受托人可以办理"))
    if project.person_id == person.pk:
        return by
    held = mandate_for(person, project.builder, MandateScope.APPLY)
    require(held, _("您没有得到建设单位对这一事项的委托，或者委托已到期"))
    return replace(by, on_behalf=project.builder_name)
