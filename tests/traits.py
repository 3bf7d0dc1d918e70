"""Life-cycle traits: a small place with people, matters and cases in every state, made by calling the verbs.

Fixtures `a_place`, `clerk`, `instant_version`, `received_case`, `accepted_case` … are loaded for every test;
the functions below make more of the same kind.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from applications import services as cases
from applications.models import Application
from applications.services import MaterialEntry, Pledge
from hall import now
from hall.actors import SYSTEM, Actor
from hall.organisation.choices import Domain, Level, Role, WindowKind
from hall.organisation.models import Department, Hall, Jurisdiction, Post, Window, Zone
from hall.organisation.officers import Officer
from hall.people.choices import MandateScope
from hall.people.identity import synthetic_citizen_number, synthetic_uscc
from hall.people.models import Enterprise, Mandate, Person, User
from hall.people.services import find_or_register_enterprise, find_or_register_person, grant_mandate
from matters import services as catalogue
from matters import situations
from matters.choices import MatterType
from matters.models import MatterVersion

_serial = itertools.count(1)
LONG_AGO = dt.date(2020, 1, 1)
FOUNDED = dt.datetime(2026, 1, 2, 1, tzinfo=dt.UTC)  # since when every matter here is in force
PHONE = "13800000000"

FORM = [
    {"key": "site", "label": "经营场所", "kind": "address", "required": True, "options": [], "help": ""},
    {"key": "area", "label": "经营面积", "kind": "area", "required": False, "options": [], "help": ""},
]
FORM_DATA = {"site": "安和县城东路1号", "area": "60"}
QUESTIONS = [
    {
        "key": "agent",
        "ask": "是否委托他人办理？",
        "options": [
            {"value": "no", "label": "本人办理", "effect": "", "adds": []},
            {"value": "yes", "label": "委托办理", "effect": "增加授权委托书", "adds": ["m04"]},
        ],
    }
]
MATERIALS = [
    # Of paper, so that an application from home needs no upload; tests of uploads bring their own.
    {"code": "m01", "name": "申请书", "is_main": True, "media": "paper", "basis": "示范规定第一条"},
    {"code": "m02", "name": "场所证明", "is_main": False, "media": "paper", "copies": 1, "originals": 0},
    {"code": "m03", "name": "营业执照", "is_main": False, "shared_source": "县市场监管局"},
    {"code": "m04", "name": "授权委托书", "is_main": False, "condition": "委托他人办理"},
]
DEFERRABLE = {"code": "m05", "name": "管理制度目录", "necessity": "deferrable", "is_main": False}


# -- The place and its people --------------------------------------------------------------------------


def make_place(slug: str = "anhe", **settings: Any) -> Jurisdiction:
    """A county of its own, with policies as given."""
    number = next(_serial)
    return Jurisdiction.objects.create(
        slug=slug,
        code=f"9999{number:02d}",
        name=f"安和县{number}",
        short_name="安和",
        level=Level.COUNTY,
        settings={"silent_consent": True, "silent_consent_basis": "示范规定第十八条", **settings},
    )


def make_department(place: Jurisdiction, code: str, name: str) -> Department:
    """A department of the place."""
    return Department.objects.create(
        jurisdiction=place, code=code, name=f"{place.name}{name}", short_name=name, phone="0000-1234567"
    )


def make_officer(place: Jurisdiction, role: str, name: str = "", **post: Any) -> Officer:
    """A member of staff with one post; `department=`, `hall=`, `window=` say where."""
    number = next(_serial)
    user = User.objects.create_user(
        f"{role}{number}", name=name or f"示例{number}", must_change_password=False, is_demo=True
    )
    Post.objects.create(user=user, role=role, jurisdiction=place, starts_on=LONG_AGO, **post)
    return Officer.of(user)


def make_person(**given: Any) -> Person:
    """A person that cannot exist."""
    number = next(_serial)
    return find_or_register_person(
        name=given.pop("name", "示例申请人"),
        id_type="id_card",
        id_number=given.pop("id_number", synthetic_citizen_number(20_000 + number)),
        phone=given.pop("phone", PHONE),
        by=SYSTEM,
        is_demo=True,
        **given,
    )


def make_enterprise(**given: Any) -> Enterprise:
    """An enterprise that cannot exist."""
    number = next(_serial)
    return find_or_register_enterprise(
        name=given.pop("name", f"示例{number}有限公司"),
        uscc=given.pop("uscc", synthetic_uscc(20_000 + number)),
        legal_representative="示例法人",
        phone=PHONE,
        by=SYSTEM,
        is_demo=True,
        **given,
    )


def make_citizen(person: Person | None = None, *, confirmed: bool = True) -> User:
    """A portal account, its owner's document seen at a counter or not."""
    person = person or make_person()
    return User.objects.create_user(
        f"citizen{next(_serial)}",
        name=person.name,
        email="citizen@example.com",
        person=person,
        must_change_password=False,
        identity_confirmed_at=dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC) if confirmed else None,
    )


