"""由谁来办？ is answered by who comes: the tick for an agent at the desk, the mandate at the portal."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications import services
from applications.forms import SituationForm
from applications.models import Application
from hall.people.models import User
from tests import traits

QUESTION = {
    "key": "handler",
    "ask": "由谁来办？",
    "options": [
        {"value": "self", "label": "本人办理", "effect": "", "adds": []},
        {"value": "agent", "label": "委托他人代办", "effect": "增加授权委托书", "adds": ["m04"]},
    ],
}


@pytest.fixture
def version(bureau):
    return traits.make_version(bureau, questions=[QUESTION])


@pytest.fixture
def draft(version, clerk, centre, intake_window) -> Application:
    return services.open_at_desk(version=version, hall=centre, window=intake_window, by=clerk)


def needed(case: Application) -> bool:
    """Is the 授权委托书 asked for?"""
    return case.materials.get(material__code="m04").verdict != "not_needed"


def typed(**more: str) -> dict[str, str]:
    person = traits.make_person()
    return {
        "a-kind": "person",
        "a-name": person.name,
        "a-id_type": "id_card",
        "a-id_number": person.id_number,
        "a-phone": traits.PHONE,
        "site": "城东路1号",
        **more,
    }


class TestAtTheDesk:
    def test_the_clerk_is_not_asked_twice(self, client, clerk, draft):
        client.force_login(User.objects.get(pk=clerk.user_id))
        page = client.get(reverse("applications:desk_case", args=[draft.pk])).content.decode()
        assert "q_handler" not in page
        assert "由谁来办？本人办理" in page

    def test_the_tick_answers_it_and_asks_for_the_mandate(self, client, clerk, draft):
        client.force_login(User.objects.get(pk=clerk.user_id))
        url = reverse("applications:desk_keep", args=[draft.pk])
        answer = client.post(url, typed(**{"a-by_agent": "on"}))
        case = traits.fresh(draft)
        assert case.answers == {"handler": "agent"}
        assert needed(case)
        assert "由谁来办？委托他人代办" in answer.content.decode()
        client.post(url, typed())
        case = traits.fresh(draft)
        assert case.answers == {"handler": "self"}
        assert not needed(case)


class TestAtThePortal:
    def test_the_mandate_answers_it(self, version, citizen):
        firm = traits.make_enterprise()
        traits.make_mandate(firm, citizen.person)
        me = traits.acting(citizen)
        case = services.apply_online(version=version, by=me)
        services.save_draft(case.pk, subject=firm, by=me)
        form = SituationForm.of(traits.fresh(case), {})
        assert form.is_valid()
        assert form.answers() == {"handler": "agent"}
        services.save_draft(case.pk, subject=citizen.person, by=me)
        form = SituationForm.of(traits.fresh(case), {})
        assert form.is_valid()
        assert form.answers() == {"handler": "self"}


def test_other_questions_are_asked_as_before(promised_version, clerk, centre, intake_window):
    case = services.open_at_desk(version=promised_version, hall=centre, window=intake_window, by=clerk)
    assert list(SituationForm.of(case).fields) == ["q_agent"]
