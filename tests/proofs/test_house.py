"""Whatever happens in the house, the invariants of DESIGN §5 hold. `make proofs` tries wrong houses too."""

from __future__ import annotations

import pytest

from . import house

SEED = 3


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