def acting(user: User) -> Actor:
    """The citizen as the journal writes them."""
    return Actor(user_id=user.pk, name=user.name, role="citizen")


def make_mandate(principal: Person | Enterprise, agent: Person) -> Mandate:
    """A mandate for everything, without end."""
    return grant_mandate(principal, agent, scope=MandateScope.values, starts_on=LONG_AGO, by=SYSTEM)


# -- Matters -------------------------------------------------------------------------------------------


def make_version(
    department: Department,
    steps: list[dict[str, Any]] | None = None,
    materials: list[dict[str, Any]] | None = None,
    **elements: Any,
) -> MatterVersion:
    """A published version, by the verbs of the catalogue. Without `steps`, its department alone decides.

    The limits of the stages must add up to the promised limit.

    Defaults: a licence with a promised limit of five working days and a statutory one of twenty, for
    everybody, online to the third level.
    """
    with now.at(FOUNDED):
        return _publish(department, steps, materials, elements)


def _publish(
    department: Department,
    steps: list[dict[str, Any]] | None,
    materials: list[dict[str, Any]] | None,
    elements: dict[str, Any],
) -> MatterVersion:
    number = next(_serial)
    place = department.jurisdiction
    matter = catalogue.create_matter(
        place,
        name=elements.pop("name", f"示例许可{number}"),
        kind=elements.pop("kind", MatterType.LICENCE),
        domain=Domain.BUSINESS,
        level=Level.COUNTY,
        department=department,
        implementation_code=f"11511602MB0000019U4{number:012d}",
        by=SYSTEM,
        is_demo=True,
    )
    instant = elements.get("case_type") == "instant"
    whole = elements.get("promised_value", 1 if instant else 5)
    keeper, second = (make_officer(place, Role.KEEPER) for _i in range(2))
    draft = catalogue.draft_version(matter.pk, by=keeper)
    draft = catalogue.change_draft(
        draft.pk,
        by=keeper,
        elements={
            "case_type": "promised",
            "promised_value": 0 if instant else 5,
            "statutory_value": 20,
            "statutory_unit": "working_day",
            "statutory_basis": "《行政许可法》第四十二条",
            "legal_basis": [{"law": "示范条例", "article": "第一条"}],
            "conditions": ["有合适的场所", "有必要的人员"],
            "applicants": ["person", "individual", "enterprise"],
            "form_fields": FORM,
            "questions": QUESTIONS,
            "visits": 1,
            "visit_reason": "领取证件",
            "online_depth": 3,
            "result_kind": "certificate",
            "result_name": "示例许可证",
            "result_validity": "5年",
            "faq": [{"q": "可以委托别人办理吗？", "a": "可以，请带授权委托书。"}],
            **elements,
        },
        materials=materials or MATERIALS,
        steps=steps or [step(department, days=whole, decides=True)],
    )
    catalogue.fill_usual(draft.pk, by=keeper)
    catalogue.submit(draft.pk, by=keeper)
    catalogue.approve(draft.pk, by=second)
    return catalogue.publish(draft.pk, by=keeper)


