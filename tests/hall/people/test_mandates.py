"""授权委托 (S0 §13)."""

import datetime as dt

import pytest

from hall.actors import SYSTEM, Actor
from hall.errors import Invalid, NotAllowed, WrongState
from hall.now import today
from hall.people import identity, queries, services


@pytest.fixture
def agent(db):
    return services.find_or_register_person(
        name="示例己", id_type="id_card", id_number=identity.synthetic_citizen_number(9), by=SYSTEM
    )


def test_an_agent_may_do_what_the_mandate_says_while_it_lasts(person, agent, clerk):
    tomorrow = today() + dt.timedelta(days=1)
    mandate = services.grant_mandate(person, agent, scope=["apply", "collect"], ends_on=tomorrow, by=clerk)
    assert queries.mandate_for(agent, person, "apply") == mandate
    assert queries.mandate_for(agent, person, "withdraw") is None
    assert queries.mandate_for(agent, person, "apply", on=tomorrow + dt.timedelta(days=1)) is None
    assert queries.mandate_for(person, agent, "apply") is None


def test_a_revoked_mandate_ends_at_once(person, agent, clerk):
    mandate = services.grant_mandate(person, agent, scope=["apply"], by=clerk)
    services.revoke_mandate(mandate.pk, reason="委托人要求", by=clerk)
    assert queries.mandate_for(agent, person, "apply") is None
    with pytest.raises(WrongState):
        services.revoke_mandate(mandate.pk, by=clerk)


def test_nobody_gives_away_what_is_anothers(person, agent, citizen):
    stranger = Actor(user_id=citizen.pk, name=citizen.name, role="citizen")
    with pytest.raises(NotAllowed):
        services.grant_mandate(person, agent, scope=["apply"], by=stranger)
    assert services.grant_mandate(citizen.person, agent, scope=["apply"], by=stranger)


def test_an_enterprise_is_represented_too(agent, clerk):
    firm = services.find_or_register_enterprise(
        name="示例有限公司", uscc=identity.synthetic_uscc(1), by=clerk
    )
    services.grant_mandate(firm, agent, scope=["collect"], by=clerk)
    assert queries.mandate_for(agent, firm, "collect")
    assert queries.mandates_of(agent).count() == 1


@pytest.mark.parametrize("scope", [[], ["everything"]])
def test_a_mandate_says_for_what(person, agent, clerk, scope):
    with pytest.raises(Invalid, match="权限"):
        services.grant_mandate(person, agent, scope=scope, by=clerk)


def test_nobody_represents_themselves_or_yesterday(person, agent, clerk):
    with pytest.raises(Invalid):
        services.grant_mandate(person, person, scope=["apply"], by=clerk)
    with pytest.raises(Invalid):
        services.grant_mandate(
            person, agent, scope=["apply"], ends_on=today() - dt.timedelta(days=1), by=clerk
        )
