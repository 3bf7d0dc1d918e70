"""一件事 as one thing: one form, one set of materials, one guidance, and the order of its parts.

Pure: a `Composition` is a version of a bundle with the versions of its matters; everything follows from it.
The keys of fields and questions in the joint form are stable: they depend on the bundle alone, never on
the answers, so what was typed stays where it was typed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hall.clocks.limits import Limit, Unit

from . import formspec, materials, proofs, situations
from .models import BundlePart, BundleVersion, Material, MatterVersion
from .situations import Answers

Item = Mapping[str, Any]
# Working days in one of the unit, for the comparison with the promise of the whole.
_WORKING_DAYS = {Unit.CALENDAR_DAY: 5 / 7, Unit.MONTH: 22.0, Unit.WORKING_MINUTE: 1 / 480}


@dataclass(frozen=True)
class Member:
    """A part with the version by which its matter is done; None where none is in force."""

    row: BundlePart
    version: MatterVersion | None

    @property
    def code(self) -> str:
        """How the bundle calls the part."""
        return self.row.code

    @property
    def name(self) -> str:
        """The matter's name."""
        return self.row.matter.name

    @property
    def needed(self) -> MatterVersion:
        """The version of a part that is known to have one."""
        assert self.version is not None
        return self.version


@dataclass(frozen=True)
class Entry:
    """A field or question of the joint form, and for which parts it is asked, by which of their keys."""

    item: Item
    parts: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Its key in the joint form."""
        return self.item["key"]


@dataclass(frozen=True)
class JointMaterial:
    """One material of the joint set: `covers` says which material of which part it is.

    `made_by` is the part whose result it is: nobody brings that.
    """

    found: materials.Merged
    covers: tuple[tuple[str, str], ...]
    made_by: str = ""

    @property
    def demanded(self) -> bool:
        """Is the applicant to bring it?"""
        return self.found.demanded and not self.made_by


@dataclass(frozen=True)
class Span:
    """When a part runs, in working days after acceptance of the whole, and in which column it is drawn."""

    start: int
    end: int
    column: int


@dataclass(frozen=True)
class Composition:
    """A version of a bundle with its parts in their order."""

    version: BundleVersion
    members: tuple[Member, ...]

    def __getitem__(self, code: str) -> Member:
        return self.by_code[code]

    @cached_property
    def by_code(self) -> dict[str, Member]:
        """Parts by their code."""
        return {member.code: member for member in self.members}

    @property
    def missing(self) -> list[Member]:
        """Parts whose matter cannot be applied for now."""
        return [member for member in self.members if member.version is None]

    # -- Guidance --------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> list[Entry]:
        """One guidance: the bundle's own questions, then those of the parts; the same one asked once."""
        entries: dict[str, Entry] = {
            item["key"]: Entry(item, (("", item["key"]),)) for item in self.version.questions
        }
        for member in self.members:
            renamed: dict[str, str] = {}
            for item in member.version.questions if member.version else ():
                key = item["key"]
                if key in member.row.preset:
                    continue
                known = entries.get(key)
                if known and _same_question(known.item, item):
                    entries[key] = Entry(known.item, (*known.parts, (member.code, key)))
                    continue
                renamed[key] = key if known is None else f"{member.code}_{key}"
                asked = {**item, "key": renamed[key], "when": _renamed(item.get("when"), renamed, member)}
                entries[renamed[key]] = Entry(asked, ((member.code, key),))
        return list(entries.values())

    def answers_of(self, member: Member, answers: Answers) -> dict[str, str]:
        """The answers as the part's own matter asks for them, with those that the bundle gives itself."""
        own = {
            key: answers[entry.key]
            for entry in self.questions
            for code, key in entry.parts
            if code == member.code and entry.key in answers
        }
        return {**member.row.preset, **own}

    def opened(self, answers: Answers) -> list[Member]:
        """The parts that belong to it in this situation, in their order."""
        return [member for member in self.members if is_opened(member.row, answers)]

    def asked(self, answers: Answers) -> list[Entry]:
        """The questions of this situation: the bundle's own, and those of the parts that it opens."""
        open_now = {"", *(member.code for member in self.opened(answers))}
        return [
            entry
            for entry in self.questions
            if any(code in open_now for code, _key in entry.parts)
            and situations.is_asked(entry.item, answers)
        ]

    def clean_answers(self, given: Answers) -> dict[str, str]:
        """The answers that count: to questions asked, among their options."""
        kept: dict[str, str] = {}
        for entry in self.questions:  # in their order: what was answered before decides what is asked
            value = given.get(entry.key)
            if entry in self.asked(kept) and value in {str(o["value"]) for o in entry.item["options"]}:
                kept[entry.key] = str(value)
        return kept

    def stops(self, answers: Answers) -> list[tuple[Member, situations.Stop]]:
        """Parts for which an answer says that this is not the right matter, with the reason."""
        found = []
        for member in self.opened(answers):
            stop = situations.outcome(member.needed, self.answers_of(member, answers)).stop
            if stop:
                found.append((member, stop))
        return found

    # -- The form --------------------------------------------------------------------------------------

    @cached_property
    def fields(self) -> list[Entry]:
        """One form: the fields of all parts; the same key with the same label is asked once."""
        groups = {name: group[0] for group in self.version.same_fields for name in group[1:]}
        entries: dict[str, Entry] = {}
        at: dict[str, str] = {}  # part.key → key in the joint form
        for member in self.members:
            for item in member.version.form_fields if member.version else ():
                name = f"{member.code}.{item['key']}"
                target = at.get(groups.get(name, ""))
                if target is None:
                    known = entries.get(item["key"])
                    target = item["key"] if known is None or _same_field(known.item, item) else None
                    target = target or f"{member.code}_{item['key']}"
                at[name] = target
                known = entries.get(target)
                if known is None:
                    entries[target] = Entry({**item, "key": target}, ((member.code, item["key"]),))
                else:
                    required = bool(known.item.get("required") or item.get("required"))
                    shared = {**known.item, "required": required}
                    entries[target] = Entry(shared, (*known.parts, (member.code, item["key"])))
        return list(entries.values())

    def form_items(self, answers: Answers | None = None) -> list[Item]:
        """The fields as matters.formspec takes them: of the parts opened, or of all without answers."""
        if answers is None:
            return [entry.item for entry in self.fields]
        open_now = {member.code for member in self.opened(answers)}
        return [entry.item for entry in self.fields if any(code in open_now for code, _key in entry.parts)]

    def form_of(self, member: Member, values: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in, as the part's own matter asks for it.

        A field that several parts share holds for each what that part's own form takes of it.
        """
        own = {
            key: values[entry.key]
            for entry in self.fields
            for code, key in entry.parts
            if code == member.code and entry.key in values
        }
        cleaned: dict[str, Any] = {}
        for item in member.needed.form_fields:
            one, errors = formspec.clean([{**item, "required": False}], own)
            cleaned |= {} if errors else one
        return cleaned

    # -- Materials -------------------------------------------------------------------------------------

    def materials(self, answers: Answers) -> list[JointMaterial]:
        """One set of materials: each same thing once; what the bundle itself makes is not asked for."""
        opened = self.opened(answers)
        by_version = {member.needed.pk: member for member in opened}
        made = {
            (feed["part"], feed["material"]): member.code for member in opened for feed in member.row.feeds
        }
        by_matter = {member.row.matter_id: member.code for member in opened}
        rows = materials.merged(
            [member.needed for member in opened],
            {member.needed.pk: self.answers_of(member, answers) for member in opened},
        )
        found = []
        for row in rows:
            shares: dict[str, list[Material]] = {}
            for material in row.materials:
                member = by_version[material.version_id]
                maker = made.get((member.code, material.code), "")
                if (
                    not maker
                    and row.produced_by
                    and self._follows(member, by_matter.get(row.produced_by, ""))
                ):
                    maker = by_matter[row.produced_by]
                shares.setdefault(maker, []).append(material)
            for maker, share in shares.items():
                covers = tuple((by_version[m.version_id].code, m.code) for m in share)
                found.append(JointMaterial(materials.Merged(tuple(share)), covers, maker))
        return found

    def _follows(self, member: Member, code: str) -> bool:
        """Does the part wait, directly or through others, for the part `code`?"""
        seen, left = set(), list(member.row.after)
        while left:
            each = left.pop()
            if each == code:
                return True
            if each in self.by_code and each not in seen:
                seen.add(each)
                left += self.by_code[each].row.after
        return False

    # -- Order and time --------------------------------------------------------------------------------

    def before(self, member: Member, opened: Iterable[Member]) -> list[Member]:
        """The parts among `opened` whose result this one needs."""
        known = {each.code: each for each in opened}
        return [known[code] for code in member.row.after if code in known]

    def schedule(self, answers: Answers | None = None) -> dict[str, Span]:
        """When each part runs if every part uses its promise.

        A part starts on the working day after the result that it needs; that day is not counted. Without
        answers: all parts. Raises ValueError if the order runs in a circle.
        """
        opened = list(self.members) if answers is None else self.opened(answers)
        spans: dict[str, Span] = {}
        waiting = [member for member in opened if member.version]
        while waiting:
            codes = {member.code for member in waiting}
            ready = [member for member in waiting if not codes & set(member.row.after)]
            if not ready:
                raise ValueError("the order of the parts runs in a circle")
            for member in ready:
                previous = [spans[code] for code in member.row.after if code in spans]
                start = max((span.end + 1 for span in previous), default=0)
                column = max((span.column + 1 for span in previous), default=0)
                end = start + working_days(self._promise(member, answers))
                spans[member.code] = Span(start, end, column)
            waiting = [member for member in waiting if member.code not in spans]
        return spans

    def longest(self, answers: Answers | None = None) -> int:
        """Working days of the critical path."""
        return max((span.end for span in self.schedule(answers).values()), default=0)

    def columns(self, answers: Answers | None = None) -> list[list[Member]]:
        """The parts as they are drawn: one column after the other, side by side within one."""
        spans = self.schedule(answers)
        last = max((span.column for span in spans.values()), default=-1)
        drawn: list[list[Member]] = [[] for _column in range(last + 1)]
        for member in self.members:
            if member.code in spans:
                drawn[spans[member.code].column].append(member)
        return drawn

    def _promise(self, member: Member, answers: Answers | None) -> Limit:
        given = member.row.preset if answers is None else self.answers_of(member, answers)
        return situations.outcome(member.needed, given).promised


def compose(version: BundleVersion, pinned: Mapping[int, MatterVersion] | None = None) -> Composition:
    """The composition of a bundle's version, by the versions now in force or by those `pinned` (by part).

    A fixed number of queries.
    """
    rows = list(version.parts.select_related("matter").order_by("order", "pk"))
    if pinned is not None:
        for each in pinned.values():
            _settle(version, each)
        return Composition(version, tuple(Member(row, pinned[row.pk]) for row in rows if row.pk in pinned))
    found = MatterVersion.objects.in_force().filter(matter__in=[row.matter_id for row in rows])
    whole = found.select_related("matter", "department", "regime").prefetch_related("materials__definition")
    by_matter = {each.matter_id: each for each in whole}
    for each in by_matter.values():
        _settle(version, each)
    return Composition(version, tuple(Member(row, by_matter.get(row.matter_id)) for row in rows))


def _settle(version: BundleVersion, each: MatterVersion) -> None:
    """Let its materials say what may be demanded today (matters.proofs)."""
    proofs.settle(version.bundle.jurisdiction_id, list(each.materials.all()))


def is_opened(row: BundlePart, answers: Answers) -> bool:
    """Does the part belong to the bundle in this situation?"""
    key, values = condition_of(row)
    return not key or answers.get(key) in values


def condition_of(row: BundlePart) -> tuple[str, list[str]]:
    """The question that opens a part, and the answers that do; an empty question means always."""
    key, _sign, values = row.opens_when.partition("=")
    return key.strip(), [value.strip() for value in values.split("|") if value.strip()]


def working_days(limit: Limit) -> int:
    """A limit in whole working days, rounded up; minutes of one day count as the same day."""
    if limit.unit == Unit.WORKING_DAY:
        return limit.value
    if limit.unit == Unit.WORKING_MINUTE:
        return math.floor(limit.value * _WORKING_DAYS[limit.unit])
    return math.ceil(limit.value * _WORKING_DAYS[limit.unit])


def in_circle(rows: Sequence[BundlePart]) -> list[str]:
    """Codes of the parts that wait for each other in a circle, or for one that is not there."""
    left = {row.code: set(row.after) for row in rows}
    while free := [code for code, after in left.items() if not after & left.keys()]:
        for code in free:
            del left[code]
    return sorted(left)


def _same_question(one: Item, other: Item) -> bool:
    options = [{str(o["value"]) for o in item["options"]} for item in (one, other)]
    return one["ask"] == other["ask"] and options[0] == options[1]


def _same_field(one: Item, other: Item) -> bool:
    return all(one.get(name) == other.get(name) for name in ("label", "kind", "options", "columns"))


def _renamed(when: Mapping[str, Any] | None, renamed: Mapping[str, str], member: Member) -> dict[str, Any]:
    """The condition of a question, in the keys of the joint guidance; what the bundle presets holds."""
    return {
        renamed.get(key, key): values for key, values in (when or {}).items() if key not in member.row.preset
    }


def parts_of(text: str) -> Iterator[str]:
    """The names of a group of fields, as keepers write them: `company.domicile = tax.address`."""
    yield from (name.strip() for name in text.split("=") if name.strip())