def step(department: Department, stage: int = 1, days: int = 1, **given: Any) -> dict[str, Any]:
    """One step of a route: `decides=True` for the last, `silent_consent=True` where silence may consent."""
    silent = {"silent_basis": "示范规定第十八条"} if given.get("silent_consent") else {}
    kind = "decide" if given.get("decides") else "consult"
    return {
        "stage": stage,
        "department": department,
        "kind": kind,
        "limit_value": days,
        "receipt_value": 1,
        **silent,
        **given,
    }


# -- Cases ---------------------------------------------------------------------------------------------


def all_in_order(version: MatterVersion, *but: str) -> list[MaterialEntry]:
    """Verdicts that find every demanded, unconditional material in order, except the codes in `but`."""
    return [
        MaterialEntry(material.code)
        for material in version.materials.all()
        if material.demanded and not material.condition and material.code not in but
    ]


def usual_answers(version: MatterVersion) -> dict[str, str]:
    """Answers to every guiding question that is asked: of its options the one that needs least."""
    answers: dict[str, str] = {}
    while unanswered := situations.outcome(version, answers).unanswered:
        question = unanswered[0]
        needs_least = min(question["options"], key=lambda o: (bool(o.get("stop")), len(o.get("adds", ()))))
        answers[question["key"]] = needs_least["value"]
    return answers


def take_in(version: MatterVersion, clerk: Officer, *but: str, **given: Any) -> Application:
    """A case received at the clerk's window, complete except for the materials in `but`."""
    post = clerk.post_for(Role.CLERK)
    return cases.take_in(
        version=version,
        hall=post.hall,
        window=post.window,
        by=clerk,
        **{
            "subject": given.pop("subject", None) or make_person(),
            "phone": PHONE,
            "data": FORM_DATA,
            "answers": usual_answers(version),
            "materials": all_in_order(version, *but),
            **given,
        },
    )


def fresh(case: Application) -> Application:
    """The case as the database has it now."""
    return Application.objects.get(pk=case.pk)


# -- Fixtures ------------------------------------------------------------------------------------------


@pytest.fixture
def a_place(db: None) -> Jurisdiction:
    """A county where silence may consent and 容缺 is allowed."""
    return make_place()


@pytest.fixture
def bureau(a_place: Jurisdiction) -> Department:
    """The department that decides."""
    return make_department(a_place, "bureau", "市场监督管理局")


@pytest.fixture
def health(a_place: Jurisdiction) -> Department:
    """A consulted department."""
    return make_department(a_place, "health", "卫生健康局")


@pytest.fixture
def fire(a_place: Jurisdiction) -> Department:
    """Another consulted department."""
    return make_department(a_place, "fire", "消防救援大队")


@pytest.fixture
def centre(a_place: Jurisdiction) -> Hall:
    """The hall."""
    return Hall.objects.create(
        jurisdiction=a_place,
        code="centre",
        name="安和县政务服务中心",
        address="城东路1号",
        phone="0000-1234567",
    )


@pytest.fixture
def intake_window(centre: Hall) -> Window:
    """A window that takes in everything."""
    zone, _new = Zone.objects.get_or_create(hall=centre, code="general", defaults={"name": "综合"})
    return Window.objects.create(zone=zone, number="3", name="综合3号窗", kind=WindowKind.INTAKE)


@pytest.fixture
def clerk(a_place: Jurisdiction, centre: Hall, intake_window: Window) -> Officer:
    """综合受理员."""
    return make_officer(a_place, Role.CLERK, "示例甲", hall=centre, window=intake_window)


@pytest.fixture
def other_clerk(a_place: Jurisdiction, centre: Hall, intake_window: Window) -> Officer:
    """Another one in the same hall."""
    return make_officer(a_place, Role.CLERK, "示例乙", hall=centre, window=intake_window)


@pytest.fixture
def issuer(a_place: Jurisdiction, centre: Hall) -> Officer:
    """出件员."""
    return make_officer(a_place, Role.ISSUER, "示例丙", hall=centre)


@pytest.fixture
def reviewer(a_place: Jurisdiction, bureau: Department) -> Officer:
    """审查员 of the deciding department."""
    return make_officer(a_place, Role.REVIEWER, "示例丁", department=bureau)


