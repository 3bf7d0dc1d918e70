"""A small scheme: filing, then a plan that needs its result, then a permit that needs the plan; then 验收."""

from __future__ import annotations

from typing import Any

import pytest

from applications import services as cases
from applications.models import Application
from applications.project_models import Project
from applications.tasks import follow_projects
from hall.actors import SYSTEM
from hall.calendars import services as calendars
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.services import grant_mandate
from matters import services as catalogue
from matters.models import MatterVersion, ProjectScheme
from routing import services as routing
from routing.models import Task
from routing.tasks import dispatch
from tests import traits

CODE = "2601-999901-04-01-123456"
FORM = [
    {"key": "what", "label": "项目名称", "kind": "text", "required": True, "options": [], "help": ""},
    {"key": "code", "label": "项目代码", "kind": "text", "required": False, "prefill": "project_code"},
]


def material(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "is_main": False, "media": "paper", "basis": "示范规定", **more}


@pytest.fixture
def worked_year(db) -> None:
    """The national calendar of 2026, with its holidays and make-up days."""
    calendars.load_national([2026])


@pytest.fixture
def filing(bureau) -> MatterVersion:
    """备案: decided by the bureau alone."""
    return _version(
        bureau, "示例项目备案", [material("m01", "备案表", is_main=True), material("m02", "营业执照")]
    )


@pytest.fixture
def plan(bureau, health) -> MatterVersion:
    """规划许可: needs the filing."""
    steps = [traits.step(health, days=3), traits.step(bureau, stage=2, days=2, decides=True)]
    rows = [
        material("m01", "规划许可申请表", is_main=True),
        material("m02", "备案证明"),
        material("m03", "营业执照"),
    ]
    return _version(bureau, "示例规划许可", rows, steps)


@pytest.fixture
def permit(health) -> MatterVersion:
    """施工许可: needs the plan; ends the counted stages."""
    rows = [material("m01", "施工许可申请表", is_main=True), material("m02", "规划许可证")]
    return _version(health, "示例施工许可", rows, [traits.step(health, days=5, decides=True)])


@pytest.fixture
def finish(fire) -> MatterVersion:
    """竣工验收: after the counted stages."""
    rows = [material("m01", "验收申请表", is_main=True)]
    return _version(fire, "示例竣工验收", rows, [traits.step(fire, days=5, decides=True)])


def _version(department, name, materials, steps=None) -> MatterVersion:
    return traits.make_version(department, steps, materials, name=name, form_fields=FORM, questions=[])


def scheme_of(place, department, filing, plan, permit, finish, edges=None, **elements: Any) -> ProjectScheme:
    usual = [
        {"prerequisite": filing.matter, "dependent": plan.matter, "material": "m02", "basis": "示例"},
        {"prerequisite": plan.matter, "dependent": permit.matter, "material": "m02", "basis": "示例"},
    ]
    stages = [
        {
            "code": "land",
            "name": "立项用地规划许可",
            "matters": [{"matter": filing.matter, "concludes": True}],
        },
        {"code": "works", "name": "工程建设许可", "matters": [{"matter": plan.matter, "concludes": True}]},
        {"code": "start", "name": "施工许可", "matters": [{"matter": permit.matter, "concludes": True}]},
        {
            "code": "finish",
            "name": "竣工验收",
            "counts": False,
            "matters": [{"matter": finish.matter, "concludes": True}],
        },
    ]
    found = catalogue.define_project_scheme(
        place,
        code=elements.pop("code", "sample"),
        name="示例项目流程",
        kind="filed",
        department=department,
        elements={"basis": "驻政〔2018〕36号第九条", "joint_basis": "行政许可法第四十二条", **elements},
        stages=stages,
        dependencies=usual if edges is None else edges,
    )
    assert found is not None
    return found


@pytest.fixture
def scheme(a_place, bureau, filing, plan, permit, finish) -> ProjectScheme:
    return scheme_of(a_place, bureau, filing, plan, permit, finish)


@pytest.fixture
def builder(db):
    return traits.make_enterprise()


@pytest.fixture
def owner(builder):
    """An account that speaks for the builder."""
    user = traits.make_citizen()
    grant_mandate(builder, user.person, scope=MandateScope.values, starts_on=traits.LONG_AGO, by=SYSTEM)
    return user


@pytest.fixture
def manager(a_place) -> Officer:
    return traits.make_officer(a_place, Role.MANAGER, "示例壬")


def register(scheme, builder, clerk, **given: Any) -> Project:
    told = {"name": "示例厂房", "code": CODE, "phone": traits.PHONE, "address": "安和县工业路1号", **given}
    return cases.register_project(scheme, builder=builder, by=clerk, **told)


@pytest.fixture
def project(scheme, builder, clerk) -> Project:
    return register(scheme, builder, clerk)


def take_in(project: Project, version: MatterVersion, clerk: Officer, *but: str) -> Application:
    """Taken in for the project at the desk, whole but for the materials in `but`; received."""
    post = clerk.post_for(Role.CLERK)
    case = cases.open_for_project(project.pk, version=version, hall=post.hall, window=post.window, by=clerk)
    cases.fill_form(case.pk, {**case.form_data, "what": project.name}, {}, by=clerk)
    for row in case.materials.select_related("material"):
        if row.verdict == "pending" and row.material.code not in but:
            cases.record_material(case.pk, row.material.code, verdict="ok", by=clerk)
    return cases.receive(case.pk, by=clerk)


def accept(project: Project, version: MatterVersion, clerk: Officer, *but: str) -> Application:
    return cases.accept(take_in(project, version, clerk, *but).pk, by=clerk)


def decide(case: Application, outcome: str = "granted") -> None:
    """Every department gives its word, and the deciding organ decides."""
    routing.dispatch(case.pk)
    reason = "不符合条件" if outcome == "refused" else ""
    while task := Task.objects.live().filter(case=case).select_related("department").first():
        head = traits.make_officer(task.case.jurisdiction, Role.HEAD, department=task.department)
        if task.decides:
            routing.decide(task.pk, outcome=outcome, reasons=reason, by=head)
        else:
            routing.sign_for(task.pk, by=head)
            routing.claim(task.pk, by=head)
            routing.give_opinion(task.pk, verdict="agree", by=head)


def porters() -> None:
    """What the sweeps of the two rooms do."""
    follow_projects()
    dispatch()


def fresh(thing: Any) -> Any:
    return type(thing).objects.get(pk=thing.pk)
