"""A place with departments and two keepers, and matters in every stage of their life, made by the verbs."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.actors import SYSTEM
from hall.organisation.choices import DepartmentKind, Domain, Level, Role
from hall.organisation.models import Department, Hall, Jurisdiction, Post
from hall.organisation.officers import Officer
from hall.people.models import User
from matters import formschema, services
from matters.choices import MatterType

MATERIALS = [
    {"name": "食品经营许可申请书", "is_main": True, "basis": "《食品经营许可和备案管理办法》第十二条"},
    {
        "name": "食品安全规章制度",
        "necessity": "deferrable",
        "is_main": False,
        "basis": "《食品经营许可和备案管理办法》第十二条",
    },
    {"name": "营业执照", "is_main": False, "shared_source": "市场监督管理局"},
]


def form_field(key, label, kind, *, required=False, options=(), columns=()):
    """A field of a matter's form, whole."""
    return {
        "key": key,
        "label": label,
        "kind": kind,
        "required": required,
        "options": list(options),
        "columns": list(columns),
        "help": "",
    }


@pytest.fixture
def place(db):
    return Jurisdiction.objects.create(
        slug="anhe",
        code="999901",
        name="安和县",
        short_name="安和",
        level=Level.COUNTY,
        is_demo=True,
        settings={"silent_consent": True, "silent_consent_basis": "示范规定第十八条"},
    )


@pytest.fixture
def organ(place):
    return Department.objects.create(
        jurisdiction=place,
        code="scjgj",
        name="安和县市场监督管理局",
        short_name="县市场监管局",
        kind=DepartmentKind.ORGAN,
        domain=Domain.BUSINESS,
    )


@pytest.fixture
def health(place):
    return Department.objects.create(
        jurisdiction=place, code="wjj", name="安和县卫生健康局", short_name="县卫健局", order=1
    )


@pytest.fixture
def hall(place):
    return Hall.objects.create(
        jurisdiction=place,
        code="centre",
        name="安和县政务服务中心",
        address="城东路1号",
        phone="0000-1234567",
    )


def officer(place, username, role=Role.KEEPER, **post):
    """A user who holds one post, as an officer."""
    user = User.objects.create(
        username=username, name=f"示例{username}", is_demo=True, must_change_password=False
    )
    Post.objects.create(user=user, role=role, jurisdiction=place, starts_on=dt.date(2020, 1, 1), **post)
    return Officer.of(user)


@pytest.fixture
def keeper(place):
    return officer(place, "keeper1")


@pytest.fixture
def second_keeper(place):
    return officer(place, "keeper2")


@pytest.fixture
def matter(place, organ, keeper):
    return services.create_matter(
        place,
        name="食品（含保健食品）经营许可核发",
        kind=MatterType.LICENCE,
        domain=Domain.BUSINESS,
        level=Level.COUNTY,
        department=organ,
        implementation_code="11511602MB0000019U4000131001001",
        aliases=["开饭店办证", "餐饮许可证"],
        theme="经营许可",
        by=keeper,
    )


@pytest.fixture
def draft(matter, organ, health, keeper):
    """A complete draft: five working days, two consulted in parallel, a deferrable material."""
    version = services.draft_version(matter.pk, by=keeper)
    services.change_draft(
        version.pk,
        by=keeper,
        elements={
            "case_type": "promised",
            "promised_value": 5,
            "statutory_value": 20,
            "statutory_unit": "working_day",
            "statutory_basis": "《行政许可法》第四十二条",
            "legal_basis": [{"law": "中华人民共和国食品安全法", "article": "第三十五条"}],
            "conditions": ["有营业执照", "有合适的场所"],
            "applicants": ["individual", "enterprise"],
            "form": formschema.form_of(
                [
                    form_field("shop", "经营场所", "address", required=True),
                    form_field("area", "经营面积", "area"),
                ]
            ),
            "visits": 1,
            "visit_reason": "领取许可证",
            "online_depth": 3,
            "deferral_allowed": True,
            "result_kind": "certificate",
            "result_name": "食品经营许可证",
            "result_validity": "5年",
            "renewal": {"apply_days_before": 30, "silent_renewal": True, "basis": "《行政许可法》第五十条"},
            "faq": [{"q": "小饭馆也要办吗？", "a": "要。面积不限。"}],
        },
        materials=MATERIALS,
        steps=[
            {"stage": 1, "department": organ, "kind": "examine", "limit_value": 2},
            {
                "stage": 1,
                "department": health,
                "kind": "consult",
                "limit_value": 3,
                "silent_consent": True,
                "silent_basis": "示范规定第十八条",
            },
            {"stage": 2, "department": organ, "kind": "decide", "limit_value": 2, "decides": True},
        ],
    )
    return services.fill_usual(version.pk, by=keeper)


@pytest.fixture
def published(draft, keeper, second_keeper):
    services.submit(draft.pk, by=keeper)
    services.approve(draft.pk, by=second_keeper)
    return services.publish(draft.pk, by=keeper)


@pytest.fixture
def some_matters(place, organ, health):
    """Matters of several kinds in force from profiles."""
    names = [
        ("个体工商户设立登记", "01", organ, ["个体户营业执照", "开店办照"], 90),
        ("公司设立登记", "01", organ, ["注册公司"], 80),
        ("公共场所卫生许可", "01", health, ["旅馆卫生许可证"], 10),
        ("居民身份证补领", "07", organ, ["身份证丢了"], 50),
        ("养老机构设立备案", "10", health, [], 1),
    ]
    made = []
    for n, (name, kind, department, aliases, popularity) in enumerate(names):
        made.append(
            services.create_matter(
                place,
                name=name,
                kind=kind,
                domain=Domain.BUSINESS,
                level=Level.COUNTY,
                department=department,
                implementation_code=f"TEST-{n}",
                aliases=aliases,
                by=SYSTEM,
            )
        )
        made[-1].popularity = popularity
        made[-1].save(update_fields=["popularity"])
    services.publish_profiles([services.Profiled(m) for m in made], by=SYSTEM)
    return made
