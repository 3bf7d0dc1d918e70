"""A small bundle: a licence first, then tax and insurance side by side, and an invoice if it is wanted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.services import MaterialEntry
from hall import now as clock
from hall.actors import SYSTEM
from hall.organisation.officers import Officer
from hall.people.models import Person
from matters import services as catalogue
from matters.models import BundleVersion, MatterVersion
from routing import services as routing
from routing.models import Task
from tests import traits

FORM_TAX = [
    {"key": "site", "label": "经营场所", "kind": "address", "required": True, "options": [], "help": ""},
    {"key": "address", "label": "生产经营地址", "kind": "address", "required": True, "options": []},
    {"key": "staff", "label": "从业人数", "kind": "number", "required": True, "options": []},
]
OWN_QUESTIONS = [
    {
        "key": "invoice",
        "ask": "需要领用发票吗？",
        "options": [{"value": "yes", "label": "需要"}, {"value": "no", "label": "不需要"}],
    }
]
DATA = {"site": "安和县城东路1号", "area": "60", "staff": "3", "kind": "普通发票"}


@pytest.fixture
def licence(bureau) -> MatterVersion:
    return traits.make_version(
        bureau,
        name="示例设立登记",
        steps=[traits.step(bureau, days=2, decides=True)],
        promised_value=2,
        special_procedures=[
            {
                "kind": "expert_review",
                "limit_value": 5,
                "limit_unit": "working_day",
                "stops_clock": True,
                "basis": "行政许可法第四十五条",
            }
        ],
        deferral_allowed=True,
        materials=[*traits.MATERIALS, traits.DEFERRABLE],
    )


@pytest.fixture
def tax(health) -> MatterVersion:
    return traits.make_version(
        health,
        name="示例税务信息确认",
        form_fields=FORM_TAX,
        promised_value=1,
        steps=[traits.step(health, days=1, decides=True)],
        materials=[
            {"code": "m01", "name": "申请书", "is_main": True, "media": "paper", "basis": "示范规定第一条"},
            {"code": "m02", "name": "示例许可证", "is_main": False, "media": "paper"},
            traits.MATERIALS[3],
        ],
    )


@pytest.fixture
def insurance(fire) -> MatterVersion:
    return traits.make_version(
        fire, name="示例社保登记", promised_value=1, steps=[traits.step(fire, days=1, decides=True)]
    )


@pytest.fixture
def invoice(health) -> MatterVersion:
    return traits.make_version(
        health,
        name="示例发票领用",
        promised_value=1,
        steps=[traits.step(health, days=1, decides=True)],
        form_fields=[
            {
                "key": "kind",
                "label": "票种",
                "kind": "select",
                "required": True,
                "options": ["普通发票", "专用发票"],
            }
        ],
    )


def parts(licence, tax, insurance, invoice, **sinks: bool) -> list[dict[str, Any]]:
    return [
        {
            "code": "licence",
            "matter": licence.matter,
            "feeds": [{"part": "tax", "material": "m02"}],
            "sinks": sinks.get("licence", False),
        },
        {"code": "tax", "matter": tax.matter, "after": ["licence"]},
        {"code": "insurance", "matter": insurance.matter, "after": ["licence"]},
        {"code": "invoice", "matter": invoice.matter, "after": ["tax"], "opens_when": "invoice=yes"},
    ]


ELEMENTS = {
    "basis": "示范意见第十一条",
    "applicants": ["person", "enterprise"],
    "promised_value": 7,
    "questions": OWN_QUESTIONS,
    "same_fields": [["licence.site", "tax.address"]],
}


def define(place, department, rows, code="start", **elements: Any) -> BundleVersion:
    """A published bundle of the place."""
    with clock.at(traits.FOUNDED + dt.timedelta(hours=1)):  # after the matters that it consists of
        found = catalogue.define_bundle(
            place,
            code=code,
            name="示例企业开办",
            department=department,
            elements={**ELEMENTS, **elements},
            parts=rows,
            by=SYSTEM,
        )
    assert found is not None
    return found


@pytest.fixture
def bundle_version(a_place, bureau, licence, tax, insurance, invoice) -> BundleVersion:
    return define(a_place, bureau, parts(licence, tax, insurance, invoice))


@pytest.fixture
def sinking_version(a_place, bureau, licence, tax, insurance) -> BundleVersion:
    """Two parts at once; a refusal of the licence sinks the other."""
    rows = [
        {"code": "licence", "matter": licence.matter, "sinks": True},
        {"code": "insurance", "matter": insurance.matter},
        {"code": "tax", "matter": tax.matter, "after": ["insurance"]},
    ]
    return define(a_place, bureau, rows, questions=[])


def fill(
    version: BundleVersion, clerk: Officer, *but: str, invoice: str = "no", person: Person | None = None
) -> BundleCase:
    """A bundle at the clerk's window, complete except for the materials in `but`."""
    post = clerk.post_for("clerk")
    bundle = cases.open_bundle(version=version, hall=post.hall, window=post.window, by=clerk)
    answers = {"invoice": invoice, "agent": "no"}
    cases.save_bundle(
        bundle.pk,
        subject=person or traits.make_person(),
        phone=traits.PHONE,
        data=DATA,
        answers=answers,
        by=clerk,
    )
    rows = BundleCase.objects.get(pk=bundle.pk).materials.all()
    entries = [MaterialEntry(row.key) for row in rows if row.verdict == "pending" and row.key not in but]
    return cases.save_bundle(bundle.pk, materials=entries, by=clerk)


def received(version: BundleVersion, clerk: Officer, *but: str, **given: Any) -> BundleCase:
    return cases.receive_bundle(fill(version, clerk, *but, **given).pk, by=clerk)


def accepted(version: BundleVersion, clerk: Officer, **given: Any) -> BundleCase:
    return cases.accept_bundle(received(version, clerk, **given).pk, by=clerk)


def part(bundle: BundleCase, code: str) -> Any:
    return bundle.parts.select_related("case", "part").get(part__code=code)


def decide(bundle: BundleCase, code: str, outcome: str = "granted") -> None:
    """The part's department decides, and its papers are made ready."""
    from certificates import services as certificates

    case = part(bundle, code).case
    routing.dispatch(case.pk)
    task = Task.objects.get(case=case, decides=True)
    head = traits.make_officer(case.jurisdiction, "head", department=task.department)
    reason = "不符合条件" if outcome == "refused" else ""
    routing.decide(task.pk, outcome=outcome, reasons=reason, by=head)
    certificates.prepare(case.pk)


@pytest.fixture
def seals(a_place, bureau):
    from certificates import services as certificates

    for kind, line in (("approval", "行政审批专用章(1)"), ("acceptance", "受理专用章")):
        certificates.register_seal(
            a_place,
            code=kind,
            kind=kind,
            department=None,
            ring_text=a_place.name,
            line_text=line,
            in_use_from=traits.LONG_AGO,
        )
