"""Every mutant still fits the code that it makes wrong: the full proofs, which try them all, run rarely."""

from __future__ import annotations

import inspect

import pytest

from . import clock_mutants, house_mutants
from .mutants import Mutant, wrong

MUTANTS = [*clock_mutants.MUTANTS, *(each for together in house_mutants.MUTANTS for each in together)]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_it_makes_wrong_is_there_once_and_is_whole_again_afterwards(mutant: Mutant):
    before = inspect.unwrap(mutant.function).__code__
    with wrong(mutant):
        pass
    assert inspect.unwrap(mutant.function).__code__ is before
