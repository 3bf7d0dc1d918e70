"""People to test with: all synthetic, all made by the verbs."""

from __future__ import annotations

import pytest

from hall.actors import SYSTEM
from hall.organisation.models import Department, Hall, Jurisdiction
from hall.organisation.officers import Officer
from hall.people import identity, services

PASSWORD = "Shifan-2026"


@pytest.fixture
def place(db) -> Jurisdiction:
    return Jurisdiction.objects.create(
        slug="shifan", code="999900", name="示例市", short_name="示例", level="city"
    )


@pytest.fixture
def hall(place) -> Hall:
    return Hall.objects.create(jurisdiction=place, code="centre", name="示例市政务服务中心")


@pytest.fixture
def department(place) -> Department:
    return Department.objects.create(
        jurisdiction=place, code="market", name="示例市市场监督管理局", short_name="市场局"
    )


@pytest.fixture
def staff_user(db):
    """`staff_user("li")`: an account of staff, without a post."""

    def make(username: str, name: str = "示例员"):
        return services.create_staff(
            username=username, name=name, password=PASSWORD, must_change_password=False, by=SYSTEM
        )

    return make


@pytest.fixture
def clerk(staff_user, place, hall) -> Officer:
    user = staff_user("clerk", "示例甲")
    services.assign_post(user, "clerk", jurisdiction=place, hall=hall, by=SYSTEM)
    return Officer.of(user)


@pytest.fixture
def security_admin(staff_user, place) -> Officer:
    user = staff_user("security", "示例乙")
    services.assign_post(user, "security_admin", jurisdiction=place, by=SYSTEM)
    return Officer.of(user)


@pytest.fixture
def person(db):
    return services.find_or_register_person(
        name="示例丙",
        id_type="id_card",
        id_number=identity.synthetic_citizen_number(1),
        phone="13800000001",
        by=SYSTEM,
    )


@pytest.fixture
def citizen(db):
    """A portal account opened at a counter."""
    return services.register_citizen(
        username="shili",
        password=PASSWORD,
        name="示例丁",
        id_type="id_card",
        id_number=identity.synthetic_citizen_number(2),
        phone="13800000002",
        by=SYSTEM,
    )
