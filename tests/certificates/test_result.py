"""From decided to archived: papers, certificate, seal, hand-over (DESIGN §2, invariants 6 and 7)."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from django.db import IntegrityError, InternalError, transaction

from applications import services as cases
from applications.choices import State
from certificates import queries, services, tasks
from certificates.choices import PaperKind, PaperState, SealState
from certificates.models import ArchivePackage, Certificate, Delivery, Paper
from certificates.services import Collector
from certificates.workshop import authority, drawing, signing
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.errors import Conflict, Incomplete, Invalid, NotAllowed, WrongState
from hall.files.services import private
from hall.now import now, today
from hall.organisation.choices import DepartmentKind, Role
from hall.organisation.models import Hall
from hall.trail.queries import faults, of_case
from routing import services as routing
from routing.models import Task
from tests import traits

from .conftest import decide, in_person


class TestPrepare:
    def test_a_granted_case_gets_decision_and_certificate_and_is_ready(self, granted_case, bureau):
        assert services.prepare(granted_case.pk)
        case = traits.fresh(granted_case)
        assert case.state == State.READY
        kinds = set(case.papers.values_list("kind", flat=True))
        assert kinds == {PaperKind.REVIEW_SUMMARY, PaperKind.GRANT, PaperKind.CERTIFICATE}
        decision = case.papers.get(kind=PaperKind.GRANT)
        issued = Certificate.objects.get(case=case)
        assert decision.number.startswith("安和市场监督管理局许〔")
        assert decision.context["certificate_number"] == issued.number == issued.paper.number
        assert decision.context["conditions"] == ["按时年检", "悬挂证件"]
        assert decision.context["organ"] == bureau.name
        assert issued.holder_name == "示例申请人"
        assert issued.valid_to.year == issued.valid_from.year + 5
        assert running(case, Kind.DELIVERY) is None  # the office has done its part and told the applicant
        assert running(issued, Kind.CERTIFICATE_EXPIRY).due_at.date() >= issued.valid_to

    def test_the_certificate_prints_what_was_decided_then_what_was_asked(
        self, bureau, clerk, bureau_head, seals
    ):
        version = traits.make_version(
            bureau, case_type="instant", result_fields=["经营场所", "经营面积", "级别", "没有填的"]
        )
        case = traits.take_in(version, clerk)
        cases.accept(case.pk, by=clerk)
        decide(case, bureau_head, result={"级别": "二级", "经营面积": "55平方米"})
        services.prepare(case.pk)
        rows = dict(Certificate.objects.get(case=case).fields)
        assert rows["级别"] == "二级"
        assert rows["经营面积"] == "55平方米"
        assert rows["经营场所"] == traits.FORM_DATA["site"]
        assert "没有填的" not in rows

    def test_a_refused_case_gets_its_decision_only(self, refused_case):
        services.prepare(refused_case.pk)
        case = traits.fresh(refused_case)
        assert case.state == State.READY
        paper = case.papers.get(kind=PaperKind.REFUSAL)
        assert paper.context["reasons"] == ["场所不符合规定条件"]
        assert not Certificate.objects.filter(case=case).exists()

    def test_running_the_porter_twice_changes_nothing(self, granted_case):
        assert tasks.prepare() == 1
        before = list(Paper.objects.order_by("pk").values_list("pk", "number"))
        assert tasks.prepare() == 0
        assert not services.prepare(granted_case.pk)
        assert list(Paper.objects.order_by("pk").values_list("pk", "number")) == before

    def test_nothing_is_issued_while_a_supplement_is_open(self, deferred_case, bureau_head, clerk, seals):
        case = decide(deferred_case, bureau_head)
        assert not services.prepare(case.pk)
        assert traits.fresh(case).state == State.DECIDED
        assert not case.papers.exists()
        cases.supply_deferred(case.pk, "m05", by=clerk)
        assert services.prepare(case.pk)
        assert traits.fresh(case).state == State.READY

    def test_without_a_seal_in_use_it_waits_and_the_others_go_on(
        self, granted_case, approval_seal, acceptance_seal, a_place
    ):
        manager = traits.make_officer(a_place, Role.MANAGER)
        for seal in (approval_seal, acceptance_seal):
            services.change_state(seal.pk, SealState.SEALED_UP, reason="启用新章", by=manager)
        with pytest.raises(Conflict):
            services.prepare(granted_case.pk)
        assert tasks.prepare() == 0
        assert traits.fresh(granted_case).state == State.DECIDED
        assert not Paper.objects.exists()

    def test_numbers_are_unique_and_without_gaps(self, instant_version, clerk, bureau_head, seals):
        for _n in range(3):
            case = traits.take_in(instant_version, clerk)
            cases.accept(case.pk, by=clerk)
            decide(case, bureau_head)
        assert tasks.prepare() == 3
        numbers = [p.number for p in Paper.objects.filter(kind=PaperKind.GRANT)]
        assert sorted(n.split("〕")[1] for n in numbers) == ["1号", "2号", "3号"]
        certificates = sorted(Certificate.objects.values_list("number", flat=True))
        assert [n[-6:] for n in certificates] == ["000001", "000002", "000003"]

    def test_two_porters_at_once_make_one_result(self, really_concurrent, granted_case):
        outcomes = really_concurrent(*[lambda: services.prepare(granted_case.pk)] * 3)
        assert sorted(o.value for o in outcomes) == [False, False, True]
        assert Paper.objects.filter(kind=PaperKind.GRANT).count() == 1


class TestSealRule:
    def test_by_department_it_is_the_deciding_organs(self, granted_case, approval_seal):
        assert services.choose_seal(granted_case, "approval") == approval_seal

    def test_by_bureau_one_seal_serves_all_that_it_decides(self, granted_case, approval_seal, a_place, clerk):
        """What a department still decides bears its own seal while it has one (S1 二(二))."""
        one = traits.make_department(a_place, "approvals", "行政审批局")
        one.kind = DepartmentKind.APPROVAL_BUREAU
        one.save()
        seal = services.register_seal(
            a_place,
            code="one",
            kind="approval",
            department=one,
            ring_text=one.name,
            line_text="行政审批专用章",
        )
        assert services.choose_seal(granted_case, "approval") == approval_seal
        a_place.settings = {**a_place.settings, "seal_rule": "bureau"}
        a_place.save()
        of_bureau = traits.take_in(traits.make_version(one, case_type="instant"), clerk)
        assert services.choose_seal(traits.fresh(of_bureau), "approval") == seal
        assert services.choose_seal(traits.fresh(granted_case), "approval") == approval_seal
        approval_seal.delete()
        assert services.choose_seal(traits.fresh(granted_case), "approval") == seal

    def test_by_territory_it_is_the_one_of_the_projects_place(
        self, a_place, bureau, clerk, bureau_head, approval_seal
    ):
        a_place.settings = {**a_place.settings, "seal_rule": "territory"}
        a_place.save()
        zone = services.register_seal(
            a_place, code="zone", kind="approval", ring_text="安和开发区", territory="zone"
        )
        version = traits.make_version(bureau, case_type="instant", territory_seal=True)
        case = traits.fresh(traits.take_in(version, clerk, territory="zone"))
        assert services.choose_seal(case, "approval") == zone
        other = traits.take_in(version, clerk, territory="")
        assert services.choose_seal(other, "approval") == approval_seal

    def test_a_bureau_with_seals_of_territories_only_is_not_without(
        self, a_place, bureau, granted_case, approval_seal
    ):
        a_place.settings = {**a_place.settings, "seal_rule": "territory"}
        a_place.save()
        approval_seal.territory = "zone"
        approval_seal.save()
        assert services.choose_seal(traits.fresh(granted_case), "approval") == approval_seal

    def test_a_missing_special_seal_is_replaced_by_a_weightier_one_never_a_lighter(
        self, granted_case, approval_seal, acceptance_seal
    ):
        approval_seal.delete()
        assert services.choose_seal(granted_case, "approval") is None
        assert services.choose_seal(granted_case, "acceptance") == acceptance_seal


class TestSealLife:
    def test_what_is_sealed_up_never_comes_back(self, approval_seal, a_place):
        manager = traits.make_officer(a_place, Role.MANAGER)
        services.change_state(approval_seal.pk, SealState.STOPPED, reason="盘点", by=manager)
        services.change_state(approval_seal.pk, SealState.IN_USE, reason="盘点完成", by=manager)
        services.change_state(approval_seal.pk, SealState.SEALED_UP, reason="换章", by=manager)
        with pytest.raises(WrongState):
            services.change_state(approval_seal.pk, SealState.IN_USE, reason="反悔", by=manager)

    def test_only_the_manager_of_the_place_with_a_reason(self, approval_seal, a_place, bureau_head):
        with pytest.raises(NotAllowed):
            services.change_state(approval_seal.pk, SealState.STOPPED, reason="x", by=bureau_head)
        manager = traits.make_officer(a_place, Role.MANAGER)
        with pytest.raises(Invalid):
            services.change_state(approval_seal.pk, SealState.STOPPED, reason=" ", by=manager)
        stranger = traits.make_officer(traits.make_place("elsewhere"), Role.MANAGER)
        with pytest.raises(NotAllowed):
            services.change_state(approval_seal.pk, SealState.STOPPED, reason="x", by=stranger)

    def test_in_a_demonstration_place_it_is_a_sample(self, approval_seal, granted_case):
        assert approval_seal.is_demo
        services.prepare(granted_case.pk)
        seal = Paper.objects.get(kind=PaperKind.GRANT).context["seal"]
        assert seal["demonstration"]
        assert seal["lines"] == ["行政审批专用章", "(1)"]


class TestDraw:
    def test_it_is_signed_and_proven(self, certificate, a_place):
        paper = services.draw(certificate.paper_id)
        content = services.read(paper)
        verdict = signing.validate(content, signing.roots([a_place.slug]))
        assert verdict.valid
        assert "示范" in verdict.signer
        with pikepdf.open(io.BytesIO(content)) as file, file.open_metadata() as meta:
            assert meta["pdfaid:part"] == "2"

    def test_drawing_again_changes_nothing(self, certificate):
        first = services.draw(certificate.paper_id)
        assert services.draw(certificate.paper_id).sha256 == first.sha256

    def test_the_porter_draws_the_newest_first_and_isolates_what_fails(self, ready_case, monkeypatch):
        broken = ready_case.papers.get(kind=PaperKind.REVIEW_SUMMARY)
        Paper.objects.exclude(case=ready_case).delete()
        draw = drawing.draw

        def fails_for_the_summary(content):
            if content.kind == PaperKind.REVIEW_SUMMARY:
                raise RuntimeError("no ink")
            return draw(content)

        monkeypatch.setattr(drawing, "draw", fails_for_the_summary)
        assert tasks.draw() == 2
        for _n in range(5):
            tasks.draw()
        broken.refresh_from_db()
        assert broken.state == PaperState.FAILED
        assert broken.last_error == "no ink"
        assert tasks.draw() == 0

    def test_what_is_old_is_drawn_when_it_is_asked_for(self, ready_case, bureau_head, moved):
        moved(now() + dt.timedelta(days=5))
        assert tasks.draw() == 0
        assert services.print_paper(ready_case.pk, "grant", by=bureau_head).state == PaperState.DRAWN

    def test_a_file_that_was_changed_is_refused(self, certificate):
        paper = services.draw(certificate.paper_id)
        with open(private().path(paper.path), "ab") as file:
            file.write(b"x")
        with pytest.raises(Conflict):
            services.read(paper)

    def test_a_registered_paper_is_never_changed(self, certificate):
        paper = certificate.paper
        for change in ({"context": {}}, {"number": "X"}):
            with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
                Paper.objects.filter(pk=paper.pk).update(**change)

    def test_the_authority_of_a_demonstration_place_says_so(self, certificate, a_place):
        services.draw(certificate.paper_id)
        assert authority.at(a_place.slug).exists
        assert "示范" in signing.SoftwareSigner(a_place.slug).subject


class TestDeliver:
    def test_at_the_window_with_document_and_signature(self, ready_case, issuer, signature, seals):
        delivery = services.deliver(
            ready_case.pk, mode="window", collector=in_person(ready_case), signature=signature, by=issuer
        )
        case = traits.fresh(ready_case)
        assert case.state == State.DELIVERED
        assert case.visits == ready_case.visits  # the applicant waited for it
        assert delivery.signature.content_type == "image/png"
        assert running(case, Kind.ARCHIVING)
        record = case.papers.get(kind=PaperKind.DELIVERY_RECORD)
        assert record.context["signature"].startswith("data:image/png;base64,")
        assert len(record.context["papers"]) == 2
        services.read(services.draw(record.pk))
        assert list(faults(str(case.pk))) == []
        moves = [e.what for e in of_case(case.pk) if e.to_state in (State.READY, State.DELIVERED)]
        assert moves == ["applications.ready", "applications.delivered"]

    def test_another_persons_document_is_refused(self, ready_case, issuer, signature):
        stranger = Collector(name="示例", relation="self", id_number=traits.make_person().id_number)
        with pytest.raises(NotAllowed):
            services.deliver(ready_case.pk, mode="window", collector=stranger, signature=signature, by=issuer)
        assert traits.fresh(ready_case).state == State.READY

    def test_without_a_signature_nothing_is_handed_over(self, ready_case, issuer):
        with pytest.raises(Incomplete):
            services.deliver(ready_case.pk, mode="window", collector=in_person(ready_case), by=issuer)
        with pytest.raises(Invalid):
            services.deliver(
                ready_case.pk,
                mode="window",
                collector=in_person(ready_case),
                signature="data:image/png;base64,AAAA",
                by=issuer,
            )
        assert not Delivery.objects.exists()

    def test_an_agent_needs_a_mandate_to_collect(self, ready_case, issuer, signature):
        agent = traits.make_person(name="示例代办")
        collector = Collector(name="示例代办", relation="agent", id_number=agent.id_number)
        with pytest.raises(NotAllowed):
            services.deliver(
                ready_case.pk, mode="window", collector=collector, signature=signature, by=issuer
            )
        mandate = traits.make_mandate(ready_case.person, agent)
        delivery = services.deliver(
            ready_case.pk, mode="window", collector=collector, signature=signature, by=issuer
        )
        assert delivery.mandate == mandate

    def test_a_mandate_on_paper_is_recorded_as_seen(self, firm_case, issuer, signature):
        agent = traits.make_person(name="示例代办")
        collector = Collector(
            name="示例代办", relation="agent", id_number=agent.id_number, mandate_until=today()
        )
        delivery = services.deliver(
            firm_case.pk, mode="window", collector=collector, signature=signature, by=issuer
        )
        assert delivery.mandate.agent == agent
        assert delivery.mandate.principal_enterprise == firm_case.enterprise
        assert delivery.mandate.scope == ["collect"]

    def test_a_legal_representative_is_known_by_name(self, firm_case, issuer, signature):
        number = traits.make_person().id_number
        wrong = Collector(name="别人", relation="legal_representative", id_number=number)
        with pytest.raises(NotAllowed):
            services.deliver(firm_case.pk, mode="window", collector=wrong, signature=signature, by=issuer)
        right = Collector(name="示例法人", relation="legal_representative", id_number=number)
        services.deliver(firm_case.pk, mode="window", collector=right, signature=signature, by=issuer)
        assert traits.fresh(firm_case).state == State.DELIVERED

    def test_by_post_with_its_number_and_no_visit(self, ready_case, issuer):
        somebody = Collector(name="示例申请人", relation="self")
        with pytest.raises(Incomplete):
            services.deliver(ready_case.pk, mode="post", collector=somebody, by=issuer)
        services.deliver(ready_case.pk, mode="post", collector=somebody, tracking_number="YZ0001", by=issuer)
        assert traits.fresh(ready_case).visits == ready_case.visits

    def test_who_comes_again_for_the_result_has_come_once_more(self, ready_case, issuer, signature, moved):
        moved(now() + dt.timedelta(days=3))
        services.deliver(
            ready_case.pk, mode="window", collector=in_person(ready_case), signature=signature, by=issuer
        )
        assert traits.fresh(ready_case).visits == ready_case.visits + 1

    def test_any_issue_window_of_the_place_and_nobody_else(self, ready_case, a_place, clerk, signature):
        elsewhere = Hall.objects.create(
            jurisdiction=a_place, code="town", name="安和镇便民服务中心", is_town=True
        )
        there = traits.make_officer(a_place, Role.ISSUER, hall=elsewhere)
        given = {"mode": "window", "collector": in_person(ready_case), "signature": signature}
        with pytest.raises(NotAllowed):
            services.deliver(ready_case.pk, by=clerk, **given)
        other = traits.make_place("another")
        hall = Hall.objects.create(jurisdiction=other, code="x", name="x")
        with pytest.raises(NotAllowed):
            services.deliver(ready_case.pk, by=traits.make_officer(other, Role.ISSUER, hall=hall), **given)
        services.deliver(ready_case.pk, by=there, **given)

    def test_nothing_is_handed_over_twice(self, delivered_case, issuer, signature):
        with pytest.raises(WrongState):
            services.deliver(
                delivered_case.pk,
                mode="window",
                collector=in_person(delivered_case),
                signature=signature,
                by=issuer,
            )


class TestArchive:
    def test_one_case_one_package_that_cannot_be_changed(self, delivered_case, moved):
        assert tasks.archive() == 0
        later = now() + services.delivering.ARCHIVE_AFTER * 2
        moved(later)
        assert tasks.archive() == 1
        case = traits.fresh(delivered_case)
        assert case.state == State.ARCHIVED
        package = ArchivePackage.objects.get(case=case)
        kinds = [p["kind"] for p in package.manifest["papers"]]
        assert kinds[0] in ("certificate", "grant")
        assert all(p["sha256"] for p in package.manifest["papers"])
        assert package.manifest["log"]["events"] > 5
        assert running(case, Kind.ARCHIVING) is None
        assert services.archive(case.pk) is None
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            ArchivePackage.objects.filter(pk=package.pk).update(sha256="")


class TestEnd:
    def test_a_head_revokes_with_a_numbered_decision(self, certificate, bureau_head):
        services.revoke(certificate.pk, reason="提供虚假材料", by=bureau_head)
        certificate.refresh_from_db()
        assert certificate.state == "revoked"
        paper = certificate.case.papers.get(kind=PaperKind.REVOCATION)
        assert paper.number
        assert paper.context["reasons"] == ["提供虚假材料"]
        assert running(certificate, Kind.CERTIFICATE_EXPIRY) is None
        services.read(services.draw(paper.pk))
        with pytest.raises(WrongState):
            services.revoke(certificate.pk, reason="再来", by=bureau_head)

    def test_nobody_else_and_never_without_a_reason(self, certificate, reviewer, bureau_head):
        with pytest.raises(NotAllowed):
            services.revoke(certificate.pk, reason="x", by=reviewer)
        with pytest.raises(Invalid):
            services.revoke(certificate.pk, reason=" ", by=bureau_head)

    def test_a_newer_one_takes_its_place(self, certificate, instant_version, clerk, bureau_head):
        def another(subject):
            case = traits.take_in(instant_version, clerk, subject=subject)
            cases.accept(case.pk, by=clerk)
            decide(case, bureau_head)
            services.prepare(case.pk)
            return Certificate.objects.get(case=case)

        somebody_elses = another(traits.make_person())
        with pytest.raises(Invalid):
            services.supersede(certificate.pk, by_number=somebody_elses.number, reason="变更", by=bureau_head)
        newer = another(certificate.case.person)
        services.supersede(certificate.pk, by_number=newer.number, reason="变更", by=bureau_head)
        certificate.refresh_from_db()
        assert certificate.state == "superseded"
        assert certificate.superseded_by == newer


class TestScan:
    def test_number_address_code_and_document_all_find_it(self, ready_case, issuer, certificate):
        for text in (
            ready_case.number,
            ready_case.number.lower(),
            ready_case.query_code,
            f"http://127.0.0.1:8000/track/?number={ready_case.number}",
            f"http://127.0.0.1:8000/verify/{certificate.verify_code}/",
            certificate.number,
            ready_case.person.id_number,
        ):
            assert queries.scan(issuer, text) == [ready_case], text
        assert queries.scan(issuer, "") == []
        assert queries.scan(issuer, "999") == []

    def test_another_places_issuer_finds_nothing(self, ready_case):
        other = traits.make_place("another")
        hall = Hall.objects.create(jurisdiction=other, code="x", name="x")
        stranger = traits.make_officer(other, Role.ISSUER, hall=hall)
        assert queries.scan(stranger, ready_case.number) == []
        assert not queries.ready(stranger).exists()


class TestReviewSummary:
    def test_a_silent_department_stands_there_with_its_responsibility(
        self, accepted_case, health, fire_reviewer, bureau_head, seals, moved, bureau
    ):
        routing.dispatch(accepted_case.pk)
        fire_task = Task.objects.get(case=accepted_case, department__code="fire")
        routing.give_opinion(fire_task.pk, verdict="agree", reasons="符合消防要求", by=fire_reviewer)
        moved(now() + dt.timedelta(days=14))
        sweep.run()
        deciding = traits.consolidated(Task.objects.get(case=accepted_case, department=bureau), bureau_head)
        routing.decide(deciding.pk, outcome="granted", by=bureau_head)
        services.prepare(accepted_case.pk)
        lines = Paper.objects.get(case=accepted_case, kind=PaperKind.REVIEW_SUMMARY).context["opinions"]
        silent = next(line for line in lines if line["deemed"])
        assert silent["department"] == health.name
        assert silent["basis"] == "示范规定第十八条"
        clerkless = services.print_paper(accepted_case.pk, PaperKind.SILENCE_EVIDENCE, by=bureau_head)
        assert clerkless.state == PaperState.DRAWN
        assert clerkless.context["explanation"]
