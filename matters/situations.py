"""Situational guidance (情形引导): what an applicant's answers mean for materials, limits, route and verdict.

One pure evaluator for portal, desk and API. Questions form a tree: a question with `when` is asked only
after the answers that it names. An option may

- `adds` materials that are needed only then, or `drops` ones that are not needed then;
- add `conditions` that apply only then;
- set the `promised` or the `statutory` limit; of several answers the last one asked is the most specific
  and its limit counts;
- `opens` steps of the route that run only then;
- `stop`: this matter is not the right one, with the reason and where to turn instead.

A material, or a step, that some option names waits for that option; all others are always there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hall.clocks.limits import Limit, Unit

if TYPE_CHECKING:
    from .models import Material, MatterVersion, Step

Answers = Mapping[str, str]
Question = Mapping[str, Any]
Option = Mapping[str, Any]

# How many combinations of answers are looked at when a tree is checked; a tree with more is refused there.
MOST_COMBINATIONS = 4096


@dataclass(frozen=True)
class Stop:
    """An answer that ends the way here: which one, why, and where to turn instead."""

    question: str
    answer: str
    reason: str
    see: str = ""

    def __str__(self) -> str:
        return f"{self.reason}{self.see}"


@dataclass(frozen=True)
class Consequences:
    """What counts for the clocks and the route of a case; frozen with the case when it is accepted."""

    promised: Limit
    statutory: Limit | None
    statutory_basis: str
    closed_steps: frozenset[str]

    def as_data(self) -> dict[str, Any]:
        """As it is stored with the case."""
        return {
            "promised": self.promised.as_data(),
            "statutory": self.statutory.as_data() if self.statutory else None,
            "statutory_basis": self.statutory_basis,
            "closed_steps": sorted(self.closed_steps),
        }


def thaw(data: Mapping[str, Any]) -> Consequences:
    """The consequences that were stored with a case."""
    limit = _limit(data["promised"])
    assert limit is not None
    return Consequences(
        promised=limit,
        statutory=_limit(data["statutory"]),
        statutory_basis=data["statutory_basis"],
        closed_steps=frozenset(data["closed_steps"]),
    )


@dataclass(frozen=True)
class Outcome:
    """What the answers given so far lead to.

    `answers` are those that count: of questions asked, among their options. `left_out` are codes of
    materials that are not needed. `closed_steps` are steps that no answer has opened; `possible_steps` are
    those among them that a question still open may open.
    """

    answers: Answers
    asked: Sequence[Question]
    left_out: frozenset[str]
    conditions: Sequence[str]
    effects: Sequence[str]
    promised: Limit
    statutory: Limit | None
    statutory_basis: str
    closed_steps: frozenset[str]
    possible_steps: frozenset[str] = field(default=frozenset())
    stop: Stop | None = None

    @property
    def unanswered(self) -> list[Question]:
        """Questions that are asked and have no answer yet; after a stop nothing more is asked."""
        if self.stop:
            return []
        return [question for question in self.asked if question["key"] not in self.answers]

    @property
    def consequences(self) -> Consequences:
        """What counts for clocks and route. Where a question stayed open, a step that might be needed is
        taken: a department is asked once too often rather than once too seldom.
        """
        closed = self.closed_steps - self.possible_steps
        return Consequences(self.promised, self.statutory, self.statutory_basis, closed)

    def materials(self, materials: Iterable[Material]) -> list[Material]:
        """The materials that count in this situation, in their order."""
        return [material for material in materials if material.code not in self.left_out]

    def steps(self, steps: Iterable[Step]) -> list[Step]:
        """The steps of the route that run in this situation, in their order."""
        return [step for step in steps if step.code not in self.closed_steps]


def outcome(
    version: MatterVersion, given: Answers | None = None, *, questions: Sequence[Question] | None = None
) -> Outcome:
    """What the answers lead to under `version`; answers to what is not asked or not offered are dropped.

    `questions` takes the place of the version's own, for a tree that is still being edited.
    """
    tree = version.questions if questions is None else questions
    given = given or {}
    asked: list[Question] = []
    chosen: list[Option] = []
    answers: dict[str, str] = {}
    stop: Stop | None = None
    for question in tree:
        if not is_asked(question, answers):
            continue
        asked.append(question)
        option = _option(question, given.get(question["key"]))
        if option is None:
            continue
        answers[question["key"]] = str(option["value"])
        chosen.append(option)
        if found := option.get("stop"):
            stop = Stop(question["key"], str(option["value"]), found.get("reason", ""), found.get("see", ""))
            break
    added, dropped, opened = (_codes(chosen, name) for name in ("adds", "drops", "opens"))
    promised, statutory, basis = version.promised, version.statutory, version.statutory_basis
    for option in chosen:
        promised = _limit(option.get("promised")) or promised
        if limit := _limit(option.get("statutory")):
            statutory, basis = limit, option["statutory"].get("basis") or basis
    closed = conditional_steps(tree) - opened
    return Outcome(
        answers=answers,
        asked=asked,
        left_out=frozenset((conditional_materials(tree) - added) | dropped),
        conditions=[text for option in chosen for text in option.get("conditions") or ()],
        effects=[option["effect"] for option in chosen if option.get("effect")],
        promised=promised,
        statutory=statutory,
        statutory_basis=basis,
        closed_steps=frozenset(closed),
        possible_steps=frozenset() if stop else frozenset(closed & _may_open(tree, answers)),
        stop=stop,
    )


# Who handles the matter, the applicant or somebody with a mandate: the one question that who comes answers.
HANDLER, ONESELF, AGENT = "handler", "self", "agent"


def who_handles(version: MatterVersion, *, by_agent: bool) -> dict[str, str]:
    """The answer to 由谁来办 under its key; nothing where the version does not ask it in these words."""
    answer = AGENT if by_agent else ONESELF
    for question in version.questions:
        if question["key"] == HANDLER and {ONESELF, AGENT} <= {each["value"] for each in question["options"]}:
            return {HANDLER: answer}
    return {}


def in_words(version: MatterVersion, answers: Answers) -> str:
    """Question and chosen answer, one after the other, as they are asked."""
    told = []
    for question in version.questions:
        option = _option(question, answers.get(question["key"]))
        if option:
            told.append(f"{question['ask']}{option['label']}")
    return "；".join(told)


def is_asked(question: Question, answers: Answers) -> bool:
    """Is the question asked after these answers? All that its `when` names must fit."""
    return all(answers.get(key) in values for key, values in (question.get("when") or {}).items())


def answered(version: MatterVersion, given: Answers, prefix: str = "") -> dict[str, str]:
    """The answers among `given` that count, by question key; in `given` each key has the prefix."""
    plain = {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)}
    return dict(outcome(version, plain).answers)


def conditional_materials(questions: Iterable[Question]) -> set[str]:
    """Codes of the materials that wait for some answer."""
    return _codes(_options(questions), "adds")


def conditional_steps(questions: Iterable[Question]) -> set[str]:
    """Codes of the steps that wait for some answer."""
    return _codes(_options(questions), "opens")


def needed(version: MatterVersion, materials: Iterable[Material], answers: Answers) -> list[Material]:
    """The materials that count in this situation, in their order."""
    return outcome(version, answers).materials(materials)


def change_route(questions: Iterable[Question]) -> bool:
    """Does any answer change which steps run, or what is promised for them?"""
    return any(option.get(name) for option in _options(questions) for name in ("opens", "promised"))


def combinations(
    questions: Sequence[Question], only: Iterable[str] | None = None
) -> Iterator[dict[str, str]]:
    """Every way in which the tree can be answered to its end, `MOST_COMBINATIONS` at most.

    With `only`, these questions and those on which they depend; the others are left without an answer.
    """
    relevant = _with_parents(questions, only) if only is not None else {q["key"] for q in questions}
    count = 0

    def walk(at: int, answers: dict[str, str]) -> Iterator[dict[str, str]]:
        nonlocal count
        while at < len(questions) and not (
            questions[at]["key"] in relevant and is_asked(questions[at], answers)
        ):
            at += 1
        if count >= MOST_COMBINATIONS:
            return
        if at == len(questions):
            count += 1
            yield answers
            return
        question = questions[at]
        for option in question["options"]:
            more = {**answers, question["key"]: str(option["value"])}
            if option.get("stop"):
                count += 1
                yield more
            else:
                yield from walk(at + 1, more)

    yield from walk(0, {})


# -- Parts -----------------------------------------------------------------------------------------------


def _options(questions: Iterable[Question]) -> Iterator[Option]:
    return (option for question in questions for option in question["options"])


def _option(question: Question, value: Any) -> Option | None:
    return next((option for option in question["options"] if str(option["value"]) == value), None)


def _codes(options: Iterable[Option], name: str) -> set[str]:
    return {code for option in options for code in option.get(name) or ()}


def _limit(stored: Mapping[str, Any] | None) -> Limit | None:
    if not stored:
        return None
    return Limit(stored["value"], Unit(stored["unit"]))


def _may_open(questions: Sequence[Question], answers: Answers) -> set[str]:
    """Codes of the steps that questions without an answer may still open."""
    possible: set[str] = set()
    pending: set[str] = set()  # questions without an answer that are asked, or may yet be
    for question in questions:
        fits = all(
            answers[key] in values if key in answers else key in pending
            for key, values in (question.get("when") or {}).items()
        )
        if fits and question["key"] not in answers:
            pending.add(question["key"])
            possible |= _codes(question["options"], "opens")
    return possible


def _with_parents(questions: Sequence[Question], only: Iterable[str]) -> set[str]:
    found = set(only)
    for question in reversed(questions):
        if question["key"] in found:
            found |= set(question.get("when") or {})
    return found
