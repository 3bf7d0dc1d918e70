"""Does the guidance tree (情形引导) hold together, and does every way through it lead to a lawful version?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.calendars.queries import calendar_for
from hall.clocks.limits import Limit, Unit
from hall.errors import Invalid
from hall.now import today

from .. import situations
from .base import RULES, Finding, Whole, rule
from .comparing import comparable, year_of_starts
from .limits import office_minutes, stage_limits


@rule(gettext_lazy("情形引导的问题完整"))
def questions_can_be_asked(whole: Whole) -> Iterator[Finding]:
    """Keys once each, at least two options, and `when` only about earlier questions: so no circle arises."""
    earlier: dict[str, set[str]] = {}
    for question in whole.version.questions:
        element, key = _named(question), str(question.get("key", ""))
        if not key.isidentifier() or key in earlier:
            yield Finding(element, _("问题的代码须由字母、数字和下划线组成且不重复"), _("改用另一个代码"))
        values = [str(option.get("value", "")) for option in question["options"]]
        if len(values) < 2:
            yield Finding(element, _("问题至少要有两个选项"), _("补上选项或者删除问题"))
        if any(times > 1 for times in Counter(values).values()) or not all(values):
            yield Finding(element, _("选项的值不得为空或者重复"), _("改正选项的值"))
        for parent, wanted in (question.get("when") or {}).items():
            if parent not in earlier:
                yield Finding(
                    element,
                    _("“在什么情形下问”只能引用排在前面的问题（%(key)s不在前面）") % {"key": parent},
                    _("把被引用的问题移到前面，或者改正条件"),
                )
            elif lost := set(wanted) - earlier[parent]:
                yield Finding(
                    element,
                    _("“在什么情形下问”引用了没有的选项：%(values)s") % {"values": "、".join(sorted(lost))},
                    _("改正条件"),
                )
        earlier[key] = set(values)


@rule(gettext_lazy("情形引导的每个问题都问得到"))
def every_question_is_reached(whole: Whole) -> Iterator[Finding]:
    questions = whole.version.questions
    reached: set[str] = set()
    for question in questions:
        if not question.get("when"):
            reached.add(question["key"])
    if len(reached) < len(questions):
        for answers in situations.combinations(questions):
            reached |= {q["key"] for q in situations.outcome(whole.version, answers).asked}
            if len(reached) == len(questions):
                break
    for question in questions:
        if question["key"] not in reached:
            yield Finding(
                _named(question), _("没有一种选法会问到这个问题"), _("改正“在什么情形下问”或者删除问题")
            )


@rule(gettext_lazy("情形引导的后果指向存在的材料和环节"))
def options_name_what_exists(whole: Whole) -> Iterator[Finding]:
    materials = {material.code for material in whole.materials}
    steps = {step.code: step for step in whole.steps}
    for question, option in _options(whole):
        element = _named(question, option)
        for code in sorted({*(option.get("adds") or ()), *(option.get("drops") or ())} - materials):
            yield Finding(
                element,
                _("选项增加或者免交的材料%(code)s不在材料清单中") % {"code": code},
                _("补上材料或者去掉代码"),
            )
        for code in sorted(set(option.get("adds") or ()) & set(option.get("drops") or ())):
            yield Finding(element, _("同一选项不能又要又免材料%(code)s") % {"code": code}, _("只留一种"))
        for code in option.get("opens") or ():
            if code not in steps:
                yield Finding(
                    element,
                    _("选项启动的环节%(code)s不在路径中") % {"code": code},
                    _("补上环节或者去掉代码"),
                )
            elif steps[code].decides:
                yield Finding(element, _("决定环节始终启动，不能由选项决定"), _("去掉选项里的决定环节"))
        if option.get("stop") and not option["stop"].get("reason"):
            yield Finding(element, _("“不在这里办”须写明理由"), _("写明理由和应当怎么办"))


@rule(gettext_lazy("情形时限不超过法定时限"))
def limits_stay_within_the_law(whole: Whole) -> Iterator[Finding]:
    for question, option in _options(whole):
        for name in ("promised", "statutory"):
            if option.get(name) and _limit(option[name]) is None:
                yield Finding(_named(question, option), _("选项的时限不正确"), _("改正时限"))
    for answers, outcome in _ways(whole, ("promised", "statutory")):
        law = outcome.statutory
        if law is not None and _too_long(whole, outcome.promised, law):
            yield Finding(
                _("情形引导：%(way)s") % {"way": _way(whole, answers)},
                _("这种情形的承诺时限（%(promised)s）长于法定时限（%(law)s）")
                % {"promised": outcome.promised, "law": law},
                _("缩短承诺时限，或者核对法定时限"),
            )


@rule(gettext_lazy("各种情形的环节时限合计等于承诺"))
def every_way_adds_up(whole: Whole) -> Iterator[Finding]:
    """The steps open in a situation take what is promised in it; looked at for every way through the tree."""
    minutes = office_minutes(whole.place)
    for answers, outcome in _ways(whole, ("opens", "promised")):
        if outcome.stop or outcome.promised.unit != Unit.WORKING_DAY:
            continue
        total = stage_limits(outcome.steps(whole.steps), minutes)
        promised = outcome.promised.value
        fits = total <= 1 if promised == 0 else math.ceil(round(total, 6)) == promised
        if not fits:
            yield Finding(
                _("情形引导：%(way)s") % {"way": _way(whole, answers)},
                _("启动的环节时限之和（%(total)g个工作日）须等于这种情形的承诺时限（%(promise)s）")
                % {"total": round(total, 2), "promise": outcome.promised},
                _("在选项里写明承诺时限，或者调整环节"),
            )
            return  # one way shows what is wrong; the others would say the same


@rule(gettext_lazy("有启动条件的环节由选项启动"))
def conditions_of_steps_are_asked(whole: Whole) -> Iterator[Finding]:
    """Steps with a condition in words that no option opens: the department would be asked every time."""
    opened = situations.conditional_steps(whole.version.questions)
    for step in whole.steps:
        if step.opens_when and not step.decides and step.code not in opened:
            yield Finding(
                _("路径：%(step)s") % {"step": step},
                _("启动条件写在文字里，没有选项启动它，每件都会送到这个部门"),
                _("在情形引导里加一个选项启动这个环节；确实每件都要的，清空启动条件"),
                blocks=False,
            )


def is_about_guidance(finding: Finding) -> bool:
    """Was it found by a rule of this module?"""
    return finding.code in RULES and RULES[finding.code].check.__module__ == __name__


# -- Parts -----------------------------------------------------------------------------------------------


def _options(whole: Whole) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for question in whole.version.questions:
        for option in question["options"]:
            yield question, option


def _ways(whole: Whole, names: Sequence[str]) -> Iterator[tuple[dict[str, str], situations.Outcome]]:
    """Every way through those questions whose options set one of `names`, with its outcome."""
    questions = whole.version.questions
    deciding = {q["key"] for q, option in _options(whole) if any(option.get(name) for name in names)}
    if not deciding or any(_broken(option) for _q, option in _options(whole)):
        return
    for answers in situations.combinations(questions, only=deciding):
        yield answers, situations.outcome(whole.version, answers)


def _too_long(whole: Whole, promised: Limit, law: Limit) -> bool:
    """Does the promise usually end later than the law allows? Of different units counted on the calendar."""
    if promised.unit == law.unit:
        return promised.value > law.value
    if promised.value == 0 or not (comparable(promised) and comparable(law)):
        return False
    over = year_of_starts(calendar_for(whole.place).table, today().year).overrun(promised, law)
    return over is not None and over.usual


def _broken(option: Mapping[str, Any]) -> bool:
    return any(option.get(name) and _limit(option[name]) is None for name in ("promised", "statutory"))


def _limit(stored: Mapping[str, Any]) -> Limit | None:
    try:
        return Limit(stored["value"], Unit(stored["unit"]))
    except (Invalid, KeyError, TypeError, ValueError):
        return None


def _named(question: Mapping[str, Any], option: Mapping[str, Any] | None = None) -> str:
    ask = question.get("ask") or question.get("key", "")
    if option is None:
        return _("情形引导：%(ask)s") % {"ask": ask}
    return _("情形引导：%(ask)s %(option)s") % {"ask": ask, "option": option.get("label", "")}


def _way(whole: Whole, answers: Mapping[str, str]) -> str:
    """A way through the tree in the words of its options."""
    said = [
        option["label"]
        for question, option in _options(whole)
        if answers.get(question["key"]) == str(option["value"])
    ]
    return " → ".join(said)
