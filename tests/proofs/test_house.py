"""Whatever happens in the house, the invariants of DESIGN §5 hold."""

from __future__ import annotations

import pytest

from . import house, house_mutants

SEED = 3
EVERY = 6  # mutants: all of them are tried by `make proofs`


@pytest.fixture(autouse=True)
def _founded(db):
    house.forget()
    with house.founded():
        yield


def test_every_invariant_holds_after_each_step():
    house.run(SEED, examples=10, steps=80)
    print(f"seed {SEED}: {house.House.steps} steps, {dict(house.House.done)}, {dict(house.House.reached)}")
    assert house.House.steps > 600
    for state in ("accepted", "reviewing", "decided", "delivered"):
        assert house.House.reached[f"case {state}"]


@pytest.mark.parametrize("mutant", house_mutants.MUTANTS[::EVERY], ids=lambda mutant: mutant[0].name)
def test_a_wrong_house_is_caught(mutant):
    assert house_mutants.caught_after(mutant, SEED, 50)
