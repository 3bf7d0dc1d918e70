"""Each rule of completeness (DOMAIN §4): broken, it is found; the finding names element and remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from hall import now as clock
from hall.actors import SYSTEM
from hall.calendars.workdays import SHANGHAI, DayTable
from hall.clocks.limits import Limit, Unit
from matters import services
from matters.checks import RULES, Whole, comparing, findings
from matters.choices import ExclusionGround, MatterType, ResultKind
from matters.models import Material, Step

from .conftest import form_field

FEE = {"item": "工本费", "standard": "每证10元", "basis": "某文件"}


@pytest.fixture
def whole(draft, place):
    return Whole(
        version=draft,
        materials=list(draft.materials.all()),
        steps=list(draft.steps.select_related("department")),
        place=place,
    )


def broken(whole):
    """Codes of the rules that block publishing."""
    return {finding.code for finding in findings(whole) if finding.blocks}


def advised(whole):
    return {finding.code for finding in findings(whole) if not finding.blocks}


def write(whole, **elements):
    for name, value in elements.items():
        setattr(whole.version, name, value)


def test_a_complete_draft_has_no_findings(draft):
    assert services.check(draft) == []


def test_every_finding_names_the_element_the_rule_and_the_remedy(whole):
    write(whole, legal_basis=[], applicants=[], result_name="", visit_reason="", fee={"item": "工本费"})
    whole.steps[2].decides = False
    found = findings(whole)
    assert len(found) >= 6
    for finding in found:
        assert finding.element
        assert finding.rule
        assert finding.remedy
        assert finding.code in RULES
        assert str(RULES[finding.code].title)


def test_what_blocks_is_said_first(whole):
    write(whole, rights_and_duties=[], conditions=[])
    assert [finding.blocks for finding in findings(whole)] == [True, False]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        # what it is
        ({"legal_basis": []}, "basis_is_stated"),
        ({"legal_basis": [{"law": "", "article": "第一条"}]}, "basis_is_stated"),
        ({"conditions": []}, "conditions_are_public"),
        ({"applicants": []}, "somebody_may_apply"),
        ({"power_source": "entrusted_above"}, "entrusted_power_names_who_entrusts"),
        ({"entrusted_by": "省市场监督管理局"}, "entrusted_power_names_who_entrusts"),
        ({"organ_nature": "entrusted"}, "entrusted_power_names_who_entrusts"),
        ({"phone": "12345", "complaint_phone": "12345"}, "two_different_telephones"),
        ({"phone": "0377-123 4567", "complaint_phone": "03771234567"}, "two_different_telephones"),
        ({"faq": []}, "licence_answers_questions"),
        # how long
        ({"case_type": "instant"}, "on_the_spot_means_zero"),
        ({"promised_value": 0}, "on_the_spot_means_zero"),
        ({"statutory_value": 4}, "promise_within_the_law"),
        ({"promised_value": 9}, "steps_add_up_to_the_promise"),
        (
            {"special_procedures": [{"kind": "hearing", "stops_clock": True, "basis": "", "when": "听证"}]},
            "stopped_clock_has_its_ground",
        ),
        # what it costs and gives
        ({"fee": {"item": "工本费", "standard": "", "basis": ""}}, "fee_with_its_basis"),
        ({"fee": {"item": "", "standard": "10元", "basis": "文"}}, "fee_with_its_basis"),
        (
            {"fee": {"item": "费", "standard": "10元", "basis": "文", "reduction": "减半"}},
            "fee_with_its_basis",
        ),
        ({"fee": FEE}, "fee_says_how_to_pay"),
        ({"payment_ways": ["online"]}, "fee_says_how_to_pay"),
        ({"result_name": ""}, "result_with_its_name"),
        ({"certificate_template": ""}, "result_with_its_template"),
        ({"result_sample": []}, "result_with_its_sample"),
        ({"delivery_modes": []}, "result_reaches_the_applicant"),
        # how it is done
        ({"online_depth": 4}, "fully_online_means_no_visit"),
        ({"visit_reason": ""}, "visit_has_its_reason"),
        ({"visits": 0, "online_depth": 2, "channels": ["window"]}, "no_visit_offline_means_by_post"),
        ({"visits": 0, "delivery_modes": ["window"]}, "no_visit_means_result_is_sent"),
        ({"channels": ["window"]}, "channels_agree_with_depth"),
        ({"online_depth": 2}, "channels_agree_with_depth"),
        ({"in_centre": False, "one_window": False}, "outside_the_centre_has_its_reason"),
        ({"in_centre": False, "outside_reason": "涉密"}, "outside_the_centre_has_its_reason"),
        ({"intermediaries": [{"name": "检测报告编制", "basis": ""}]}, "intermediaries_have_a_basis"),
        (
            {"commitment_allowed": True, "exclusions": ["public_safety"]},
            "commitment_outside_excluded_kinds",
        ),
        # how long it lasts, and for how many
        ({"result_validity": ""}, "renewal_fits_the_validity"),
        ({"renewal": {"apply_days_before": 30, "basis": ""}}, "renewal_fits_the_validity"),
        ({"exclusions": ["life"]}, "renewal_fits_the_validity"),
        ({"quantity_limit": "5户", "commitment_allowed": True}, "limited_number_is_given_out_in_order"),
        # what must be brought
        ({"deferral_allowed": False}, "deferral_agrees_with_materials"),
        # what is asked
        ({"form_fields": [form_field("Bad key", "x", "text")]}, "form_can_be_drawn"),
    ],
)
def test_an_element_that_breaks_a_rule_blocks(whole, changes, rule):
    write(whole, **changes)
    assert rule in broken(whole)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"rights_and_duties": []}, "rights_are_told"),
        ({"review_organ": None}, "remedies_name_their_organs"),
        ({"court": {"name": ""}}, "remedies_name_their_organs"),
        ({"statutory_basis": ""}, "statutory_limit_has_its_basis"),
        ({"statutory_value": None, "statutory_unit": ""}, "licence_states_its_legal_limit"),
        ({"channels": []}, "channels_agree_with_depth"),
        ({"appointment_daily": 20}, "appointments_have_their_rule"),
        ({"appointment_rule": "提前一天"}, "appointments_have_their_rule"),
        ({"intermediaries": [{"name": "评价报告", "basis": "某法"}]}, "intermediaries_have_a_basis"),
        ({"renewal": None}, "renewal_fits_the_validity"),
        ({"result_fields": ["名称", "地址"]}, "result_with_its_sample"),
        ({"joint_organs": []}, "joint_organs_are_in_the_route"),
        ({"joint_organs": [{"name": "火星局"}]}, "joint_organs_are_in_the_route"),
    ],
)
def test_what_could_be_better_is_advised_and_does_not_block(whole, changes, rule):
    write(whole, **changes)
    assert rule in advised(whole)
    assert rule not in broken(whole)


class TestTime:
    """承诺 ≤ 法定, also across units, on the real calendar."""

    AT = dt.datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)

    @pytest.mark.parametrize(
        ("promised", "statutory", "verdict"),
        [
            ((5, "working_day"), (5, "working_day"), None),
            ((6, "working_day"), (5, "working_day"), "blocks"),
            ((5, "working_day"), (6, "calendar_day"), "blocks"),  # a week holds five of them
            ((20, "working_day"), (20, "calendar_day"), "blocks"),
            ((20, "working_day"), (30, "calendar_day"), "advises"),  # not across the Spring Festival
            ((5, "working_day"), (30, "calendar_day"), None),
            ((15, "calendar_day"), (20, "working_day"), None),
            ((1, "month"), (30, "calendar_day"), "advises"),  # 31 days in some months
            ((1, "month"), (60, "calendar_day"), None),
            ((40, "working_day"), (3, "month"), None),
        ],
    )
    def test_units_are_compared_by_the_days_on_which_they_end(self, whole, promised, statutory, verdict):
        write(whole, promised_value=promised[0], promised_unit=promised[1])
        write(whole, statutory_value=statutory[0], statutory_unit=statutory[1])
        with clock.at(self.AT):
            found = [f for f in findings(whole) if f.code == "promise_within_the_law"]
        assert [("blocks" if f.blocks else "advises") for f in found] == ([verdict] if verdict else [])

    def test_the_worst_day_is_named(self):
        year = comparing.year_of_starts(DayTable(), 2027)
        over = year.overrun(Limit(20, Unit.WORKING_DAY), Limit(30, Unit.CALENDAR_DAY))
        assert over is not None
        assert not over.usual
        assert over.ends > over.allowed > over.starts
        assert year.overrun(Limit(5, Unit.WORKING_DAY), Limit(30, Unit.CALENDAR_DAY)) is None

    def test_parallel_steps_count_once_and_hours_count_as_parts_of_a_day(self, whole, organ):
        whole.steps[2].limit_value = 1
        whole.steps.insert(
            2,
            Step(
                version=whole.version,
                stage=2,
                department=organ,
                kind="review",
                limit_value=480,
                limit_unit="working_minute",
            ),
        )
        whole.steps[3].stage = 3
        assert not broken(whole)

    def test_steps_in_calendar_days_add_up_to_a_promise_in_calendar_days(self, whole):
        write(whole, promised_value=10, promised_unit="calendar_day")
        for step, days in zip(whole.steps, (4, 6, 4), strict=True):
            step.limit_value, step.limit_unit = days, "calendar_day"
        assert not broken(whole)
        whole.steps[2].limit_value = 5
        assert broken(whole) == {"steps_add_up_to_the_promise"}

    def test_an_instant_matter_fits_into_one_office_day(self, whole):
        write(whole, case_type="instant", promised_value=0)
        for step in whole.steps:
            step.limit_unit, step.limit_value = "working_minute", 200
        assert not broken(whole)
        whole.steps[0].limit_value = 400
        assert broken(whole) == {"steps_add_up_to_the_promise"}


class TestMaterials:
    @pytest.mark.parametrize(
        "name",
        ["其他材料", "其他有关材料", "法律法规规定的其他材料", "需要提交的其他文件", "相关证明材料"],
    )
    def test_a_drawer_for_anything_is_no_material(self, whole, name):
        whole.materials.append(Material(code="m09", order=9, name=name, basis="x"))
        assert "no_drawer_for_anything" in broken(whole)

    @pytest.mark.parametrize("name", ["其他出资人身份证件", "从业人员名册", "证明材料共享目录"])
    def test_a_definite_name_may_contain_such_words(self, whole, name):
        whole.materials.append(Material(code="m09", order=9, name=name, basis="x"))
        assert "no_drawer_for_anything" not in broken(whole)

    def test_every_material_has_a_legal_basis(self, whole):
        whole.materials[0].basis = ""
        (found,) = findings(whole)
        assert (found.element, found.code) == ("材料：食品经营许可申请书", "every_material_has_a_basis")
        assert found.blocks

    def test_what_the_government_obtains_itself_needs_none(self, whole):
        assert whole.materials[2].basis == ""
        assert not findings(whole)

    def test_every_material_that_is_not_ones_own_says_who_issues_it(self, whole):
        whole.materials[1].source = "20"
        assert broken(whole) == {"every_material_has_a_source"}
        whole.materials[1].issuer = "市场监督管理局"
        assert not broken(whole)

    def test_a_report_by_an_intermediary_belongs_to_an_intermediary_service(self, whole):
        whole.materials[1].source, whole.materials[1].issuer = "30", "检测机构"
        assert advised(whole) == {"intermediaries_have_a_basis"}

    def test_the_same_material_twice_is_found(self, whole):
        whole.materials.append(whole.materials[0])
        assert broken(whole) == {"no_material_twice"}

    def test_numbers_agree_with_original_and_copy(self, whole):
        whole.materials[0].form = "copy"
        assert advised(whole) == {"numbers_agree_with_the_form"}

    def test_deferral_needs_a_main_document_that_is_there(self, whole):
        whole.materials[0].is_main = False
        assert "deferral_agrees_with_materials" in broken(whole)


class TestRoute:
    def test_nobody_decides(self, whole):
        whole.steps[2].decides = False
        assert "route_covers_the_deciding_organ" in broken(whole)

    def test_two_decide(self, whole):
        whole.steps[0].decides = True
        assert "route_covers_the_deciding_organ" in broken(whole)

    def test_the_deciding_organ_decides(self, whole, health):
        whole.steps[2].department = health
        assert "route_covers_the_deciding_organ" in broken(whole)

    def test_the_decision_comes_last(self, whole):
        whole.steps[2].stage = 1
        assert "route_covers_the_deciding_organ" in broken(whole)

    def test_stages_have_no_gap(self, whole):
        whole.steps[2].stage = 4
        assert "stages_follow_one_another" in broken(whole)

    def test_a_promised_case_is_examined_before_it_is_decided(self, whole):
        write(whole, promised_value=2, joint_organs=[])
        del whole.steps[:2]
        whole.steps[0].stage = 1
        assert advised(whole) == {"promised_case_is_examined_first"}


class TestSilence:
    """缺席、超时默认 (S0 §18): only with a basis, never for a decision, never for excluded kinds."""

    def test_it_needs_a_basis(self, whole):
        whole.steps[1].silent_basis = ""
        assert broken(whole) == {"silence_only_where_allowed"}

    def test_a_decision_is_never_silent(self, whole):
        whole.steps[2].silent_consent, whole.steps[2].silent_basis = True, "示范规定"
        assert broken(whole) == {"silence_only_where_allowed"}

    def test_it_needs_a_place_that_practises_it(self, whole, place):
        place.settings = {"silent_consent": False}
        assert broken(whole) == {"silence_only_where_allowed"}

    @pytest.mark.parametrize("ground", ExclusionGround.values)
    def test_excluded_kinds_know_no_silence(self, whole, ground):
        write(whole, renewal=None, result_validity="长期", exclusions=[ground])
        assert broken(whole) == {"silence_only_where_allowed"}
        whole.steps[1].silent_consent = False
        assert not broken(whole)

    def test_a_name_that_sounds_excluded_asks_the_keeper_to_decide(self, whole):
        whole.version.matter.name = "危险化学品经营许可证核发"
        assert advised(whole) == {"excluded_kinds_are_named"}


class TestTheme:
    def test_persons_for_a_theme_of_persons(self, whole):
        whole.version.matter.theme = "婚姻登记"
        assert broken(whole) == {"applicants_fit_the_theme"}
        write(whole, applicants=["person"])
        assert not broken(whole)

    def test_organisations_for_a_theme_of_organisations(self, whole):
        whole.version.matter.theme = "招标拍卖"
        write(whole, applicants=["person"])
        assert broken(whole) == {"applicants_fit_the_theme"}


class TestKinds:
    def test_only_a_licence_renews_itself_by_silence(self, whole):
        whole.version.matter.kind = MatterType.CONFIRMATION
        assert broken(whole) == {"renewal_fits_the_validity"}

    def test_a_limited_number_is_not_given_out_on_the_spot(self, whole):
        write(whole, case_type="instant", promised_value=0, quantity_limit="全县5户")
        for step in whole.steps:
            step.limit_unit, step.limit_value = "working_minute", 60
        assert broken(whole) == {"limited_number_is_given_out_in_order"}

    def test_a_matter_without_a_result_needs_neither_name_nor_sample_nor_delivery(self, whole):
        write(whole, result_kind=ResultKind.NONE, result_name="", result_sample=[], delivery_modes=[])
        write(whole, certificate_template="")
        assert not broken(whole)


def test_what_profiles_publish_is_healthy(some_matters):
    for matter in some_matters:
        assert services.check(matter.versions.get()) == []


def test_a_profile_of_every_kind_is_healthy(place, organ):
    for kind in MatterType.values:
        matter = services.create_matter(
            place,
            name=f"示例{kind}",
            kind=kind,
            domain="business",
            level="county",
            department=organ,
            implementation_code=f"KIND-{kind}",
            by=SYSTEM,
        )
        version = services.publish_profile(matter, by=SYSTEM)
        assert [str(f) for f in services.check(version)] == []
