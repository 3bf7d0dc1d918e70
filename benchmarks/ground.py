"""What the benchmarks stand on: a place with its people and matters, made by the verbs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.crypto import get_random_string

from applications.models import Application
from hall.organisation.choices import Role, WindowKind
from hall.organisation.models import Department, Hall, Jurisdiction, Window, Zone
from hall.organisation.officers import Officer
from hall.people.models import Person
from matters.models import MatterVersion
from tests import traits


@dataclass(frozen=True)
class Ground:
    """A county: one hall, three departments, one 承诺件 that two of them are consulted on."""

    place: Jurisdiction
    hall: Hall
    zone: Zone
    bureau: Department
    version: MatterVersion
    person: Person
    id_number: str

    def clerk(self, number: int) -> Officer:
        """A clerk at a window of their own."""
        window = Window.objects.create(
            zone=self.zone, number=str(number), name=f"综合{number}号窗", kind=WindowKind.INTAKE
        )
        return traits.make_officer(self.place, Role.CLERK, hall=self.hall, window=window)

    def case(self, clerk: Officer) -> Application:
        """A case received at the clerk's window."""
        return traits.take_in(self.version, clerk, subject=self.person)


def found(slug: str = "bench") -> Ground:
    """Found the county."""
    place = traits.make_place(slug)
    hall = Hall.objects.create(
        jurisdiction=place, code="centre", name="示例政务服务中心", address="示例路1号"
    )
    zone = Zone.objects.create(hall=hall, code="general", name="综合")
    names = {"bureau": "市场监督管理局", "health": "卫生健康局", "fire": "消防救援大队"}
    bureau, health, fire = (traits.make_department(place, code, name) for code, name in names.items())
    version = traits.make_version(
        bureau,
        steps=[
            traits.step(health, stage=1, days=3, silent_consent=True),
            traits.step(fire, stage=1, days=3),
            traits.step(bureau, stage=2, days=2, decides=True),
        ],
    )
    id_number = traits.synthetic_citizen_number(90_001)
    person = traits.make_person(id_number=id_number)
    return Ground(place, hall, zone, bureau, version, person, id_number)


def new_key() -> str:
    """The idempotency key of a fresh form."""
    return get_random_string(32)
