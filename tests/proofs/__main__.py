"""The proofs in full: `make proofs ARGS="--seed 7 --histories 100000"`. With `--write`, into docs/proofs.md.

Runs in a test database of its own, in one process; `nice` is left to who starts it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.proofs import clock_mutants, histories  # noqa: E402

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"
A_WORLD = 100  # clocks
MOST = 5000  # histories to catch a mutant in


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


PROOFS: dict[str, Callable[[argparse.Namespace], str]] = {
    "clocks": prove_clocks,
    "clock-mutants": prove_clock_mutants,
}


def table(first: str, second: str, rows: Iterable[tuple[str, int]]) -> list[str]:
    """Two columns of Markdown."""
    return [f"| {first} | {second} |", "| --- | ---: |", *(f"| {name} | {n:,} |" for name, n in rows)]


def since(began: float) -> str:
    """How long it took."""
    return f"{(time.monotonic() - began) / 60:.1f} minutes"


def tell(text: str) -> None:
    print(text, flush=True)


def write(name: str, text: str) -> None:
    """Put a proof's figures between its marks in the document."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    document = DOCUMENT.read_text(encoding="utf-8")
    before, rest = document.split(begin)
    DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="make proofs", description=__doc__)
    parser.add_argument("proofs", nargs="*", metavar="proof", help=f"of {', '.join(PROOFS)}; all of them")
    parser.add_argument("--seed", default="一窗")
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="the figures into docs/proofs.md")
    options = parser.parse_args(arguments)
    setup_test_environment()
    own = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        for name in options.proofs or PROOFS:
            text = PROOFS[name](options)
            tell(f"\n{name}\n{text}\n")
            if options.write:
                write(name, text)
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
