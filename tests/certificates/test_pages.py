"""The issue window, printing, verification and seals, as people meet them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse

from applications.choices import State
from certificates import services
from certificates.choices import PaperKind, SealState
from certificates.models import Certificate, Paper, Seal
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Hall
from hall.people.models import User
from hall.trail.models import Event
from tests import traits


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def as_officer(client):
    def log_in(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return log_in


def printed(case, kind="receipt", **query):
    return reverse("certificates:print", args=[case.pk, kind], query=query)


class TestPrint:
    def test_the_desk_prints_its_papers(self, as_officer, clerk, accepted_case, seals):
        browser = as_officer(clerk)
        for kind in ("receipt", "acceptance"):
            answer = browser.get(printed(accepted_case, kind))
            assert answer.status_code == 200, kind
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF-")
            assert "inline" in answer["Content-Disposition"]
        paper = accepted_case.papers.get(kind=PaperKind.ACCEPTANCE)
        assert paper.context["promised"]["limit"] == "5个工作日"
        assert paper.context["statutory"]["limit"] == "20个工作日"
        assert paper.context["track_url"].endswith(f"/t/{accepted_case.number}/")
        assert paper.context["applicant"]["identity"].count("*") == 8

    def test_every_print_is_an_event_and_no_second_paper(self, as_officer, clerk, accepted_case, seals):
        browser = as_officer(clerk)
        first, second = (browser.get(printed(accepted_case, "acceptance")).content for _n in range(2))
        assert first == second
        assert Paper.objects.filter(kind=PaperKind.ACCEPTANCE).count() == 1
        assert Event.objects.filter(what="certificates.paper_printed").count() == 2

    def test_a_correction_notice_lists_all_that_was_told(self, as_officer, clerk, correcting_case, seals):
        assert as_officer(clerk).get(printed(correcting_case, "correction")).status_code == 200
        context = correcting_case.papers.get().context
        assert [item["material"] for item in context["items"]] == ["场所证明"]
        assert context["due"] is not None

    def test_deferral_papers(self, as_officer, clerk, deferred_case, seals):
        browser = as_officer(clerk)
        for kind in ("deferral_notice", "deferral_pledge"):
            assert browser.get(printed(deferred_case, kind)).status_code == 200
            context = deferred_case.papers.get(kind=kind).context
            assert [item["material"] for item in context["items"]] == ["管理制度目录"]
        assert deferred_case.papers.get(kind="deferral_pledge").seal is None

    def test_a_refusal_to_accept_names_ground_and_right_organ(self, as_officer, clerk, received_case, seals):
        from applications import services as cases

        cases.refuse_acceptance(
            received_case.pk,
            ground="not_competent",
            reason="属于市级权限",
            right_organ="示例市市场监督管理局",
            by=clerk,
        )
        assert as_officer(clerk).get(printed(received_case, "not_accepted")).status_code == 200
        context = received_case.papers.get().context
        assert context["competent_organ"] == "示例市市场监督管理局"
        assert context["reasons"] == ["不属于本机关职权范围", "属于市级权限"]

    def test_withdrawal_and_termination(
        self, as_officer, clerk, received_case, accepted_case, supervisor, seals
    ):
        from applications import services as cases

        cases.withdraw(received_case.pk, "不想办了", by=clerk)
        browser = as_officer(clerk)
        assert browser.get(printed(received_case, "withdrawal")).status_code == 200
        other = traits.take_in(received_case.version, clerk)
        cases.accept(other.pk, by=clerk)
        cases.terminate(other.pk, "申请人死亡", by=supervisor)
        assert browser.get(printed(other, "termination")).status_code == 200

    def test_what_the_case_has_not_is_refused_in_words(self, as_officer, clerk, received_case, seals):
        answer = as_officer(clerk).get(printed(received_case, "acceptance"))
        assert answer.status_code == 409
        assert "没有这份文书" in answer.content.decode()
        assert as_officer(clerk).get(printed(received_case, "nothing")).status_code == 409

    def test_without_any_seal_the_receipt_still_prints_and_a_notice_does_not(
        self, as_officer, clerk, accepted_case
    ):
        browser = as_officer(clerk)
        assert browser.get(printed(accepted_case, "receipt")).status_code == 200
        answer = browser.get(printed(accepted_case, "acceptance"))
        assert answer.status_code == 409
        assert "印章" in answer.content.decode()

    def test_a_stranger_sees_nothing(self, client, as_officer, accepted_case, seals):
        other = traits.make_place("another")
        hall = Hall.objects.create(jurisdiction=other, code="x", name="x")
        for role in (Role.CLERK, Role.ISSUER):
            stranger = traits.make_officer(other, role, hall=hall)
            assert as_officer(stranger).get(printed(accepted_case)).status_code == 404
        client.force_login(traits.make_citizen())
        assert client.get(printed(accepted_case)).status_code == 404
        client.logout()
        assert client.get(printed(accepted_case)).status_code == 302

    def test_applicants_print_their_own_and_nothing_internal(self, client, ready_case):
        client.force_login(traits.make_citizen(ready_case.person))
        for kind in ("receipt", "grant", "certificate"):
            assert client.get(printed(ready_case, kind)).status_code == 200
        assert client.get(printed(ready_case, "review_summary")).status_code == 403
        page = client.get(reverse("certificates:my_papers", args=[ready_case.pk])).content.decode()
        assert "示例许可证" in page
        assert "审核情况汇总表" not in page

    def test_the_panel_lists_made_and_possible_papers(self, as_officer, reviewer, ready_case):
        page = as_officer(reviewer).get(reverse("certificates:case_panel", args=[ready_case.pk]))
        text = page.content.decode()
        assert "审核情况汇总表" in text
        assert "收件凭证" in text
        assert "许〔" in text
        assert page.context["certificate"] == Certificate.objects.get(case=ready_case)


class TestIssueWindow:
    def test_one_scan_opens_the_case(self, as_officer, issuer, ready_case):
        browser = as_officer(issuer)
        answer = browser.get(reverse("certificates:issue"), {"q": ready_case.number})
        assert answer.status_code == 302
        assert answer["Location"] == reverse("certificates:issue_case", args=[ready_case.pk])
        page = browser.get(answer["Location"]).content.decode()
        assert "确认送达" in page
        assert "data-signature" in page

    def test_what_lies_ready_is_listed(self, as_officer, issuer, ready_case):
        page = as_officer(issuer).get(reverse("certificates:issue")).content.decode()
        assert ready_case.version.matter.name in page
        assert ready_case.applicant_name not in page  # masked

    def test_nothing_found_says_what_to_do(self, as_officer, issuer, db):
        page = as_officer(issuer).get(reverse("certificates:issue"), {"q": "不存在"}).content.decode()
        assert "没有找到" in page

    def test_hand_over(self, as_officer, issuer, ready_case, signature):
        browser = as_officer(issuer)
        address = reverse("certificates:issue_case", args=[ready_case.pk])
        form = {
            "mode": "window",
            "relation": "self",
            "collector_name": ready_case.applicant_name,
            "collector_id_number": ready_case.person.id_number,
            "signature": signature,
        }
        unsigned = browser.post(address, {**form, "signature": ""})
        assert unsigned.status_code == 422
        assert "签名" in unsigned.content.decode()
        assert browser.post(address, form).status_code == 302
        assert browser.post(address, form).status_code == 302  # sent twice
        page = browser.get(address).content.decode()
        assert "打印送达回证" in page
        assert traits.fresh(ready_case).state == State.DELIVERED
        assert browser.get(printed(ready_case, "delivery_record")).status_code == 200

    def test_an_open_supplement_is_named(self, as_officer, issuer, deferred_case, bureau_head, seals):
        from .conftest import decide

        decide(deferred_case, bureau_head)
        page = as_officer(issuer).get(reverse("certificates:issue_case", args=[deferred_case.pk]))
        assert "管理制度目录" in page.content.decode()
        assert "确认送达" not in page.content.decode()

    def test_not_for_clerks(self, as_officer, clerk, ready_case):
        assert as_officer(clerk).get(reverse("certificates:issue")).status_code == 403

    def test_the_list_costs_the_same_with_many_rows(
        self, as_officer, issuer, ready_case, clerk, bureau_head, django_assert_max_num_queries
    ):
        from applications import services as cases

        from .conftest import decide

        for _n in range(4):
            case = traits.take_in(ready_case.version, clerk)
            cases.accept(case.pk, by=clerk)
            decide(case, bureau_head)
            services.prepare(case.pk)
        browser = as_officer(issuer)
        # session, user, posts, places of the frame, unread notices, the list, delivered today
        with django_assert_max_num_queries(12):
            browser.get(reverse("certificates:issue"))


class TestVerify:
    def ask(self, client, code):
        return client.get(reverse("certificates:verify_code", args=[code]))

    def test_valid_with_minimum_data_and_one_event(self, client, certificate, django_user_model):
        answer = self.ask(client, certificate.verify_code)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "真实有效" in page
        assert certificate.number in page
        assert certificate.holder_name not in page
        assert "示*" in page
        assert certificate.case.person.id_number not in page
        event = Event.objects.get(what="certificates.verified")
        assert event.subject_id == str(certificate.pk)
        assert event.data["told"] == "valid"

    def test_a_code_is_read_as_people_type_it(self, client, certificate):
        code = certificate.verify_code.lower()
        typed = client.get(reverse("certificates:verify"), {"code": f" {code[:4]}-{code[4:8]}-{code[8:]} "})
        assert typed.status_code == 302
        assert "真实有效" in client.get(typed["Location"]).content.decode()

    def test_an_enterprises_name_is_public(self, client, firm_case):
        code = Certificate.objects.get(case=firm_case).verify_code
        assert firm_case.applicant_name in self.ask(client, code).content.decode()

    def test_revoked_superseded_and_expired_are_told_apart(self, client, certificate, bureau_head, moved):
        moved(now() + dt.timedelta(days=6 * 366))
        assert "已过有效期" in self.ask(client, certificate.verify_code).content.decode()
        Certificate.objects.filter(pk=certificate.pk).update(state="superseded")
        assert "已被新的证照替换" in self.ask(client, certificate.verify_code).content.decode()
        Certificate.objects.filter(pk=certificate.pk).update(state="revoked", state_reason="x")
        assert "已被撤销" in self.ask(client, certificate.verify_code).content.decode()

    def test_an_unknown_code_is_not_found_and_not_logged(self, client, db):
        answer = self.ask(client, "AAAABBBBCCCC")
        assert answer.status_code == 404
        assert "没有这个核验码" in answer.content.decode()
        assert not Event.objects.filter(what="certificates.verified").exists()

    def test_guessing_is_stopped(self, client, db, monkeypatch):
        from certificates.views import verify

        monkeypatch.setattr(verify, "MOST", 3)
        codes = [self.ask(client, "AAAABBBBCCCC").status_code for _n in range(5)]
        assert codes == [404, 404, 404, 429, 429]

    def test_other_systems_ask_the_api(self, client, certificate):
        answer = client.get(reverse("certificates:api_verify", args=[certificate.verify_code]))
        assert answer.status_code == 200
        assert answer.json()["state"] == "valid"
        assert "示*" in answer.json()["holder"]
        assert client.get(reverse("certificates:api_verify", args=["NONE"])).status_code == 404


class TestCertificatePage:
    def test_the_head_revokes(self, as_officer, bureau_head, certificate):
        browser = as_officer(bureau_head)
        address = reverse("certificates:certificate", args=[certificate.pk])
        assert browser.post(address, {"do": "revoke", "reason": ""}).status_code == 422
        assert browser.post(address, {"do": "revoke", "reason": "虚假材料"}).status_code == 302
        certificate.refresh_from_db()
        assert certificate.state == "revoked"
        assert browser.get(printed(certificate.case, "revocation")).status_code == 200

    def test_a_wrong_number_is_told_at_the_field(self, as_officer, bureau_head, certificate):
        answer = as_officer(bureau_head).post(
            reverse("certificates:certificate", args=[certificate.pk]),
            {"do": "supersede", "by_number": "X", "reason": "变更"},
        )
        assert answer.status_code == 422
        assert "同一持证人" in answer.content.decode()

    def test_another_department_sees_nothing(self, as_officer, health_reviewer, certificate):
        address = reverse("certificates:certificate", args=[certificate.pk])
        assert as_officer(health_reviewer).get(address).status_code == 404


class TestSealPages:
    def test_take_into_use_and_seal_up(self, as_officer, a_place, bureau):
        browser = as_officer(traits.make_officer(a_place, Role.MANAGER))
        address = reverse("certificates:seals")
        form = {
            "code": "new",
            "kind": "approval",
            "department": bureau.pk,
            "ring_text": bureau.name,
            "line_text": "行政审批专用章(2)",
            "has_star": "on",
            "in_use_from": "2026-01-05",
        }
        assert browser.post(address, form).status_code == 302
        assert browser.post(address, form).status_code == 422  # the code is taken
        seal = Seal.objects.get()
        assert bureau.name in browser.get(address).content.decode()
        image = browser.get(reverse("certificates:seal_image", args=[seal.pk]))
        assert image["Content-Type"] == "image/svg+xml"
        assert "样章" in image.content.decode()
        change = reverse("certificates:seal_state", args=[seal.pk])
        assert browser.post(change, {"state": "sealed_up", "reason": "换章"}).status_code == 302
        seal.refresh_from_db()
        assert seal.state == SealState.SEALED_UP
        assert "换章" in browser.get(reverse("certificates:seal", args=[seal.pk])).content.decode()

    def test_not_for_reviewers(self, as_officer, reviewer):
        assert as_officer(reviewer).get(reverse("certificates:seals")).status_code == 403


class TestGuideCard:
    def test_the_card_is_public(self, client, promised_version):
        answer = client.get(reverse("certificates:guide_card", args=[promised_version.matter.short_code]))
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")
        assert client.get(reverse("certificates:guide_card", args=["nothing"])).status_code == 404
