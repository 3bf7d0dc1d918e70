"""Numbers and what they are compared with."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Verdict:
    """One figure against its target. `at_least`: the higher the better."""

    what: str
    measured: float
    target: float
    at_least: bool = True
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.measured >= self.target if self.at_least else self.measured <= self.target

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        word = "met" if self.met else "MISSED"
        return (
            f"{self.what}: {self.measured:.2f}{self.unit} (target {sign} {self.target:g}{self.unit}) — {word}"
        )


@dataclass
class Result:
    """What one benchmark found: a table, the verdicts, and how it was measured."""

    title: str
    how: str
    header: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        lines = [f"## {self.title}", "", self.how, "", _row(self.header), _row("---" for _ in self.header)]
        lines += [_row(row) for row in self.rows]
        lines += ["", *[f"- {verdict}" for verdict in self.verdicts], *[f"- {text}" for text in self.remarks]]
        return "\n".join(lines).rstrip() + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that `work` took, and what it gave."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def interleaved(rounds: int, *works: Callable[[], T]) -> list[list[T]]:
    """Do every work once a round, in turn about: what disturbs the machine disturbs them alike."""
    found: list[list[T]] = [[] for _ in works]
    for number in range(rounds):
        order = range(len(works)) if number % 2 == 0 else reversed(range(len(works)))
        for at in order:
            found[at].append(works[at]())
    return found


def ratio(subject: Sequence[float], floor: Sequence[float]) -> float:
    """Median of the ratios of neighbouring rounds."""
    return median([mine / theirs for mine, theirs in zip(subject, floor, strict=True)])


def machine() -> str:
    """One line about where this ran."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"
