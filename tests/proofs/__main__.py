"""The proofs in full: `make proofs ARGS="--seed 7 --histories 100000"`. With `--write`, into docs/proofs.md.

Runs in a test database of its own, in one process; `nice` is left to who starts it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings.test")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.proofs import clock_mutants, histories, house, house_mutants, judging  # noqa: E402
from tests.support import figures  # noqa: E402

A_WORLD = 100  # clocks
MOST = 5000  # histories to catch a mutant in
EXAMPLES, STEPS = 25, 80  # of the machine at a time
MOST_EXAMPLES = 200  # to catch a mutant in


def prove_clocks(options: argparse.Namespace) -> str:
    """Random histories: engine, slow model and journal."""
    happened: Counter[str] = Counter()
    began, worlds = time.monotonic(), 0
    with histories.founded():
        while happened["histories"] < options.histories:
            happened += histories.live(f"{options.seed}/{worlds}", A_WORLD)
            worlds += 1
            if worlds % 25 == 0:
                tell(f"{happened['histories']} of {options.histories} histories, {since(began)}")
    number = happened.pop("histories")
    found = f"{number:,} histories in {worlds:,} worlds, seed `{options.seed}`: **0 disagreements**"
    rows = table("What happened", "Times", happened.most_common())
    return "\n".join([f"{found}, {since(began)}.", "", *rows])


def prove_clock_mutants(options: argparse.Namespace) -> str:
    """Each wrong clock is caught by the histories above."""
    caught = []
    for mutant in clock_mutants.MUTANTS:
        with histories.founded():
            number = clock_mutants.caught_after(mutant, options.seed, MOST)
        tell(f"{mutant.name}: {number}")
        if number is None:
            raise SystemExit(f"nobody noticed that {mutant.name}")
        caught.append((mutant.name, number))
    return "\n".join(table("What is wrong", "Caught within (histories)", caught))


def prove_house(options: argparse.Namespace) -> str:
    """The state machine, every invariant after each step."""
    began, batch = time.monotonic(), 0
    house.forget()
    with house.founded():
        while house.House.steps < options.steps:
            house.run(zlib.crc32(f"{options.seed}/{batch}".encode()), EXAMPLES, STEPS)
            batch += 1
            tell(f"{house.House.steps} of {options.steps} steps, {since(began)}")
    found = f"{house.House.steps:,} steps in {batch * EXAMPLES:,} examples, seed `{options.seed}`"
    done = sorted(house.House.done.items(), key=lambda item: -item[1])
    reached = sorted(house.House.reached.items(), key=lambda item: -item[1])
    head = f"{found}: **no invariant broken**, {since(began)}."
    text = "\n".join([head, "", *table("Done", "Times", done), "", *table("Reached", "Times", reached)])
    if never := house.never():
        tell(text)
        raise SystemExit(f"never happened: {sorted(never)}")
    return text


def prove_house_mutants(options: argparse.Namespace) -> str:
    """Each wrong house is caught by the machine above."""
    caught = []
    for mutant in house_mutants.MUTANTS:
        with transaction.atomic(), house.founded():
            steps = house_mutants.caught_after(mutant, zlib.crc32(options.seed.encode()), MOST_EXAMPLES)
            transaction.set_rollback(True)
        tell(f"{mutant[0].name}: {steps}")
        if steps is None:
            raise SystemExit(f"nobody noticed that {mutant[0].name}")
        caught.append((mutant[0].name, steps))
    return "\n".join(table("What is wrong", "Caught within (steps)", caught))


def prove_table(options: argparse.Namespace) -> str:
    """State × verb × role, whole."""
    began = time.monotonic()
    with transaction.atomic():
        tried, faults = judging.judge()
        transaction.set_rollback(True)
    if faults:
        raise SystemExit("\n".join(faults))
    return f"{tried:,} combinations: **all as the table says**, {since(began)}."


PROOFS: dict[str, Callable[[argparse.Namespace], str]] = {
    "clocks": prove_clocks,
    "clock-mutants": prove_clock_mutants,
    "house": prove_house,
    "house-mutants": prove_house_mutants,
    "table": prove_table,
}


def table(first: str, second: str, rows: Iterable[tuple[str, int]]) -> list[str]:
    """Two columns of Markdown."""
    return [f"| {first} | {second} |", "| --- | ---: |", *(f"| {name} | {n:,} |" for name, n in rows)]


def since(began: float) -> str:
    """How long it took."""
    return f"{(time.monotonic() - began) / 60:.1f} minutes"


def tell(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="make proofs", description=__doc__)
    parser.add_argument("proofs", nargs="*", metavar="proof", help=f"of {', '.join(PROOFS)}; all of them")
    parser.add_argument("--seed", default="一窗")
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--keep", action="store_true", help="the test database, for the next run")
    parser.add_argument("--write", action="store_true", help="the figures into docs/proofs.md")
    options = parser.parse_args(arguments)
    setup_test_environment()
    own = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=options.keep)
    try:
        for name in options.proofs or PROOFS:
            text = PROOFS[name](options)
            tell(f"\n{name}\n{text}\n")
            if options.write:
                figures.put("proofs.md", name, text)
    finally:
        connection.creation.destroy_test_db(own, verbosity=0, keepdb=options.keep)


if __name__ == "__main__":
    main(sys.argv[1:])
