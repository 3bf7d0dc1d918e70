"""The front desk in HTTP: one form, nothing lost, one case however often it is sent."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import services
from applications.choices import State
from applications.models import Application
from hall.actors import SYSTEM
from hall.people.identity import synthetic_citizen_number, synthetic_uscc
from hall.people.models import Mandate, Person, User
from tests import traits

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def login(client, officer):
    client.force_login(User.objects.get(pk=officer.user_id))
    return client


@pytest.fixture
def at_desk(client, clerk):
    return login(client, clerk)


@pytest.fixture
def draft(promised_version, clerk, centre, intake_window):
    return services.open_at_desk(version=promised_version, hall=centre, window=intake_window, by=clerk)


PERSON = {
    "a-kind": "person",
    "a-id_type": "id_card",
    "a-id_number": synthetic_citizen_number(31_000),
    "a-name": "示例来人",
    "a-phone": "13800000001",
    "s-q_agent": "no",
}
ALL_OK = {"v-m01": "ok", "v-m02": "ok"}


def act(client, case, action, **typed):
    url = reverse("applications:desk_act", args=[case.pk])
    return client.post(url, {**PERSON, **traits.FORM_DATA, **ALL_OK, "desk-action": action, **typed})


class TestHome:
    def test_it_lists_what_lies_on_the_desk(self, at_desk, received_case, submitted_case, correcting_case):
        page = at_desk.get(reverse("applications:desk")).content.decode()
        for case in (received_case, submitted_case, correcting_case):
            assert reverse("applications:desk_case", args=[case.pk]) in page

    def test_no_more_queries_with_more_cases(
        self, at_desk, promised_version, clerk, django_assert_max_num_queries
    ):
        for _i in range(12):
            traits.take_in(promised_version, clerk)
        with django_assert_max_num_queries(24):
            at_desk.get(reverse("applications:desk"))

    def test_only_clerks_come_in(self, client, reviewer):
        assert login(client, reviewer).get(reverse("applications:desk")).status_code == 403


class TestFind:
    def test_matters_by_initials_and_cases_by_number(self, at_desk, received_case):
        found = at_desk.get(reverse("applications:desk_find"), {"q": "cnsx"}).content.decode()
        assert received_case.version.matter.short_code in found
        found = at_desk.get(reverse("applications:desk_find"), {"q": received_case.number}).content.decode()
        assert str(received_case.pk) in found

    @pytest.mark.parametrize("by", ["number", "query_code", "tail", "id"])
    def test_a_case_is_found_by_what_people_bring(self, at_desk, received_case, by):
        words = {
            "number": received_case.number,
            "query_code": received_case.query_code,
            "tail": received_case.number[-12:],
            "id": received_case.person.id_number,
        }
        response = at_desk.get(reverse("applications:desk_look_up"), {"q": words[by]})
        assert response.url == reverse("applications:desk_case", args=[received_case.pk])

    def test_another_hall_finds_nothing(self, client, a_place, received_case):
        from hall.organisation.models import Hall

        town = Hall.objects.create(jurisdiction=a_place, code="town", name="示例镇便民服务中心")
        login(client, traits.make_officer(a_place, "clerk", hall=town))
        page = client.get(reverse("applications:desk_look_up"), {"q": received_case.number})
        assert str(received_case.pk) not in page.content.decode()
        assert client.get(reverse("applications:desk_case", args=[received_case.pk])).status_code == 404


class TestOpen:
    def test_enter_on_the_matter_opens_a_case_once(self, at_desk, promised_version):
        page = at_desk.get(
            reverse("applications:desk_matter", args=[promised_version.matter.short_code])
        ).content.decode()
        assert "idempotency_key" in page
        url = reverse("applications:desk_open", args=[promised_version.pk])
        first = at_desk.post(url, {"idempotency_key": "abc"})
        assert at_desk.post(url, {"idempotency_key": "abc"}).url == first.url
        assert Application.objects.count() == 1


class TestCase:
    def test_the_page_shows_form_grid_checks_and_verdicts(self, at_desk, draft):
        page = at_desk.get(reverse("applications:desk_case", args=[draft.pk])).content.decode()
        for words in (
            "经营场所",
            "申请书",
            "场所证明",
            "受理",
            "一次性告知",
            "如果现在受理",
            "是否委托他人办理",
        ):
            assert words in page

    def test_accepting_a_draft_receives_and_accepts_it(self, at_desk, draft):
        response = act(at_desk, draft, "accept", **{"s-q_agent": "no"})
        assert response.status_code == 302
        case = traits.fresh(draft)
        assert case.state == State.ACCEPTED
        assert case.applicant_name == "示例来人"
        assert case.answers == {"agent": "no"}
        page = at_desk.get(response.url).content.decode()
        assert "已受理" in page
        assert "下一位" in page

    def test_a_gap_leaves_it_as_it_was_and_keeps_what_was_typed(self, at_desk, draft):
        response = act(at_desk, draft, "accept", **{"v-m01": "", "p-m02": "", "area": "66"})
        assert response.status_code == 422
        assert "申请书" in response.content.decode()
        case = traits.fresh(draft)
        assert case.state == State.DRAFT
        assert case.form_data["area"] == "66"

    def test_wrong_numbers_are_named_beside_their_fields(self, at_desk, draft):
        response = act(at_desk, draft, "receive", **{"a-id_number": "511602190001010006", "site": ""})
        page = response.content.decode()
        assert response.status_code == 422
        assert "校验位" in page
        assert 'value="示例来人"' in page
        assert "data-errors" in page
        assert traits.fresh(draft).state == State.DRAFT

    def test_a_known_number_under_another_name_is_refused_beside_the_field(self, at_desk, draft):
        traits.make_person(name="另有其人", id_number=PERSON["a-id_number"])
        response = act(at_desk, draft, "receive")
        assert response.status_code == 422
        assert "已登记在另一姓名" in response.content.decode()

    def test_an_agent_for_an_enterprise_brings_a_mandate(self, at_desk, draft):
        firm = {
            "a-kind": "enterprise",
            "a-enterprise_name": "示例餐饮有限公司",
            "a-uscc": synthetic_uscc(31_000),
            "a-by_agent": "on",
            "a-agent_name": "示例代理",
            "a-agent_id_type": "id_card",
            "a-agent_id_number": synthetic_citizen_number(31_001),
            "s-q_agent": "yes",
            "v-m04": "ok",
        }
        assert act(at_desk, draft, "accept", **firm).status_code == 302
        case = traits.fresh(draft)
        assert case.enterprise.name == "示例餐饮有限公司"
        assert case.mandate == Mandate.objects.get()

    def test_a_saved_applicant_is_not_asked_for_again(self, at_desk, received_case):
        url = reverse("applications:desk_act", args=[received_case.pk])
        response = at_desk.post(
            url, {**traits.FORM_DATA, **ALL_OK, "s-q_agent": "no", "desk-action": "accept"}
        )
        assert response.status_code == 302
        assert traits.fresh(received_case).state == State.ACCEPTED

    def test_sending_the_verdict_twice_says_so_and_does_nothing(self, at_desk, draft):
        act(at_desk, draft, "accept")
        response = act(at_desk, draft, "accept")
        assert response.status_code == 302
        assert Application.objects.count() == 1

    def test_a_colleagues_case_is_shown_but_not_worked_on(self, client, received_case, clerk, other_clerk):
        services.hold(received_case.pk, by=clerk)
        page = login(client, other_clerk).get(reverse("applications:desk_case", args=[received_case.pk]))
        assert "示例甲正在办理" in page.content.decode()
        assert 'value="accept"' not in page.content.decode()
        response = act(client, received_case, "accept")
        assert response.status_code == 422
        assert traits.fresh(received_case).state == State.RECEIVED


class TestKeep:
    def test_what_fits_is_kept_and_the_checks_answer(self, at_desk, draft):
        url = reverse("applications:desk_keep", args=[draft.pk])
        typed = {"site": "某处", "area": "大", "v-m01": "ok", "v-m02": "faulty", "p-m02": "没有盖章"}
        page = at_desk.post(url, typed, headers={"HX-Request": "true"}).content.decode()
        case = traits.fresh(draft)
        assert case.form_data == {"site": "某处"}
        assert case.materials.get(material__code="m02").problem == "没有盖章"
        assert "没有盖章" in page
        assert "verdicts" in page
        assert not Person.objects.filter(name="示例来人").exists()

    def test_known_documents_are_recognised_masked(self, at_desk):
        person = traits.make_person(name="李小敏")
        page = at_desk.post(
            reverse("applications:desk_who"),
            {"asked": "id_number", "a-id_type": "id_card", "a-id_number": person.id_number},
        ).content.decode()
        assert "李*敏" in page
        assert "李小敏" not in page


class TestPages:
    def test_scanned_pages_are_listed_and_private(self, at_desk, client, draft, reviewer):
        url = reverse("applications:desk_scan", args=[draft.pk, "m01"])
        page = at_desk.post(url, {"scan": SimpleUploadedFile("申请书.pdf", PDF)}).content.decode()
        assert "申请书.pdf" in page
        from hall.files.models import StoredFile

        file = StoredFile.objects.get()
        address = reverse("files:file", args=[file.pk])
        assert client.get(address).status_code == 200
        assert login(client, reviewer).get(address).status_code == 403

    def test_a_refused_file_says_why(self, at_desk, draft):
        url = reverse("applications:desk_scan", args=[draft.pk, "m01"])
        page = at_desk.post(url, {"scan": SimpleUploadedFile("x.exe", b"MZ")})
        assert page.status_code == 200
        assert "field-error" in page.content.decode()


class TestVerdictsWithWords:
    def test_deferral_from_a_draft(self, at_desk, deferrable_version, clerk, centre, intake_window):
        case = services.open_at_desk(version=deferrable_version, hall=centre, window=intake_window, by=clerk)
        response = act(at_desk, case, "defer", **{"v-m05": "deferred"})
        assert response.url == reverse("applications:desk_defer", args=[case.pk])
        assert "管理制度目录" in at_desk.get(response.url).content.decode()
        too_long = at_desk.post(response.url, {"days_m05": "9", "agreed": "on"})
        assert too_long.status_code == 422
        assert 'value="9"' in too_long.content.decode()
        unsigned = at_desk.post(response.url, {"days_m05": "3"})
        assert unsigned.status_code == 422
        assert "由申请人在承诺书上签字" in unsigned.content.decode()
        signed = {"days_m05": "3", "agreed": "on", "signed_by": "示例经办人"}
        assert at_desk.post(response.url, signed).status_code == 302
        assert traits.fresh(case).accepted_how == "deferred"
        assert case.deferrals.get().signed_by == "示例经办人"

    def test_notice_lists_everything_before_it_is_given(self, at_desk, draft):
        response = act(at_desk, draft, "notice", **{"v-m02": "faulty", "p-m02": "没有盖章"})
        page = at_desk.get(response.url).content.decode()
        assert "没有盖章" in page
        assert at_desk.post(response.url, {"problem_material_m02": "没有房东盖章"}).status_code == 302
        case = traits.fresh(draft)
        assert case.state == State.CORRECTING
        assert case.correction_notices.get().items[0]["problem"] == "没有房东盖章"
        done = at_desk.post(
            reverse("applications:desk_act", args=[case.pk]), {"v-m02": "ok", "desk-action": "supplement"}
        )
        assert done.status_code == 302
        assert traits.fresh(draft).state == State.RECEIVED

    def test_refusal_keeps_what_was_typed(self, at_desk, received_case):
        url = reverse("applications:desk_refuse", args=[received_case.pk])
        page = at_desk.post(url, {"ground": "not_competent", "reason": "属于市级"})
        assert page.status_code == 422
        assert "属于市级" in page.content.decode()
        assert "有权机关" in page.content.decode()
        at_desk.post(url, {"ground": "not_competent", "reason": "属于市级", "right_organ": "市局"})
        assert traits.fresh(received_case).state == State.NOT_ACCEPTED

    def test_pre_review_receives_or_returns(self, at_desk, submitted_case, citizen, promised_version):
        url = reverse("applications:desk_case", args=[submitted_case.pk])
        assert "退回修改" in at_desk.get(url).content.decode()
        back = at_desk.post(
            reverse("applications:desk_return", args=[submitted_case.pk]), {"reason": "看不清"}
        )
        assert back.status_code == 302
        assert traits.fresh(submitted_case).state == State.RETURNED
        another = traits.submit_online(promised_version, citizen)
        act(at_desk, another, "accept")
        assert traits.fresh(another).state == State.ACCEPTED

    def test_a_promised_document_is_taken_at_the_desk(self, at_desk, deferred_case):
        page = at_desk.get(reverse("applications:desk_case", args=[deferred_case.pk])).content.decode()
        assert "已补交" in page
        at_desk.post(reverse("applications:desk_supply", args=[deferred_case.pk, "m05"]))
        assert deferred_case.deferrals.get().state == "supplied"

    def test_withdrawal_on_paper(self, at_desk, accepted_case):
        at_desk.post(reverse("applications:desk_withdraw", args=[accepted_case.pk]), {"reason": "不办了"})
        assert traits.fresh(accepted_case).state == State.WITHDRAWN


class TestLive:
    def test_an_instant_case_is_followed_until_it_is_ready(self, at_desk, instant_version, clerk):
        case = traits.take_in(instant_version, clerk)
        services.accept(case.pk, by=clerk)
        url = reverse("applications:desk_status", args=[case.pk])
        assert "every 1s" in at_desk.get(url).content.decode()
        services.mark_reviewing(case.pk)
        services.record_decision(case.pk, "granted", by=SYSTEM)
        services.mark_ready(case.pk)
        assert "every 1s" not in at_desk.get(url).content.decode()


class TestSharedPage:
    """The case page of all desks."""

    def test_supervisors_and_clerks_open_it_strangers_do_not(
        self, client, accepted_case, clerk, supervisor, reviewer
    ):
        url = reverse("applications:case", args=[accepted_case.pk])
        for officer in (clerk, supervisor):
            page = login(client, officer).get(url)
            assert page.status_code == 200
            assert "承诺办结时限" in page.content.decode()
        assert login(client, reviewer).get(url).status_code == 404

    def test_personal_data_is_masked_there(self, client, accepted_case, supervisor):
        url = reverse("applications:case", args=[accepted_case.pk])
        page = login(client, supervisor).get(url).content.decode()
        assert accepted_case.person.id_number not in page
        assert accepted_case.contact_phone not in page

    def test_the_supervisor_gives_a_second_notice(self, client, correcting_case, clerk, supervisor):
        services.supplement(correcting_case.pk, materials=[services.MaterialEntry("m02")], by=clerk)
        services.record_material(correcting_case.pk, "m01", verdict="faulty", problem="未签字", by=clerk)
        login(client, supervisor)
        page = client.get(reverse("applications:case", args=[correcting_case.pk])).content.decode()
        url = reverse("applications:second_notice", args=[correcting_case.pk])
        assert url in page
        client.post(url, {"reason": "首次告知时漏看签字"})
        assert correcting_case.correction_notices.count() == 2

    def test_the_supervisor_ends_a_case(self, client, accepted_case, supervisor):
        login(client, supervisor)
        told = {"reason": "申请人消亡", "ground": "applicant_gone"}
        client.post(reverse("applications:terminate", args=[accepted_case.pk]), told)
        assert traits.fresh(accepted_case).termination_ground == "applicant_gone"
        assert traits.fresh(accepted_case).state == State.TERMINATED
