"""The keepers' editor of the guidance tree, its rules, and bodies of law in versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import QueryDict
from django.urls import reverse

from hall import now
from hall.errors import Incomplete, Invalid, NotAllowed
from hall.now import today
from hall.people.models import User
from hall.trail.models import Event
from matters import checks, differences, services
from matters.forms.guidance import GuidanceDraft
from matters.models import MatterVersion, Regime

from .conftest import officer

TREE: list[dict[str, Any]] = [
    {
        "key": "who",
        "ask": "谁来办？",
        "options": [
            {"value": "self", "label": "本人", "effect": "", "adds": []},
            {"value": "agent", "label": "委托", "effect": "增加委托书", "adds": ["m02"]},
        ],
    },
    {
        "key": "site",
        "ask": "要现场看吗？",
        "help": "拿不准的选要",
        "when": {"who": ["self"]},
        "options": [
            {
                "value": "yes",
                "label": "要",
                "effect": "",
                "adds": [],
                "drops": ["m01"],
                "opens": ["s02"],
                "promised": {"value": 5, "unit": "working_day"},
                "statutory": {"value": 15, "unit": "calendar_day", "basis": "第二条"},
                "conditions": ["在岗", "有水电"],
            },
            {
                "value": "no",
                "label": "不要",
                "effect": "",
                "adds": [],
                "stop": {"reason": "不用办。", "see": "请备案"},
            },
        ],
    },
]


def typed(questions: list[dict[str, Any]], **more: str) -> dict[str, Any]:
    """The tree as a browser posts it."""
    data: dict[str, Any] = dict(more)
    for at, question in enumerate(questions):
        for name in ("key", "ask", "help"):
            data[f"q{at}-{name}"] = question.get(name, "")
        for key, values in question.get("when", {}).items():
            data[f"q{at}-when-{key}"] = values
        for of, option in enumerate(question["options"]):
            start = f"q{at}-o{of}-"
            for name in ("value", "label", "effect", "adds", "drops", "opens"):
                data[start + name] = option.get(name, "")
            for name in ("promised", "statutory"):
                limit = option.get(name) or {}
                data[start + name] = str(limit.get("value", ""))
                data[f"{start}{name}_unit"] = limit.get("unit", "")
            data[start + "basis"] = (option.get("statutory") or {}).get("basis", "")
            data[start + "conditions"] = "\n".join(option.get("conditions", ()))
            stop = option.get("stop") or {}
            data[start + "stop"], data[start + "see"] = stop.get("reason", ""), stop.get("see", "")
    return {name: value for name, value in data.items() if value != ""}


def posted(data: dict[str, Any]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in data.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def draft_of(questions: list[dict[str, Any]]) -> GuidanceDraft:
    return GuidanceDraft.posted(posted(typed(questions)))


class TestTheForm:
    def test_what_is_stored_comes_back_as_it_was(self):
        draft = draft_of(TREE)
        assert not draft.faults
        assert draft.stored() == TREE

    def test_questions_move_come_and_go_without_codes(self):
        draft = draft_of(TREE)
        draft.do("add")
        assert [q["key"] for q in draft.questions] == ["who", "site", "q1"]
        draft.do("up:2")
        draft.do("up:1")
        assert [q["key"] for q in draft.questions] == ["q1", "who", "site"]
        draft.do("down:0")
        draft.do("remove:2")
        assert [q["key"] for q in draft.questions] == ["who", "q1"]
        draft.do("option:0")
        draft.do("raise:0:2")
        assert [o["value"] for o in draft.questions[0]["options"]] == ["self", "o1", "agent"]
        draft.do("lower:0:0")
        draft.do("drop:0:0")
        assert [o["value"] for o in draft.questions[0]["options"]] == ["self", "agent"]
        for nonsense in ("remove:99", "drop:0:99", "up:x", "", "raise:0:0", "down:1"):
            draft.do(nonsense)
        assert len(draft.questions) == 2

    def test_what_is_not_right_yet_is_kept_and_named(self):
        data = typed(TREE) | {"q0-o0-label": "", "q1-ask": "", "q1-o0-promised": "五"}
        draft = GuidanceDraft.posted(posted(data))
        assert len(draft.faults) == 3
        assert draft.questions[0]["options"][1]["label"] == "委托"


class TestTheDesk:
    @pytest.fixture
    def desk(self, client, keeper):
        client.force_login(User.objects.get(pk=keeper.user_id))
        return client

    @pytest.fixture
    def url(self, draft):
        return reverse("matters:guidance", args=[draft.pk])

    def test_a_button_changes_the_page_and_stores_nothing(self, desk, url, draft):
        page = desk.post(url, typed(TREE, do="add")).content.decode()
        assert 'name="q2-ask"' in page and "谁来办" in page
        draft.refresh_from_db()
        assert draft.questions == []

    def test_the_preview_answers_live(self, desk, url):
        data = typed(TREE, show="preview", **{"try-who": "agent"})
        page = desk.post(url, data).content.decode()
        assert 'id="preview"' in page and "<form" not in page
        assert "要现场看吗" not in page
        page = desk.post(url, data | {"try-who": "self"}).content.decode()
        assert "要现场看吗" in page
        page = desk.post(url, data | {"try-who": "self", "try-site": "no"}).content.decode()
        assert "请备案" in page

    def test_saving_stores_it_in_the_version(self, desk, url, draft):
        assert desk.post(url, typed(TREE)).status_code == 302
        draft.refresh_from_db()
        assert draft.questions == TREE
        page = desk.get(url).content.decode()
        assert 'value="谁来办？"' in page and "在岗" in page

    def test_what_cannot_be_saved_is_shown_again(self, desk, url, draft):
        answer = desk.post(url, typed(TREE) | {"q0-ask": ""})
        assert answer.status_code == 422
        assert "没有写问什么" in answer.content.decode()
        assert "委托" in answer.content.decode()

    def test_a_published_version_has_no_editor(self, desk, published):
        answer = desk.get(reverse("matters:guidance", args=[published.pk]))
        assert answer.url == reverse("matters:version", args=[published.pk])

    def test_the_editor_of_the_rest_leaves_the_tree_alone(self, draft, keeper):
        services.change_draft(draft.pk, by=keeper, elements={"questions": TREE})
        services.change_draft(draft.pk, by=keeper, elements={"visits": 0, "visit_reason": ""})
        assert MatterVersion.objects.get(pk=draft.pk).questions == TREE

    def test_a_difference_can_be_read(self, published, keeper):
        services.draft_version(published.matter_id, by=keeper)
        new = published.matter.versions.get(number=2)
        services.change_draft(new.pk, by=keeper, elements={"questions": TREE})
        new = MatterVersion.objects.whole().get(pk=new.pk)
        change = next(c for c in differences.between(published, new).elements if "谁来办" in c.after)
        told = (
            "免交材料m01",
            "启动环节s02",
            "承诺5个工作日",
            "法定15个自然日",
            "条件：在岗",
            "不在这里办：不用办。请备案",
            "只在who",
        )
        for words in told:
            assert words in change.after, words


def question(key: str, *options: dict[str, Any], **more: Any) -> dict[str, Any]:
    rows = [
        {"value": f"o{n}", "label": f"选项{n}", "effect": "", "adds": [], **o}
        for n, o in enumerate(options, 1)
    ]
    return {"key": key, "ask": key, "options": rows, **more}


class TestTheRules:
    def rules(self, draft: MatterVersion, *questions: dict[str, Any]) -> list[str]:
        draft.questions = list(questions)
        whole = checks.Whole(
            draft, list(draft.materials.all()), list(draft.steps.all()), draft.matter.jurisdiction
        )
        found = [each for each in checks.findings(whole) if checks.guidance.is_about_guidance(each)]
        return [each.rule for each in found if each.blocks]

    def test_a_sound_tree_passes(self, draft):
        limit = {"value": 4, "unit": "working_day"}
        tree = question("a", {"opens": ["s02"]}, {"promised": limit})
        assert self.rules(draft, tree, question("b", {"adds": ["m02"]}, {}, when={"a": ["o1"]})) == []

    @pytest.mark.parametrize(
        ("questions", "says"),
        [
            ([question("a", {}, {}), question("a", {}, {})], "不重复"),
            ([question("a", {})], "至少要有两个选项"),
            ([question("a", {"value": "x"}, {"value": "x"})], "不得为空或者重复"),
            ([question("a", {}, {}, when={"b": ["o1"]}), question("b", {}, {})], "排在前面"),
            ([question("a", {}, {}, when={"a": ["o1"]})], "排在前面"),
            ([question("a", {}, {}), question("b", {}, {}, when={"a": ["zz"]})], "没有的选项"),
            ([question("a", {"adds": ["m99"]}, {})], "m99"),
            ([question("a", {"adds": ["m02"], "drops": ["m02"]}, {})], "又要又免"),
            ([question("a", {"opens": ["s99"]}, {})], "s99"),
            ([question("a", {"opens": ["s03"]}, {"opens": ["s03"]})], "始终启动"),
            ([question("a", {"stop": {"reason": "", "see": "x"}}, {})], "理由"),
            ([question("a", {"opens": ["s02"]}, {})], "须等于这种情形的承诺时限"),
            ([question("a", {"promised": {"value": 3, "unit": "working_day"}}, {})], "须等于"),
            ([question("a", {"statutory": {"value": 2, "unit": "working_day"}}, {})], "长于法定时限"),
            ([question("a", {"promised": {"value": -3, "unit": "working_day"}}, {})], "时限不正确"),
        ],
    )
    def test_each_rule_is_held(self, draft, questions, says):
        assert any(says in rule for rule in self.rules(draft, *questions)), self.rules(draft, *questions)

    def test_a_question_that_is_never_asked(self, draft):
        dead = question("c", {}, {}, when={"a": ["o1"], "b": ["o1"]})
        tree = [question("a", {"stop": {"reason": "停", "see": ""}}, {}), question("b", {}, {}), dead]
        assert any("没有一种选法" in rule for rule in self.rules(draft, *tree))

    def test_a_broken_tree_is_not_handed_over(self, draft, keeper):
        broken = [question("a", {"adds": ["m99"]}, {})]
        services.change_draft(draft.pk, by=keeper, elements={"questions": broken})
        with pytest.raises(Incomplete):
            services.submit(draft.pk, by=keeper)


class TestRegimes:
    """程序规则 as data, editable and versioned; what is pinned stays."""

    def test_a_new_version_is_taken_by_drafts_from_its_day(self, place, published, keeper):
        with now.at(now.now()):
            day = today() + dt.timedelta(days=3)
            made = services.revise_regime(
                "licensing", {"acceptance_days": 3}, place=place, valid_from=day, reason="本省新规", by=keeper
            )
        assert (made.number, made.family, made.acceptance_days, made.extension_days) == (
            2,
            "licensing",
            3,
            10,
        )
        assert Regime.objects.current(place).get(family="licensing").number == 1
        assert Regime.objects.current(place, day).get(family="licensing") == made
        with now.at(now.now() + dt.timedelta(days=4)):
            draft = services.draft_version(published.matter_id, by=keeper)
        assert draft.regime == made
        assert MatterVersion.objects.get(pk=published.pk).regime_id == "licensing"
        assert Event.objects.filter(what="regime_revised").exists()

    def test_it_holds_in_its_own_place_only(self, place, keeper):
        services.revise_regime(
            "tax", {"delivery_days": 5}, place=place, valid_from=today(), reason="示范", by=keeper
        )
        assert Regime.objects.current(place).get(family="tax").delivery_days == 5
        assert Regime.objects.current(place.pk + 1).get(family="tax").delivery_days == 10

    def test_a_case_keeps_the_law_under_which_it_came(self, place, published, keeper):
        services.revise_regime(
            "licensing", {"acceptance_days": 2}, place=place, valid_from=today(), reason="示范", by=keeper
        )
        assert MatterVersion.objects.get(pk=published.pk).regime.acceptance_days == 5

    def test_what_is_refused(self, place, keeper, published):
        def revise(by=keeper, reason="示范", day=None, **values):
            return services.revise_regime(
                "licensing", values, place=place, valid_from=day or today(), reason=reason, by=by
            )

        with pytest.raises(NotAllowed):
            revise(by=officer(place, "supervisor9", "supervisor"))
        with pytest.raises(Incomplete, match="理由"):
            revise(reason=" ")
        with pytest.raises(Invalid, match="今天"):
            revise(day=today() - dt.timedelta(days=1))
        with pytest.raises(Invalid, match="中止事由"):
            revise(pause_grounds=["weather"])
        revise(acceptance_days=4)
        with pytest.raises(Invalid, match="晚于上一版"):
            revise(acceptance_days=3)

    def test_a_version_of_the_law_is_never_changed(self, place):
        with pytest.raises(DatabaseError), transaction.atomic():
            Regime.objects.filter(pk="licensing").update(acceptance_days=9)

    def test_keepers_see_and_revise_them(self, client, place, keeper):
        client.force_login(User.objects.get(pk=keeper.user_id))
        page = client.get(reverse("matters:regimes")).content.decode()
        assert "行政许可程序" in page and "起新版本" in page
        url = reverse("matters:revise_regime", args=["licensing"])
        data = {
            "name": "行政许可程序",
            "basis": "示范条例",
            "acceptance_days": "4",
            "deemed_accepted": "on",
            "pause_grounds": ["hearing"],
            "extension_days": "10",
            "delivery_days": "8",
            "refusal_rights": "",
            "valid_from": today().isoformat(),
            "change_reason": "",
        }
        assert client.post(url, data).status_code == 422
        assert client.post(url, data | {"change_reason": "示范"}).status_code == 302
        assert Regime.objects.current(place).get(family="licensing").acceptance_days == 4
