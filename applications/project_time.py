"""Whose turn is it? The time of a project, split between the government and the builder. Pure functions.

What counts against the 60 days of S0 §9, and against the 45 (+15) working days of 行政许可法 Art. 42(2):

* Both laws speak of the time that *approval* takes, from acceptance (受理之日, Art. 42) to decision. So time
  counts while at least one case of a counted stage is accepted and not decided; of several at once it counts
  once, since the promise is of the whole.
* Between stages, when nothing is accepted, the builder draws, builds and files papers: its own time, which
  does not count. The same for a case that is corrected before acceptance.
* A case accepted early that waits for a prerequisite adds nothing by itself: its prerequisite's time counts.
  From that result to its own turn on the next working day nobody but the office has it, so that counts.
* Where every case under way stands still by law (Art. 45: hearing, expert review, …), the project does too.
* What happens after the counted stages (施工、竣工验收) is outside "开工前审批" and counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hall.clocks.choices import Ground


@dataclass(frozen=True, slots=True)
class Span:
    """One case in the hands of the office, from `start` to `end` (None: still), and when it stood still."""

    start: dt.datetime
    end: dt.datetime | None
    still: tuple[tuple[dt.datetime, dt.datetime | None], ...] = ()

    def holds_at(self, moment: dt.datetime) -> bool:
        """Is it with the office at `moment`?"""
        return self.start <= moment and (self.end is None or moment < self.end)

    def stands_still_at(self, moment: dt.datetime) -> bool:
        """With the office, but its own clock paused by law?"""
        return any(a <= moment and (b is None or moment < b) for a, b in self.still)


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that does not count, and why; without an end while it lasts."""

    start: dt.datetime
    end: dt.datetime | None
    ground: Ground


def gaps(spans: Iterable[Span], since: dt.datetime) -> list[Gap]:
    """The time from `since` on that does not count, in order."""
    known = list(spans)
    moments = {since}
    for span in known:
        ends = [span.start, span.end, *(each for pair in span.still for each in pair)]
        moments |= {moment for moment in ends if moment is not None and moment >= since}
    found: list[Gap] = []
    marks = sorted(moments)
    for start, end in zip(marks, [*marks[1:], None], strict=True):
        ground = _ground(known, start)
        if ground is None:
            continue
        if found and found[-1].end == start and found[-1].ground == ground:
            found[-1] = Gap(found[-1].start, end, ground)
        else:
            found.append(Gap(start, end, ground))
    return found


def _ground(spans: Sequence[Span], moment: dt.datetime) -> Ground | None:
    """Why the moment does not count; None if it does."""
    held = [span for span in spans if span.holds_at(moment)]
    if not held:
        return Ground.APPLICANT
    if all(span.stands_still_at(moment) for span in held):
        return Ground.OTHER_LAW
    return None
