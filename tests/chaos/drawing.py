"""What will happen, drawn in advance from one seed: who comes for what, who is silent, what is killed when.

The hall's time goes by half days (slots). A kill is bound to a slot and to the number of acts done in it,
never to a wall clock, so the same seed gives the same campaign; what exactly a killed process was doing at
that moment is the machine's affair.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

SLOTS_A_DAY = 2
_DAYS = 20  # working days on which people come


class Sort(StrEnum):
    """What is applied for."""

    INSTANT = "instant"  # 即办件
    PARALLEL = "parallel"  # two consulted side by side, then the decision
    SEQUENTIAL = "sequential"  # one after the other
    DEFERRABLE = "deferrable"  # 容缺
    COMMITMENT = "commitment"  # 告知承诺
    SPECIAL = "special"  # with special procedures
    BUNDLE = "bundle"  # 一件事


class Front(StrEnum):
    """What becomes of it at the desk."""

    SMOOTH = "smooth"
    NOTICE = "notice"  # told what is missing, then corrected
    UNANSWERED = "unanswered"  # told, and nothing after it
    NOT_ACCEPTED = "not_accepted"
    NEGLECTED = "neglected"  # the desk looks away until it is deemed accepted
    WITHDRAWN = "withdrawn"


class Back(StrEnum):
    """What becomes of it in the departments."""

    SMOOTH = "smooth"
    SLOW = "slow"
    REFUSED = "refused"
    RETURNED = "returned"  # sent back to the front once
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    EXTENDED = "extended"


class Silence(StrEnum):
    """What a department does that says nothing in time."""

    NONE = "none"
    SILENT = "silent"
    OBJECTING = "objecting"  # silent, and objects when it is too late
    REPORTED = "reported"  # reports special circumstances, is granted more time and uses it
    REJECTED = "rejected"  # reports, is told no, and stays silent
    UNHEARD = "unheard"  # reports, nobody answers; then late


class Special(StrEnum):
    NONE = "none"
    TESTING = "testing"
    REVIEW = "expert_review"
    BOTH = "both"  # overlapping
    HEARING_UNASKED = "hearing_unasked"
    HEARING_WAIVED = "hearing_waived"
    HEARING_HELD = "hearing_held"


class Victim(StrEnum):
    """What is killed. An outage takes all porters and both servers, for hours or days of the hall's time."""

    WORKER = "worker"
    REDIS = "redis"
    POSTGRES = "postgres"
    BEAT = "beat"
    OUTAGE = "outage"


_SORTS = {
    Sort.INSTANT: 30,
    Sort.PARALLEL: 22,
    Sort.SEQUENTIAL: 12,
    Sort.DEFERRABLE: 12,
    Sort.COMMITMENT: 6,
    Sort.SPECIAL: 12,
    Sort.BUNDLE: 6,
}
_FRONTS = {
    Front.SMOOTH: 76,
    Front.NOTICE: 9,
    Front.UNANSWERED: 3,
    Front.NOT_ACCEPTED: 4,
    Front.NEGLECTED: 5,
    Front.WITHDRAWN: 3,
}
_BACKS = {
    Back.SMOOTH: 66,
    Back.SLOW: 10,
    Back.REFUSED: 7,
    Back.RETURNED: 5,
    Back.WITHDRAWN: 5,
    Back.TERMINATED: 2,
    Back.EXTENDED: 5,
}
_SILENCES = {
    Silence.NONE: 62,
    Silence.SILENT: 18,
    Silence.OBJECTING: 7,
    Silence.REPORTED: 5,
    Silence.REJECTED: 5,
    Silence.UNHEARD: 3,
}
_KEPT = 0.75  # share of 容缺 promises that are kept
_BREAKS = 0.4  # share of deferrable cases that lack nothing


@dataclass(frozen=True)
class Plan:
    """One visit to the window: where, for what, in which slot, and what turn it takes."""

    number: int
    place: int
    sort: Sort
    slot: int
    front: Front
    back: Back
    special: Special
    owes: bool  # comes without the deferrable document
    keeps: bool  # and brings it in time
    key: str  # the button's own number: pressed twice, it makes one case

    def dice(self, *about: object) -> Random:
        """Dice of this plan for one question: the same answer whenever it is asked."""
        return Random(f"{self.key}/{'/'.join(map(str, about))}")

    def silence(self, about: object) -> Silence:
        """What the department of one step does."""
        return _one(_SILENCES, self.dice("silence", about))


@dataclass(frozen=True)
class Kill:
    """`victim` number `which` dies in `slot` once `after` acts are done, and stands again `down` s later.

    Of an outage, `slots` is how many half days it swallows.
    """

    slot: int
    after: int
    victim: Victim
    which: int = 0
    down: float = 0.0
    slots: int = 0


@dataclass(frozen=True)
class Schedule:
    """Everything that is drawn."""

    seed: int
    plans: list[Plan] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    slots: int = 0  # in which people come


def draw(seed: int, cases: int, places: int, kills: dict[Victim, int], days: int = _DAYS) -> Schedule:
    """The campaign of `seed`: `cases` visits over `days` working days, with so many kills of each sort."""
    slots = days * SLOTS_A_DAY
    plans = [_plan(seed, number, places, slots) for number in range(cases)]
    dice = Random(f"{seed}/kills")
    acts = max(1, cases * 4 // slots)
    drawn = [_kill(victim, slots, acts, dice) for victim, count in kills.items() for _n in range(count)]
    return Schedule(seed, plans, sorted(drawn, key=lambda kill: (kill.slot, kill.after)), slots)


def _plan(seed: int, number: int, places: int, slots: int) -> Plan:
    dice = Random(f"{seed}/{number}")
    sort = _one(_SORTS, dice)
    return Plan(
        number=number,
        place=dice.randrange(places),
        sort=sort,
        slot=dice.randrange(slots),
        front=_one(_FRONTS, dice),
        back=_one(_BACKS, dice),
        special=dice.choice(list(Special)) if sort == Sort.SPECIAL else Special.NONE,
        owes=sort == Sort.DEFERRABLE and dice.random() > _BREAKS,
        keeps=dice.random() < _KEPT,
        key=f"chaos-{seed}-{number}",
    )


def _kill(victim: Victim, slots: int, acts: int, dice: Random) -> Kill:
    # People come a while after the last slot too; kills cease with the arrivals, so that all can end.
    slot = dice.randrange(1, slots)
    if victim == Victim.OUTAGE:
        return Kill(slot, 0, victim, slots=dice.choice((1, 1, 2, 3)))
    return Kill(slot, dice.randrange(acts), victim, dice.randrange(4), dice.uniform(0.2, 3.0))


def _one(weights: dict, dice: Random):  # type: ignore[no-untyped-def]
    return dice.choices(list(weights), list(weights.values()))[0]
