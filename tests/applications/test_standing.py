"""The keepers of the catalogue see how many running cases stand on each version, and which."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications import queries
from applications import services as cases
from hall.organisation.choices import Role
from hall.people.models import User
from matters import services
from tests import traits


@pytest.fixture
def keepers(a_place):
    return [traits.make_officer(a_place, Role.KEEPER) for _i in range(2)]


@pytest.fixture
def versions(db, bureau, clerk, keepers):
    """Two cases on the first version, one of them ended; one on the second."""
    old = traits.make_version(bureau)
    traits.take_in(old, clerk)
    ended = traits.take_in(old, clerk)
    cases.withdraw(ended.pk, by=clerk, reason="申请人撤回")
    draft = services.draft_version(old.matter_id, by=keepers[0])
    services.submit(draft.pk, by=keepers[0])
    services.approve(draft.pk, by=keepers[1])
    new = services.publish(draft.pk, by=keepers[0])
    traits.take_in(new, clerk)
    return old, new


def test_each_version_with_what_runs_and_what_has_ended(versions):
    old, new = versions
    rows = queries.standing_on_versions(old.matter)
    assert [(row.version, row.running, row.ended) for row in rows] == [(new, 1, 0), (old, 1, 1)]


def test_the_page_of_the_matter_shows_it_and_leads_to_the_cases(client, versions, keepers):
    old, _new = versions
    client.force_login(User.objects.get(pk=keepers[0].user_id))
    page = client.get(reverse("matters:manage_matter", args=[old.matter_id])).content.decode()
    panel = reverse("applications:version_cases", args=[old.matter_id])
    assert f'hx-get="{panel}"' in page
    down = reverse("applications:running_on", args=[old.pk])
    assert f'href="{down}"' in client.get(panel).content.decode()
    (case,) = queries.running_on(old)
    text = client.get(down).content.decode()
    assert case.number[-4:] in text
    assert case.applicant.name not in text  # who applied is not the catalogue's business
    assert reverse("applications:case", args=[case.pk]) not in text


def test_another_places_keeper_finds_nothing(client, versions):
    old, _new = versions
    stranger = traits.make_officer(traits.make_place("elsewhere"), Role.KEEPER)
    client.force_login(User.objects.get(pk=stranger.user_id))
    assert client.get(reverse("applications:version_cases", args=[old.matter_id])).status_code == 404
    assert client.get(reverse("applications:running_on", args=[old.pk])).status_code == 404
