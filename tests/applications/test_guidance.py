"""Answers about the situation (情形引导) in a case: the same at the desk, from home and by API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications import services
from applications.choices import MaterialVerdict, State
from applications.forms import SituationForm
from hall.actors import SYSTEM
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, WrongState
from hall.now import now
from matters import guides, situations
from tests import guided, traits
from tests.applications.test_desk_pages import PERSON, login


@pytest.fixture
def version(bureau, fire):
    return guided.make_guided(bureau, fire)


def taken_in(version, clerk, **answers):
    return traits.take_in(version, clerk, answers=answers)


def looked_at_by_nobody(version, clerk, **answers):
    """Received, and no material judged yet."""
    return traits.take_in(version, clerk, answers=answers, materials=())


def needed_of(case):
    rows = case.materials.exclude(verdict=MaterialVerdict.NOT_NEEDED)
    return set(rows.values_list("material__code", flat=True))


class TestOneEvaluator:
    @pytest.mark.parametrize(
        "answers",
        [{}, *situations.combinations(guided.QUESTIONS), {"level": "key"}],
        ids=lambda answers: "-".join(answers.values()) or "nothing",
    )
    def test_guide_desk_portal_and_api_say_the_same(self, client, version, clerk, citizen, answers):
        at_desk = looked_at_by_nobody(version, clerk, **answers)
        from_home = services.apply_online(version=version, by=traits.acting(citizen))
        services.save_draft(from_home.pk, answers=answers, by=traits.acting(citizen))
        told = client.get(
            reverse("matters:api_outcome", args=[version.matter.short_code]),
            {f"q_{key}": value for key, value in answers.items()},
        ).json()
        guide = guides.guide(version, answers)
        assert needed_of(at_desk) == needed_of(from_home) == set(told["materials"])
        assert {m.code for m in guide.bring} == set(told["materials"])
        form = SituationForm(version, initial={f"q_{key}": value for key, value in answers.items()})
        assert form.keys == [q["key"] for q in told["questions"]]
        assert guide.outcome == at_desk.guidance == traits.fresh(from_home).guidance == form.guidance
        assert told["promised"] == at_desk.guidance.promised.as_data()
        assert bool(told["stop"]) == bool(at_desk.guidance.stop)
        assert set(told["unanswered"]) == {q["key"] for q in at_desk.guidance.unanswered}

    def test_an_answer_to_a_question_that_is_no_longer_asked_is_dropped(self, version, clerk):
        case = looked_at_by_nobody(version, clerk, level="key", fire="yes")
        services.keep_at_desk(case.pk, answers={"level": "simple", "fire": "yes"}, by=clerk)
        assert traits.fresh(case).answers == {"level": "simple"}
        assert needed_of(case) == {"m01"}


class TestAcceptance:
    def test_a_question_without_an_answer_is_named_and_nothing_happens(self, version, clerk):
        case = taken_in(version, clerk, level="key")
        with pytest.raises(Incomplete, match="是否动用明火") as refused:
            services.accept(case.pk, by=clerk)
        assert list(refused.value.fields) == ["fire"]
        assert traits.fresh(case).state == State.RECEIVED

    def test_what_leads_elsewhere_is_not_accepted(self, version, clerk):
        case = taken_in(version, clerk, level="none")
        with pytest.raises(WrongState, match="依法不需要取得许可"):
            services.accept(case.pk, by=clerk)

    def test_nor_sent_in_from_home(self, version, citizen):
        by = traits.acting(citizen)
        case = services.apply_online(version=version, by=by)
        services.save_draft(
            case.pk, data=traits.FORM_DATA, answers={"level": "none"}, phone=traits.PHONE, by=by
        )
        with pytest.raises(Invalid, match="依法不需要取得许可"):
            services.submit(case.pk, by=by)
        services.save_draft(case.pk, answers={"level": "key"}, by=by)
        with pytest.raises(Incomplete, match="是否动用明火"):
            services.submit(case.pk, by=by)

    @pytest.mark.parametrize(
        ("answers", "promised", "statutory"),
        [
            ({"level": "key", "fire": "no"}, Limit(10), Limit(30, Unit.CALENDAR_DAY)),
            ({"level": "simple"}, Limit(5), Limit(20, Unit.CALENDAR_DAY)),
        ],
    )
    def test_the_clocks_take_the_limits_of_the_situation(self, version, clerk, answers, promised, statutory):
        case = services.accept(taken_in(version, clerk, **answers).pk, by=clerk)
        assert running(case, Kind.PROMISED).limit == promised
        assert running(case, Kind.STATUTORY).limit == statutory
        assert running(case, Kind.STATUTORY).basis == "示范条例第十二条"

    def test_the_consequences_are_frozen_with_the_case(self, version, clerk):
        case = services.accept(taken_in(version, clerk, level="simple").pk, by=clerk)
        assert traits.fresh(case).situation == {
            "promised": {"value": 5, "unit": "working_day"},
            "statutory": {"value": 20, "unit": "calendar_day"},
            "statutory_basis": "示范条例第十二条",
            "closed_steps": ["fire", "survey"],
        }

    def test_accepted_by_the_law_with_nothing_said_every_department_is_asked(self, version, clerk):
        case = taken_in(version, clerk)
        case = services.deem_accepted(case.pk, since=now(), by=SYSTEM)
        assert case.consequences.closed_steps == frozenset()

    def test_the_api_takes_answers_with_the_verdict(self, client, version, clerk):
        case = taken_in(version, clerk)
        url = reverse("applications:api-case-accept", args=[case.pk])
        login(client, clerk)
        refused = client.post(url, {"answers": {"level": "key"}}, content_type="application/json")
        assert (refused.status_code, traits.fresh(case).answers) == (422, {})
        wrong = client.post(url, {"answers": {"level": "alien"}}, content_type="application/json")
        assert wrong.status_code == 422
        sent = {"answers": {"level": "simple"}}
        assert client.post(url, sent, content_type="application/json").json()["state"] == State.ACCEPTED


class TestAtTheDesk:
    @pytest.fixture
    def case(self, version, clerk, centre, intake_window):
        return services.open_at_desk(version=version, hall=centre, window=intake_window, by=clerk)

    def keep(self, client, case, **typed):
        url = reverse("applications:desk_keep", args=[case.pk])
        return client.post(url, {**PERSON, **traits.FORM_DATA, **typed}).content.decode()

    def test_grid_and_questions_change_with_the_answers(self, client, clerk, case):
        login(client, clerk)
        page = self.keep(client, case, **{"s-q_level": "key"})
        assert 'id="situation" hx-swap-oob' in page
        assert "是否动用明火" in page
        assert 'id="grid"' in page and "公开情况说明" in page
        assert "已公开不少于五个工作日" in page
        page = self.keep(client, case, **{"s-q_level": "key", "s-q_fire": "yes"})
        assert 'id="situation" hx-swap-oob' not in page  # the same questions: the screen keeps its own
        assert 'id="grid"' in page
        page = self.keep(client, case, **{"s-q_level": "key", "s-q_fire": "yes", "v-m01": "ok"})
        assert 'id="grid"' not in page

    def test_the_dates_follow_the_answers(self, client, clerk, case):
        login(client, clerk)
        assert "10个工作日" in self.keep(client, case, **{"s-q_level": "key", "s-q_fire": "no"})
        page = self.keep(client, case, **{"s-q_level": "simple"})
        assert "10个工作日" not in page and "5个工作日" in page and "20个自然日" in page

    def test_a_stop_advises_refusal_with_the_reason(self, client, clerk, case):
        login(client, clerk)
        page = self.keep(client, case, **{"s-q_level": "none"})
        assert "建议：不予受理" in page and "请填报登记表" in page
        refuse = client.get(reverse("applications:desk_refuse", args=[case.pk])).content.decode()
        assert "依法不需要取得许可" in refuse

    def test_what_was_typed_in_the_grid_is_not_lost_when_it_is_drawn_anew(self, client, clerk, case):
        login(client, clerk)
        page = self.keep(client, case, **{"s-q_level": "key", "v-m01": "faulty", "p-m01": "没有签字"})
        assert "没有签字" in page

    def test_an_unanswered_question_keeps_everything_and_says_which(self, client, clerk, case):
        login(client, clerk)
        url = reverse("applications:desk_act", args=[case.pk])
        typed = {**PERSON, **traits.FORM_DATA, "s-q_level": "key", "v-m01": "ok", "desk-action": "accept"}
        answer = client.post(url, typed)
        assert answer.status_code == 422
        assert "请回答：" in answer.content.decode()
        kept = traits.fresh(case)
        assert kept.answers == {"level": "key"}
        assert kept.form_data == traits.FORM_DATA


class TestFromHome:
    def test_each_answer_shows_what_it_leads_to(self, client, version, citizen):
        client.force_login(citizen)
        case = services.apply_online(version=version, by=traits.acting(citizen))
        url = reverse("applications:apply_situation", args=[case.pk])
        page = client.post(url, {"s-q_level": "key"}).content.decode()
        assert "是否动用明火" in page and "公开情况说明" in page and "10个工作日" in page
        assert traits.fresh(case).answers == {"level": "key"}
        page = client.post(url, {"s-q_level": "none"}).content.decode()
        assert "请填报登记表" in page

    def test_the_guide_asks_on(self, client, version):
        url = reverse("matters:guide", args=[version.matter.jurisdiction.slug, version.matter.short_code])
        first = client.get(url).content.decode()
        assert "属于哪一类管理" in first and "是否动用明火" not in first
        then = client.get(url, {"level": "key"}).content.decode()
        assert "是否动用明火" in then and "已公开不少于五个工作日" in then


class TestPrefill:
    ITEMS = [
        {"key": "who", "label": "申请人", "kind": "text", "required": True, "prefill": "applicant_name"},
        {"key": "number", "label": "证件号", "kind": "text", "required": False, "prefill": "applicant_id"},
        {"key": "call", "label": "电话", "kind": "text", "required": False, "prefill": "applicant_phone"},
        {"key": "bank", "label": "开户行", "kind": "text", "required": False, "prefill": "last"},
        {"key": "note", "label": "说明", "kind": "text", "required": False},
    ]

    @pytest.fixture
    def version(self, bureau):
        return traits.make_version(bureau, form_fields=self.ITEMS, questions=[])

    def test_common_fields_are_filled_shown_as_filled_and_open_to_change(self, client, version, citizen):
        client.force_login(citizen)
        case = services.apply_online(version=version, by=traits.acting(citizen))
        url = reverse("applications:apply_form", args=[case.pk])
        page = client.get(url).content.decode()
        assert f'value="{citizen.person.name}"' in page
        assert citizen.person.masked_id in page and citizen.person.id_number not in page
        assert page.count("已知信息带入") == 3
        client.post(url, {"who": "另一个名字", "number": "", "call": "1", "bank": "示例银行"})
        assert traits.fresh(case).form_data["who"] == "另一个名字"
        assert 'value="另一个名字"' in client.get(url).content.decode()

    def test_what_was_answered_the_last_time_is_offered_again(self, client, version, clerk, citizen):
        data = {"who": "示例", "bank": "示例银行示例支行", "note": "上一次的说明"}
        traits.take_in(version, clerk, subject=citizen.person, data=data)
        client.force_login(citizen)
        case = services.apply_online(version=version, by=traits.acting(citizen))
        page = client.get(reverse("applications:apply_form", args=[case.pk])).content.decode()
        assert "示例银行示例支行" in page and "上一次的说明" not in page

    def test_not_what_somebody_else_answered(self, client, version, clerk, citizen):
        traits.take_in(version, clerk, data={"who": "示例", "bank": "别人的银行"})
        client.force_login(citizen)
        case = services.apply_online(version=version, by=traits.acting(citizen))
        page = client.get(reverse("applications:apply_form", args=[case.pk])).content.decode()
        assert "别人的银行" not in page

    def test_while_the_clerk_types_the_applicant(self, client, version, clerk, centre, intake_window):
        case = services.open_at_desk(version=version, hall=centre, window=intake_window, by=clerk)
        login(client, clerk)
        page = client.post(reverse("applications:desk_keep", args=[case.pk]), PERSON).content.decode()
        assert 'data-known="who" value="示例来人"' in page
        assert PERSON["a-id_number"] not in page


def test_what_the_schema_refuses_stands_beside_its_field(client, bureau, clerk):
    code = {"key": "code", "label": "编号", "kind": "text", "required": True}
    code |= {"rules": {"pattern": "^[0-9]{4}$"}, "message": "编号是四位数字"}
    seats = {"key": "seats", "label": "座位", "kind": "number", "required": True}
    items = [code, seats | {"rules": {"minimum": 10, "maximum": 500}}]
    version = traits.make_version(bureau, form_fields=items, questions=[])
    with pytest.raises(Invalid) as refused:
        traits.take_in(version, clerk, data={"code": "12", "seats": "5"})
    assert refused.value.fields == {"code": ["编号是四位数字"], "seats": ["不能小于10"]}
    url = reverse("matters:api_form", args=[version.matter.short_code])
    assert client.get(url).json()["schema"]["properties"]["seats"]["minimum"] == 10
    sent = client.post(url, {"data": {"code": "1234", "seats": 12}}, content_type="application/json")
    assert sent.json() == {"data": {"code": "1234", "seats": "12"}}
    wrong = client.post(url, {"data": {"seats": 900}}, content_type="application/json")
    assert wrong.status_code == 422
    assert set(wrong.json()["fields"]) == {"code", "seats"}
