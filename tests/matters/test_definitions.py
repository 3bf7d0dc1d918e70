"""Worked-out matters go into a version as they stand, and pass the rules of publishing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from hall.actors import SYSTEM
from hall.errors import Incomplete
from hall.organisation.models import Department
from matters import services
from matters.models import MatterVersion

FILES = sorted((Path(settings.HALL_FIXTURES) / "worked").glob("*.json"))
DEFINITIONS = [d for f in FILES if f.name != "schema.json" for d in json.loads(f.read_text(encoding="utf-8"))]


@pytest.fixture
def organs(place):
    names = {s["organ"] for d in DEFINITIONS for s in d["steps"]} | {d["organ"] for d in DEFINITIONS}
    departments = [
        Department(jurisdiction=place, code=f"d{n}", name=f"安和县{name}"[:100], short_name=name[:30])
        for n, name in enumerate(sorted(names))
    ]
    Department.objects.bulk_create(departments)
    return dict(zip(sorted(names), departments, strict=True))


def enter(place, definition, organs):
    return services.create_matter(
        place,
        name=definition["name"],
        kind=definition["kind"],
        domain=definition["domain"],
        level="county",
        department=organs[definition["organ"]],
        implementation_code=definition["name"][:80],
        by=SYSTEM,
    )


def test_all_of_them_are_published_and_pass_the_rules(place, organs):
    assert len(DEFINITIONS) >= 80
    wrong = {}
    for definition in DEFINITIONS:
        version = services.publish_definition(
            enter(place, definition, organs), definition, by=SYSTEM, organs=organs
        )
        if faults := [str(f) for f in services.check(version) if f.blocks]:
            wrong[definition["name"]] = faults
    assert not wrong, wrong
    assert MatterVersion.objects.in_force().count() == len(DEFINITIONS)


def test_loading_the_same_definition_again_changes_nothing(place, organs):
    definition = DEFINITIONS[0]
    matter = enter(place, definition, organs)
    first = services.publish_definition(matter, definition, by=SYSTEM, organs=organs)
    assert services.publish_definition(matter, definition, by=SYSTEM, organs=organs) == first
    changed = {**definition, "conditions": ["只有一条"]}
    second = services.publish_definition(matter, changed, by=SYSTEM, organs=organs)
    assert (second.number, second.valid_to) == (2, None)


def test_silence_is_kept_only_where_the_place_practises_it(place, organs):
    definition = next(d for d in DEFINITIONS if any(s["silent_consent"] for s in d["steps"]))
    matter = enter(place, definition, organs)
    version = services.publish_definition(matter, definition, by=SYSTEM, organs=organs)
    silent = version.steps.filter(silent_consent=True)
    assert {step.silent_basis for step in silent} == {"示范规定第十八条"}
    place.settings = {"silent_consent": False}
    place.save()
    again = services.publish_definition(matter, definition, by=SYSTEM, organs=organs)
    assert again != version
    assert not again.steps.filter(silent_consent=True).exists()


def test_an_organ_that_the_place_does_not_have_is_named(place, organs):
    definition = json.loads(json.dumps(DEFINITIONS[0]))
    definition["steps"][0]["organ"] = "火星事务局"
    with pytest.raises(Incomplete, match="火星事务局"):
        services.publish_definition(enter(place, definition, organs), definition, by=SYSTEM, organs=organs)
