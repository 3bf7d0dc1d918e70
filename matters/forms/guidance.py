"""The editor of the guidance tree (情形引导): what a keeper types, as the questions that a version stores.

Everything is lenient while it is being typed: what is not right yet is kept, drawn again and named by
`faults`. Codes of questions and options are made here, so that keepers need not think of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid

from ..situations import Question

NAME = re.compile(r"q(\d{1,3})(?:-o(\d{1,3}))?-(\w+)(?:-(\w+))?")
LISTS = ("adds", "drops", "opens")
LIMITS = ("promised", "statutory")
MOST_QUESTIONS, MOST_OPTIONS = 40, 20
TRY = "try-"  # prefix of the answers that the keeper gives in the preview


class GuidanceDraft:
    """A tree of questions while it is edited."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions: list[dict[str, Any]] = [
            {**question, "options": [dict(option) for option in question["options"]]}
            for question in questions
        ]
        self.faults: list[str] = []

    @classmethod
    def posted(cls, data: QueryDict) -> GuidanceDraft:
        """The tree as it stands on the keeper's screen."""
        found: dict[int, dict[str, Any]] = {}
        options: dict[int, dict[int, dict[str, Any]]] = {}
        for name in data:
            match = NAME.fullmatch(name)
            if not match:
                continue
            at, of, part, key = int(match[1]), match[2], match[3], match[4]
            question = found.setdefault(at, {"key": "", "ask": "", "help": "", "when": {}})
            if of is not None:
                option = options.setdefault(at, {}).setdefault(int(of), {})
                option[part] = data.getlist(name) if part in LISTS else data.get(name, "").strip()
            elif part == "when" and key:
                question["when"][key] = data.getlist(name)
            elif part in question:
                question[part] = data.get(name, "").strip()
        draft = cls([])
        for at in sorted(found)[:MOST_QUESTIONS]:
            rows = options.get(at, {})
            typed = [rows[of] for of in sorted(rows)][:MOST_OPTIONS]
            draft.questions.append(
                {**found[at], "options": [draft._option(found[at]["ask"], row) for row in typed]}
            )
        draft._name_everything()
        draft._find_faults()
        return draft

    def tried(self, data: Mapping[str, str]) -> dict[str, str]:
        """The answers given in the preview."""
        return {name.removeprefix(TRY): data[name] for name in data if name.startswith(TRY)}

    def do(self, action: str) -> None:
        """One press of a button: `add`, `remove:2`, `up:2`, `down:2`, `option:2`, `drop:2:1`, …"""
        verb, *where = action.split(":")
        places = [int(each) for each in where if each.isdecimal()]
        if verb == "add" and len(self.questions) < MOST_QUESTIONS:
            self.questions.append({"key": "", "ask": "", "options": [{"label": ""}, {"label": ""}]})
        elif places and places[0] < len(self.questions):
            options = self.questions[places[0]]["options"]
            match verb:
                case "remove" | "up" | "down":
                    _shift(self.questions, verb, places[0])
                case "option" if len(options) < MOST_OPTIONS:
                    options.append({"label": ""})
                case "drop" | "raise" | "lower" if len(places) > 1 and places[1] < len(options):
                    words = {"drop": "remove", "raise": "up", "lower": "down"}
                    _shift(options, words[verb], places[1])
        self._name_everything()

    def stored(self) -> list[dict[str, Any]]:
        """The questions as a version stores them: without what is empty."""
        return [
            _without_empty(
                {
                    **question,
                    "when": {key: values for key, values in (question.get("when") or {}).items() if values},
                    "options": [_stored_option(option) for option in question["options"]],
                }
            )
            for question in self.questions
        ]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The questions for the page, each with those before it, on which it can depend."""
        for at, question in enumerate(self.questions):
            wanted = question.get("when") or {}
            yield {
                "at": at,
                "question": question,
                "options": list(enumerate(question["options"])),
                "parents": [
                    {
                        "key": parent["key"],
                        "ask": parent["ask"],
                        "options": [
                            (option, str(option["value"]) in wanted.get(parent["key"], ()))
                            for option in parent["options"]
                        ],
                    }
                    for parent in self.questions[:at]
                    if parent["ask"]
                ],
            }

    # -- Parts -------------------------------------------------------------------------------------------

    def _option(self, ask: str, row: Mapping[str, Any]) -> dict[str, Any]:
        option: dict[str, Any] = {name: row.get(name, "") for name in ("value", "label", "effect")}
        option |= {name: row[name] for name in LISTS if row.get(name)}
        if lines := [line.strip() for line in row.get("conditions", "").splitlines() if line.strip()]:
            option["conditions"] = lines
        for name in LIMITS:
            if text := row.get(name, ""):
                option[name] = self._limit(ask, row, name, text)
        if option.get("statutory") and row.get("basis"):
            option["statutory"]["basis"] = row["basis"]
        if row.get("stop"):
            option["stop"] = {"reason": row["stop"], "see": row.get("see", "")}
        return option

    def _limit(self, ask: str, row: Mapping[str, Any], name: str, text: str) -> dict[str, Any] | None:
        unit = row.get(f"{name}_unit") or str(Unit.WORKING_DAY)
        try:
            return Limit(int(text), Unit(unit)).as_data()
        except (ValueError, Invalid):
            self.faults.append(
                _("“%(ask)s”的选项“%(label)s”：时限应为整数") % {"ask": ask, "label": row.get("label", "")}
            )
            return None

    def _name_everything(self) -> None:
        """Give new questions and options a code of their own; codes once given stay."""
        _give_codes(self.questions, "key", "q")
        for question in self.questions:
            _give_codes(question["options"], "value", "o")

    def _find_faults(self) -> None:
        for question in self.questions:
            if not question["ask"]:
                self.faults.append(_("有一个问题没有写问什么"))
            elif len([option for option in question["options"] if option["label"]]) < 2:
                self.faults.append(_("“%(ask)s”至少要有两个选项") % {"ask": question["ask"]})
            elif not all(option["label"] for option in question["options"]):
                self.faults.append(_("“%(ask)s”有一个选项没有写说法") % {"ask": question["ask"]})


def _give_codes(rows: Sequence[dict[str, Any]], name: str, letter: str) -> None:
    taken = {row[name] for row in rows if row.get(name)}
    fresh = (code for code in (f"{letter}{n}" for n in range(1, 1000)) if code not in taken)
    for row in rows:
        row[name] = row.get(name) or next(fresh)


def _shift(rows: list[Any], verb: str, at: int) -> None:
    if verb == "remove":
        del rows[at]
    elif verb == "up" and at > 0:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif verb == "down" and at + 1 < len(rows):
        rows[at + 1], rows[at] = rows[at], rows[at + 1]


def _without_empty(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in ("", None, [], {})}


def _stored_option(option: Mapping[str, Any]) -> dict[str, Any]:
    """An option without empty parts; `effect` and `adds` are always there."""
    return {"effect": "", "adds": [], **_without_empty(option)}
