"""Keepers, porters and desks at one matter at the same moment. Real commits."""

from __future__ import annotations

import datetime as dt

import pytest

from applications import services as cases
from applications.models import Application
from hall.errors import WrongState
from hall.now import now
from hall.organisation.choices import Role
from matters import services, tasks
from matters.models import MatterVersion
from tests import traits


@pytest.fixture
def old(transactional_db, bureau) -> MatterVersion:
    """A version in force."""
    return traits.make_version(bureau)


@pytest.fixture
def keepers(a_place):
    return [traits.make_officer(a_place, Role.KEEPER) for _i in range(2)]


@pytest.fixture
def new(old, keepers) -> MatterVersion:
    """Its successor, approved."""
    draft = services.draft_version(old.matter_id, by=keepers[0])
    services.submit(draft.pk, by=keepers[0])
    return services.approve(draft.pk, by=keepers[1])


def test_two_keepers_begin_one_draft(old, keepers, really_concurrent):
    outcomes = really_concurrent(
        *[lambda by=by: services.draft_version(old.matter_id, by=by) for by in keepers]
    )
    (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
    assert isinstance(lost, WrongState)
    assert old.matter.versions.count() == 2


def test_a_version_is_published_while_a_desk_takes_in_the_old_one(
    old, new, keepers, clerk, really_concurrent
):
    """The case is the old version's for life, or was refused because that version is gone."""
    published, taken = really_concurrent(
        lambda: services.publish(new.pk, by=keepers[0]), lambda: traits.take_in(old, clerk)
    )
    assert published.ok, published.error
    assert MatterVersion.objects.in_force().get(matter=old.matter) == new
    if taken.ok:
        assert taken.value.version == old
    else:
        assert isinstance(taken.error, WrongState)
        assert not Application.objects.exists()
    with pytest.raises(WrongState):
        traits.take_in(old, clerk)
    assert cases.accept(traits.take_in(new, clerk).pk, by=clerk)


def test_two_porters_turn_a_version_over_once(old, new, keepers, moved, really_concurrent):
    services.publish(new.pk, by=keepers[0], at=now() + dt.timedelta(days=2))
    moved(now() + dt.timedelta(days=3))
    outcomes = really_concurrent(*[tasks.turn_versions] * 3)
    assert all(outcome.ok for outcome in outcomes), [o.error for o in outcomes]
    assert MatterVersion.objects.in_force().get(matter=old.matter) == new
    assert MatterVersion.objects.valid_at().filter(matter=old.matter).count() == 1
