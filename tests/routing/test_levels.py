"""多级联动 (S4 二(三)): taken in by a town, reviewed there, decided by the city, handed out by the town."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.choices import State
from certificates import services as certificates
from certificates.choices import SealKind
from hall.organisation.choices import DepartmentKind, Level, Role
from hall.organisation.models import Hall, Window, Zone
from routing import services
from routing.drawing import draw
from routing.models import Task
from routing.route_map import Tone, route_map
from tests import traits


@pytest.fixture
def city(db):
    place = traits.make_place("yuecheng")
    place.level = Level.CITY
    place.save()
    return place


@pytest.fixture
def towns(city):
    """Two towns, each with an office of its own and a hall."""
    found = {}
    for code in ("east", "west"):
        office = traits.make_department(city, code, f"{code}镇人民政府")
        office.kind = DepartmentKind.TOWN
        office.save()
        found[code] = Hall.objects.create(
            jurisdiction=city, code=code, name=f"{code}镇便民服务中心", is_town=True, department=office
        )
    return found


@pytest.fixture
def version(city, towns):
    bureau = traits.make_department(city, "bureau", "民政局")
    steps = [
        traits.step(towns["east"].department, 1, 2, kind="examine", by_town=True),
        traits.step(bureau, 2, 3, decides=True),
    ]
    return traits.make_version(bureau, steps, town_intake=True, name="示例联动事项")


def clerk_of(hall: Hall):
    zone = Zone.objects.create(hall=hall, code="general", name="综合")
    window = Window.objects.create(zone=zone, number="1", name="1号窗")
    return traits.make_officer(hall.jurisdiction, Role.CLERK, hall=hall, window=window)


def dispatched(version, clerk):
    case = cases.accept(traits.take_in(version, clerk).pk, by=clerk)
    services.dispatch(case.pk)
    return traits.fresh(case)


def test_from_a_town_to_the_city_and_back_to_the_town(version, city, towns, tmp_path, settings):
    settings.HALL_DATA = tmp_path
    west = towns["west"]
    case = dispatched(version, clerk_of(west))
    task = Task.objects.get(case=case)
    assert task.department == west.department  # not the one that the route names for the others
    reviewer = traits.make_officer(city, Role.REVIEWER, department=west.department)
    services.give_opinion(task.pk, verdict="agree", by=reviewer)
    bureau = version.department
    certificates.register_seal(
        city, code="a", kind=SealKind.APPROVAL, department=bureau, ring_text=bureau.name, line_text="专用章"
    )
    head = traits.make_officer(city, Role.HEAD, department=bureau)
    services.decide(Task.objects.get(case=case, decides=True).pk, outcome="granted", by=head)
    certificates.prepare(case.pk)
    case = traits.fresh(case)
    levels = [[stop.level for stop in leg.stops] for leg in route_map(case).legs]
    assert levels == [["镇级"], ["镇级"], ["市级"], ["镇级"]]
    issuer = traits.make_officer(city, Role.ISSUER, hall=west)
    number = case.person.id_number
    collector = certificates.Collector(case.applicant_name, "self", number)
    certificates.deliver(case.pk, mode="electronic", collector=collector, by=issuer)
    assert traits.fresh(case).state == State.DELIVERED
    assert route_map(traits.fresh(case)).legs[-1].stops[0].tone == Tone.DONE


def test_taken_in_elsewhere_the_named_department_does_it(version, city, towns):
    centre = Hall.objects.create(jurisdiction=city, code="centre", name="市民服务中心")
    case = dispatched(version, clerk_of(centre))
    assert Task.objects.get(case=case).department == towns["east"].department


def test_the_picture_says_every_level_in_words(version, towns):
    picture = str(draw(route_map(dispatched(version, clerk_of(towns["west"])))))
    assert "镇级" in picture
    assert "市级" in picture
    assert "style=" not in picture
