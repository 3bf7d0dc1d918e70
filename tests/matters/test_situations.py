"""Guidance by answers (情形引导): the tree, what it switches, and that it never contradicts itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.clocks.limits import Limit, Unit
from matters import situations

MATERIALS = [SimpleNamespace(code=f"m{n:02d}") for n in range(1, 6)]
STEPS = [SimpleNamespace(code=f"s{n:02d}") for n in range(1, 5)]


def version(questions: list[dict[str, Any]]) -> Any:
    """A version as far as the evaluator reads it."""
    return SimpleNamespace(
        questions=questions,
        promised=Limit(10),
        statutory=Limit(20),
        statutory_basis="示范条例第一条",
    )


def question(key: str, *options: dict[str, Any], **more: Any) -> dict[str, Any]:
    rows = [{"value": f"o{n}", "label": f"选项{n}", **option} for n, option in enumerate(options, 1)]
    return {"key": key, "ask": f"{key}？", "options": rows, **more}


def limit(value: int, unit: str = "working_day", **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, **more}


TREE = [
    question("who", {"adds": ["m02"]}, {"drops": ["m03"], "conditions": ["年满十八周岁"]}),
    question(
        "how",
        {"opens": ["s02"], "promised": limit(8)},
        {"statutory": limit(15, "calendar_day", basis="第二条")},
    ),
    question(
        "deep",
        {"opens": ["s03"]},
        {"stop": {"reason": "不需要办。", "see": "请办备案"}},
        when={"who": ["o1"]},
    ),
]


class TestTheTree:
    def test_a_question_is_asked_only_after_the_answers_it_names(self):
        assert [q["key"] for q in situations.outcome(version(TREE)).asked] == ["who", "how"]
        asked = situations.outcome(version(TREE), {"who": "o1"}).asked
        assert [q["key"] for q in asked] == ["who", "how", "deep"]

    def test_an_answer_to_what_is_not_asked_counts_for_nothing(self):
        lost = situations.outcome(version(TREE), {"who": "o2", "deep": "o1", "alien": "x", "how": "o9"})
        assert lost.answers == {"who": "o2"}
        assert "s03" in lost.closed_steps

    def test_unanswered_are_those_asked(self):
        found = situations.outcome(version(TREE), {"who": "o1", "how": "o1"})
        assert [q["key"] for q in found.unanswered] == ["deep"]


class TestWhatAnAnswerSwitches:
    def test_materials_come_and_go(self):
        nobody = situations.outcome(version(TREE))
        assert [m.code for m in nobody.materials(MATERIALS)] == ["m01", "m03", "m04", "m05"]
        first = situations.outcome(version(TREE), {"who": "o1"})
        assert [m.code for m in first.materials(MATERIALS)] == ["m01", "m02", "m03", "m04", "m05"]
        second = situations.outcome(version(TREE), {"who": "o2"})
        assert [m.code for m in second.materials(MATERIALS)] == ["m01", "m04", "m05"]
        assert second.conditions == ["年满十八周岁"]

    def test_what_is_spared_is_spared_even_if_something_else_asks_for_it(self):
        tree = [question("a", {"adds": ["m02"]}, {}), question("b", {"drops": ["m02"]}, {})]
        found = situations.outcome(version(tree), {"a": "o1", "b": "o1"})
        assert "m02" in found.left_out

    def test_limits_of_the_last_answer_count(self):
        found = situations.outcome(version(TREE), {"how": "o1"})
        assert (found.promised, found.statutory) == (Limit(8), Limit(20))
        found = situations.outcome(version(TREE), {"how": "o2"})
        assert found.statutory == Limit(15, Unit.CALENDAR_DAY)
        assert found.statutory_basis == "第二条"

    def test_steps_that_no_option_names_always_run(self):
        none = situations.outcome(version(TREE), {"who": "o2", "how": "o2"})
        assert [s.code for s in none.steps(STEPS)] == ["s01", "s04"]
        some = situations.outcome(version(TREE), {"who": "o1", "how": "o1", "deep": "o1"})
        assert [s.code for s in some.steps(STEPS)] == ["s01", "s02", "s03", "s04"]

    def test_a_stop_ends_the_way_with_its_reason(self):
        found = situations.outcome(version(TREE), {"who": "o1", "deep": "o2"})
        assert str(found.stop) == "不需要办。请办备案"
        assert found.unanswered == []

    def test_where_nobody_has_answered_a_department_is_rather_asked_than_not(self):
        """A case that the law accepts (视为受理) has nobody who answers."""
        found = situations.outcome(version(TREE), {"who": "o1"})
        assert found.possible_steps == {"s02", "s03"}
        assert found.consequences.closed_steps == frozenset()
        settled = situations.outcome(version(TREE), {"who": "o2", "how": "o2"})
        assert settled.consequences.closed_steps == {"s02", "s03"}

    def test_consequences_come_back_from_the_store_as_they_went_in(self):
        counted = situations.outcome(version(TREE), {"who": "o2", "how": "o2"}).consequences
        assert situations.thaw(counted.as_data()) == counted


class TestCombinations:
    def test_every_way_through_the_tree_once(self):
        ways = list(situations.combinations(TREE))
        assert len(ways) == len({tuple(sorted(way.items())) for way in ways}) == 6
        assert all(not situations.outcome(version(TREE), way).unanswered for way in ways)

    def test_only_what_matters_is_walked(self):
        assert list(situations.combinations(TREE, only={"how"})) == [{"how": "o1"}, {"how": "o2"}]
        assert {"who", "deep"} <= set().union(*situations.combinations(TREE, only={"deep"}))

    def test_they_are_bounded(self):
        wide = [question(f"q{n}", *[{}] * 4) for n in range(10)]
        assert len(list(situations.combinations(wide))) == situations.MOST_COMBINATIONS


# -- Any tree ---------------------------------------------------------------------------------------------

codes = st.lists(st.sampled_from([m.code for m in MATERIALS]), max_size=2)
steps = st.lists(st.sampled_from(["s01", "s02", "s03"]), max_size=2)
limits = st.none() | st.builds(limit, st.integers(0, 30), st.sampled_from(["working_day", "calendar_day"]))
options = st.fixed_dictionaries(
    {"adds": codes},
    optional={
        "drops": codes,
        "opens": steps,
        "promised": limits,
        "statutory": limits,
        "conditions": st.lists(st.sampled_from(["甲", "乙"]), max_size=1),
        "stop": st.just({"reason": "不在这里办", "see": ""}),
    },
)


@st.composite
def trees(draw: Any) -> list[dict[str, Any]]:
    tree: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 5))):
        made = question(f"q{n}", *draw(st.lists(options, min_size=2, max_size=3)))
        if tree and draw(st.booleans()):
            parent = draw(st.sampled_from(tree))
            values = st.lists(
                st.sampled_from([o["value"] for o in parent["options"]]), min_size=1, unique=True
            )
            made["when"] = {parent["key"]: draw(values)}
        tree.append(made)
    return tree


answers = st.dictionaries(
    st.sampled_from([f"q{n}" for n in range(6)]), st.sampled_from(["o1", "o2", "o3", "o4", ""]), max_size=6
)


@given(trees(), answers)
@settings(max_examples=300, deadline=None)
def test_an_outcome_never_contradicts_itself(tree, given_answers):
    whole = version(tree)
    found = situations.outcome(whole, given_answers)
    asked = {q["key"]: q for q in found.asked}
    assert set(found.answers) <= set(asked)
    for key, value in found.answers.items():
        assert value in {option["value"] for option in asked[key]["options"]}
    for q in found.asked:
        assert situations.is_asked(q, found.answers)
    needed = {m.code for m in found.materials(MATERIALS)}
    assert needed.isdisjoint(found.left_out)
    assert needed | (found.left_out & {m.code for m in MATERIALS}) == {m.code for m in MATERIALS}
    assert found.possible_steps <= found.closed_steps
    chosen = [o for q in found.asked for o in q["options"] if found.answers.get(q["key"]) == o["value"]]
    stated = [Limit(o["promised"]["value"], Unit(o["promised"]["unit"])) for o in chosen if o.get("promised")]
    assert found.promised == (stated[-1] if stated else Limit(10))
    assert (found.stop is not None) == any(o.get("stop") for o in chosen)
    # what counts leads to the same again, and what does not count changes nothing
    assert situations.outcome(whole, found.answers) == found
    assert situations.thaw(found.consequences.as_data()) == found.consequences


@given(trees())
@settings(max_examples=100, deadline=None)
def test_a_way_to_the_end_leaves_nothing_open(tree):
    for way in situations.combinations(tree):
        found = situations.outcome(version(tree), way)
        assert found.answers == way
        assert not found.unanswered
        assert found.stop or not found.possible_steps


def test_a_broken_limit_is_refused_loudly():
    tree = [question("a", {"promised": {"value": -1, "unit": "working_day"}}, {})]
    with pytest.raises(Exception, match="时限"):
        situations.outcome(version(tree), {"a": "o1"})