@pytest.fixture
def bureau_head(a_place: Jurisdiction, bureau: Department) -> Officer:
    """Head of the deciding department."""
    return make_officer(a_place, Role.HEAD, "示例戊", department=bureau)


@pytest.fixture
def health_reviewer(a_place: Jurisdiction, health: Department) -> Officer:
    """审查员 of the consulted department."""
    return make_officer(a_place, Role.REVIEWER, "示例己", department=health)


@pytest.fixture
def fire_reviewer(a_place: Jurisdiction, fire: Department) -> Officer:
    """审查员 of the other consulted department."""
    return make_officer(a_place, Role.REVIEWER, "示例庚", department=fire)


@pytest.fixture
def supervisor(a_place: Jurisdiction) -> Officer:
    """督查员."""
    return make_officer(a_place, Role.SUPERVISOR, "示例辛")


@pytest.fixture
def instant_version(bureau: Department) -> MatterVersion:
    """即办件: the bureau decides on the spot."""
    return make_version(bureau, case_type="instant", name="示例即办事项")


@pytest.fixture
def promised_version(bureau: Department, health: Department, fire: Department) -> MatterVersion:
    """承诺件: two departments consulted in parallel, then the bureau decides."""
    return make_version(
        bureau,
        steps=[
            step(health, stage=1, days=3, silent_consent=True),
            step(fire, stage=1, days=3),
            step(bureau, stage=2, days=2, decides=True),
        ],
        name="示例承诺事项",
    )


@pytest.fixture
def deferrable_version(bureau: Department) -> MatterVersion:
    """承诺件 with a document that may come later (容缺)."""
    return make_version(
        bureau,
        steps=[step(bureau, days=5, decides=True)],
        materials=[*MATERIALS, DEFERRABLE],
        deferral_allowed=True,
        name="示例容缺事项",
    )


@pytest.fixture
def citizen(db: None) -> User:
    """A confirmed portal account."""
    return make_citizen()


@pytest.fixture
def received_case(promised_version: MatterVersion, clerk: Officer) -> Application:
    """已收件, complete."""
    return take_in(promised_version, clerk)


@pytest.fixture
def accepted_case(received_case: Application, clerk: Officer) -> Application:
    """已受理."""
    return cases.accept(received_case.pk, by=clerk)


@pytest.fixture
def deferred_case(deferrable_version: MatterVersion, clerk: Officer) -> Application:
    """容缺受理: m05 is promised within three working days."""
    case = take_in(deferrable_version, clerk, "m05")
    return cases.accept(case.pk, by=clerk, deferrals=[Pledge("m05", 3)])


@pytest.fixture
def correcting_case(promised_version: MatterVersion, clerk: Officer) -> Application:
    """补正中: m02 is missing."""
    case = take_in(promised_version, clerk, "m02")
    cases.give_notice(case.pk, items=cases.items_from_verdicts(case), by=clerk)
    return fresh(case)


@pytest.fixture
def reviewing_case(accepted_case: Application) -> Application:
    """审查中, without tasks: what routing makes of it is its own affair."""
    return cases.mark_reviewing(accepted_case.pk)


@pytest.fixture
def submitted_case(promised_version: MatterVersion, citizen: User) -> Application:
    """网上预审中, by `citizen`."""
    return submit_online(promised_version, citizen)


def consolidated(task: Any, by: Officer) -> Any:
    """The deciding task, every opinion brought together (汇总) and whatever was demanded adopted."""
    from routing import services as routing
    from routing.services.consolidating import to_be_treated

    treatments = {opinion.pk: routing.Adoption(True) for opinion in to_be_treated(task.case)}
    routing.consolidate(task.pk, text="各部门意见一致", treatments=treatments, by=by)
    return task


def submit_online(version: MatterVersion, citizen: User) -> Application:
    """An application sent in from home. Its materials are of paper and come to the counter."""
    by = acting(citizen)
    case = cases.apply_online(version=version, by=by)
    cases.save_draft(case.pk, data=FORM_DATA, answers={"agent": "no"}, phone=PHONE, by=by)
    return cases.submit(case.pk, by=by)
