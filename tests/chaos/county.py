"""The places of the campaign: two small counties with people at every desk, and one matter of each sort."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from certificates import services as certificates
from certificates.choices import SealKind
from hall import now as clock
from hall.actors import SYSTEM
from hall.organisation.choices import Role, WindowKind
from hall.organisation.models import Department, Hall, Jurisdiction, Window, Zone
from hall.organisation.officers import Officer
from hall.people.models import Person
from matters import services as catalogue
from matters.models import BundleVersion, MatterVersion
from tests import traits

from .drawing import Sort

_PERSONS = 60
_NAMES = {
    "bureau": "市场监督管理局",
    "health": "卫生健康局",
    "fire": "消防救援大队",
    "land": "自然资源局",
}
_SPECIAL = [
    {"kind": kind, "limit_value": days, "limit_unit": "working_day", "stops_clock": True, "basis": basis}
    for kind, days, basis in (
        ("testing", 10, "示范规定第二十条"),
        ("expert_review", 5, "行政许可法第四十五条"),
        ("hearing", 20, "行政许可法第四十七条"),
    )
]
# More than anybody will miss at once after an outage: here nobody waits for a supervisor's word.
_SETTINGS = {"silent_consent_batch": 100_000}


@dataclass
class County:
    """Who works in one place, and what can be applied for."""

    place: Jurisdiction
    hall: Hall
    departments: dict[str, Department]
    clerks: list[tuple[Officer, Window]]
    issuers: list[Officer]
    supervisor: Officer
    chair: Officer  # of hearings: examines nothing
    reviewers: dict[int, list[Officer]]
    heads: dict[int, Officer]
    persons: list[Person]
    versions: dict[Sort, MatterVersion]
    bundle: BundleVersion

    def officer(self, user_id: int) -> Officer | None:
        """The reviewer or head with this account."""
        everyone = [*self.heads.values(), *(each for some in self.reviewers.values() for each in some)]
        return next((each for each in everyone if each.user_id == user_id), None)


def found(slug: str) -> County:
    """Make a county with its people and its published matters."""
    place = traits.make_place(slug, **_SETTINGS)
    hall = Hall.objects.create(jurisdiction=place, code="centre", name=f"{place.name}政务服务中心")
    departments = {code: traits.make_department(place, code, name) for code, name in _NAMES.items()}
    for kind in (SealKind.APPROVAL, SealKind.ACCEPTANCE):
        certificates.register_seal(
            place,
            code=kind,
            kind=kind,
            department=None,
            ring_text=place.name,
            line_text="专用章",
            in_use_from=traits.LONG_AGO,
        )
    zone = Zone.objects.create(hall=hall, code="general", name="综合")
    versions = _versions(departments)
    return County(
        place=place,
        hall=hall,
        departments=departments,
        clerks=[_clerk(place, hall, zone, number) for number in range(1, 5)],
        issuers=[traits.make_officer(place, Role.ISSUER, hall=hall) for _n in range(2)],
        supervisor=traits.make_officer(place, Role.SUPERVISOR),
        chair=traits.make_officer(place, Role.HEAD, department=departments["land"]),
        reviewers={
            each.pk: [traits.make_officer(place, Role.REVIEWER, department=each) for _n in range(2)]
            for each in departments.values()
        },
        heads={
            each.pk: traits.make_officer(place, Role.HEAD, department=each) for each in departments.values()
        },
        persons=[traits.make_person() for _n in range(_PERSONS)],
        versions=versions,
        bundle=_bundle(place, departments),
    )


def _clerk(place: Jurisdiction, hall: Hall, zone: Zone, number: int) -> tuple[Officer, Window]:
    window = Window.objects.create(
        zone=zone, number=str(number), name=f"综合{number}号窗", kind=WindowKind.INTAKE
    )
    return traits.make_officer(place, Role.CLERK, hall=hall, window=window), window


def _versions(departments: dict[str, Department]) -> dict[Sort, MatterVersion]:
    bureau, health, fire, land = (departments[code] for code in _NAMES)
    step, make = traits.step, traits.make_version
    silent: dict[str, Any] = {"silent_consent": True}
    return {
        Sort.INSTANT: make(bureau, name="示例即办事项", case_type="instant"),
        Sort.PARALLEL: make(
            bureau,
            name="示例并联事项",
            promised_value=6,
            steps=[
                step(health, stage=1, days=3, **silent),
                step(fire, stage=1, days=3, **silent),
                step(land, stage=1, days=2),
                step(bureau, stage=2, days=3, decides=True),
            ],
        ),
        Sort.SEQUENTIAL: make(
            bureau,
            name="示例串联事项",
            promised_value=6,
            steps=[
                step(land, stage=1, days=2, **silent),
                step(health, stage=2, days=2, **silent),
                step(bureau, stage=3, days=2, decides=True),
            ],
        ),
        Sort.DEFERRABLE: make(
            bureau,
            name="示例容缺事项",
            steps=[step(fire, stage=1, days=2, **silent), step(bureau, stage=2, days=3, decides=True)],
            materials=[*traits.MATERIALS, traits.DEFERRABLE],
            deferral_allowed=True,
        ),
        Sort.COMMITMENT: make(bureau, name="示例承诺制事项", commitment_allowed=True),
        Sort.SPECIAL: make(
            bureau,
            name="示例特别程序事项",
            steps=[step(health, stage=1, days=2, **silent), step(bureau, stage=2, days=3, decides=True)],
            special_procedures=_SPECIAL,
        ),
    }


def _bundle(place: Jurisdiction, departments: dict[str, Department]) -> BundleVersion:
    """A licence first, then tax and insurance side by side."""
    made = {
        code: traits.make_version(
            departments[name],
            name=f"示例{label}",
            promised_value=2,
            steps=[traits.step(departments[name], days=2, decides=True)],
        )
        for code, name, label in (
            ("licence", "bureau", "设立登记"),
            ("tax", "health", "税务信息确认"),
            ("insurance", "fire", "社保登记"),
        )
    }
    with clock.at(traits.FOUNDED + dt.timedelta(hours=1)):  # after the matters that it consists of
        version = catalogue.define_bundle(
            place,
            code="start",
            name="示例企业开办",
            department=departments["bureau"],
            elements={"basis": "示范意见第十一条", "applicants": ["person"], "promised_value": 7},
            parts=[
                {"code": "licence", "matter": made["licence"].matter},
                {"code": "tax", "matter": made["tax"].matter, "after": ["licence"]},
                {"code": "insurance", "matter": made["insurance"].matter, "after": ["licence"]},
            ],
            by=SYSTEM,
        )
    assert version is not None
    return version
