"""Engine, slow model and journal agree on random histories (DESIGN §3; invariant 3)."""

from __future__ import annotations

from collections import Counter

import pytest

from . import clock_mutants, histories

SEED = "一窗"
WORLDS = 12
EVERY = 5  # mutants: all of them are tried by `make proofs`


@pytest.fixture(autouse=True)
def _founded(db):
    with histories.founded():
        yield


def test_engine_slow_model_and_journal_agree_on_random_histories():
    happened: Counter[str] = Counter()
    for number in range(WORLDS):
        happened += histories.live(f"{SEED}/{number}")
    print(f"seed {SEED}: {dict(happened)}")
    assert happened["histories"] >= 1000
    # What no history did, none has proven.
    assert not {*histories.DEEDS} - happened.keys()


@pytest.mark.parametrize("mutant", clock_mutants.MUTANTS[::EVERY], ids=lambda mutant: mutant.name)
def test_a_wrong_clock_is_caught(mutant):
    assert clock_mutants.caught_after(mutant, SEED, 2000)
