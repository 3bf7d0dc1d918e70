"""A small county for the proofs: every office that acts on a case, in the right place and in a wrong one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from certificates import services as certificates
from certificates.choices import SealKind
from hall import now
from hall.calendars import services as calendars
from hall.calendars.workdays import SHANGHAI
from hall.clocks import services as clocks
from hall.organisation.choices import Role, WindowKind
from hall.organisation.models import Department, Hall, Jurisdiction, Post, Window, Zone
from hall.organisation.officers import Officer
from hall.people.models import User
from matters.models import MatterVersion
from tests import traits

MONDAY = dt.datetime(2026, 9, 14, 10, tzinfo=SHANGHAI)  # mid-autumn on the 25th, the national week after it

SPECIAL = [
    {
        "kind": kind,
        "limit_value": days,
        "limit_unit": "working_day",
        "stops_clock": stops,
        "basis": "示范规定",
    }
    for kind, days, stops in (
        ("testing", 10, True),
        ("expert_review", 5, True),
        ("site_survey", 3, False),
        ("hearing", 20, True),
    )
]


@dataclass
class Town:
    """The place, who works there, and what can be applied for."""

    place: Jurisdiction
    centre: Hall
    window: Window
    departments: dict[str, Department]
    officers: dict[str, Officer]
    versions: dict[str, MatterVersion]
    citizen: User
    stranger: User
    users: dict[str, User] = field(default_factory=dict)


def found() -> Town:
    """Call it at `MONDAY` or later, in a transaction that is taken back."""
    calendars.load_national([2025, 2026])
    clocks.apply_calendar_changes()
    place, elsewhere = traits.make_place("anhe", delegated_instant=True), traits.make_place("biechu")
    centre, window = _hall(place, "centre")
    branch, _other = _hall(place, "branch")
    far, far_window = _hall(elsewhere, "far")
    named = {"bureau": "市场监督管理局", "health": "卫生健康局", "fire": "消防救援大队"}
    departments = {code: traits.make_department(place, code, name) for code, name in named.items()}

    def officer(role: str, at: Jurisdiction = place, **post: object) -> Officer:
        return traits.make_officer(at, role, **post)

    officers = {
        "clerk": officer(Role.CLERK, hall=centre, window=window),
        "other clerk": officer(Role.CLERK, hall=centre, window=window),
        "clerk of another hall": officer(Role.CLERK, hall=branch),
        "clerk of another place": officer(Role.CLERK, elsewhere, hall=far, window=far_window),
        "issuer": officer(Role.ISSUER, hall=centre),
        "supervisor": officer(Role.SUPERVISOR),
        "supervisor of another place": officer(Role.SUPERVISOR, elsewhere),
        "manager": officer(Role.MANAGER),
        "keeper": officer(Role.KEEPER),
        "system administrator": officer(Role.SYSTEM_ADMIN),
        "security administrator": officer(Role.SECURITY_ADMIN),
        "auditor": officer(Role.AUDIT_ADMIN),
    }
    for code, department in departments.items():
        officers[f"{code} reviewer"] = officer(Role.REVIEWER, department=department)
        officers[f"{code} head"] = officer(Role.HEAD, department=department)
    officers["health colleague"] = officer(Role.REVIEWER, department=departments["health"])
    officers["receiver"] = _receiver(place, centre, window, departments)
    for code, department in departments.items():
        kind = SealKind.ACCEPTANCE if code == "health" else SealKind.APPROVAL
        certificates.register_seal(
            place, code=code, kind=kind, department=department, ring_text=department.name,
            line_text="示例专用章", in_use_from=traits.LONG_AGO,
        )  # fmt: skip
    town = Town(
        place, centre, window, departments, officers, _versions(departments),
        traits.make_citizen(), traits.make_citizen(),
    )  # fmt: skip
    town.users = {name: User.objects.get(pk=each.user_id) for name, each in officers.items()}
    return town


def _hall(place: Jurisdiction, code: str) -> tuple[Hall, Window]:
    hall = Hall.objects.create(
        jurisdiction=place,
        code=code,
        name=f"{place.name}政务服务中心",
        address="城东路1号",
        phone="0000-1234567",
    )
    zone = Zone.objects.create(hall=hall, code="general", name="综合")
    return hall, Window.objects.create(zone=zone, number="3", name="综合3号窗", kind=WindowKind.INTAKE)


def _receiver(place: Jurisdiction, hall: Hall, window: Window, departments: dict[str, Department]) -> Officer:
    """A clerk who also holds posts in every department: 受办分离 must hold for the person."""
    officer = traits.make_officer(place, Role.CLERK, hall=hall, window=window)
    user = User.objects.get(pk=officer.user_id)
    for department in departments.values():
        for role in (Role.REVIEWER, Role.HEAD):
            Post.objects.create(
                user=user, role=role, jurisdiction=place, department=department, starts_on=traits.LONG_AGO
            )
    return Officer.of(user)


def _versions(departments: dict[str, Department]) -> dict[str, MatterVersion]:
    bureau, health, fire = (departments[code] for code in ("bureau", "health", "fire"))
    with now.at(traits.FOUNDED):
        return {
            "long": traits.make_version(
                bureau,
                steps=[
                    traits.step(health, stage=1, days=3, silent_consent=True),
                    traits.step(fire, stage=1, days=3),
                    traits.step(bureau, stage=2, days=2, decides=True),
                ],
                materials=[*traits.MATERIALS, traits.DEFERRABLE],
                deferral_allowed=True,
                special_procedures=SPECIAL,
                name="示例承诺事项",
            ),
            "instant": traits.make_version(bureau, case_type="instant", name="示例即办事项"),
        }
