"""告知承诺: the promise, its check, the revocation of a false one. 国办发〔2020〕42号; 许可法 Art. 7, 69."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import checks
from applications import services as cases
from applications.choices import CommitmentState, State
from applications.commitment_models import Commitment
from certificates import services, tasks
from certificates.choices import CertificateState, PaperKind
from certificates.models import Certificate
from hall.calendars.workdays import SHANGHAI
from hall.clocks import sweep
from hall.clocks.choices import Kind
from hall.clocks.models import Clock
from hall.clocks.queries import running
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState
from hall.notices.models import Notice
from hall.organisation.choices import Role
from hall.people.models import User
from hall.trail.queries import faults, of_case
from routing import services as routing
from routing.models import Task
from supervision.models import Card
from tests import traits

FALSE = {"conforms": False, "facts": "现场没有该场所", "evidence": "现场核查笔录、照片三张"}


@pytest.fixture
def version(bureau, health):
    """Usually another department is asked first; on a promise the bureau decides at once."""
    steps = [traits.step(health, stage=1, days=3), traits.step(bureau, stage=2, days=2, decides=True)]
    return traits.make_version(bureau, steps=steps, commitment_allowed=True, name="示例承诺制许可")


@pytest.fixture
def promised(version, clerk, citizen, moved):
    """Accepted on a promise on Monday 2 March 2026."""
    moved("2026-03-02 10:00")
    case = traits.take_in(version, clerk, "m02", subject=citizen.person)
    return cases.accept_on_commitment(case.pk, promise="场所符合规定的条件", signed_by="示例甲", by=clerk)


@pytest.fixture
def granted(promised, bureau_head, seals):
    """Granted the same day, with its certificate."""
    routing.dispatch(promised.pk)
    routing.decide(Task.objects.get(case=promised).pk, outcome="granted", by=bureau_head)
    services.prepare(promised.pk)
    return traits.fresh(promised)


@pytest.fixture
def found_false(granted, reviewer):
    cases.check_commitment(granted.pk, by=reviewer, **FALSE)
    return traits.fresh(granted)


def day(moment):
    return moment.astimezone(SHANGHAI).date()


class TestOnTheSpot:
    def test_the_organ_decides_the_same_day_without_asking_others(self, promised):
        assert day(running(promised, Kind.PROMISED).due_at) == dt.date(2026, 3, 2)
        routing.dispatch(promised.pk)
        assert [task.decides for task in Task.objects.filter(case=promised)] == [True]

    def test_the_promise_is_signed_and_is_a_paper(self, promised, clerk):
        assert promised.commitment_check.signed_by == "示例甲"
        paper = services.print_paper(promised.pk, PaperKind.COMMITMENT, by=clerk)
        assert "场所证明" in paper.context["replaced"]
        assert paper.context["promise"] == "场所符合规定的条件"

    def test_never_for_an_excluded_kind(self, version, clerk):
        case = traits.take_in(version, clerk, "m02")
        _force_exclusion(version)  # a published version cannot say both; the verb asks all the same
        with pytest.raises(WrongState, match="公共安全"):
            cases.accept_on_commitment(case.pk, promise="x", by=clerk)


class TestTheCheck:
    def test_it_has_a_clock_of_its_own_borne_by_the_organ(self, promised, bureau):
        clock = running(promised, Kind.COMMITMENT_CHECK)
        assert (clock.department, str(clock.limit)) == (bureau, "2个月")
        assert promised.check_by == day(clock.due_at) == dt.date(2026, 5, 4)  # the 2nd is a Saturday
        assert [warning.step for warning in clock.warnings.all()] == [10, 3, 1]

    def test_reviewers_are_warned_first_then_heads_then_supervisors(
        self, granted, reviewer, bureau_head, supervisor, moved
    ):
        def warned():
            sweep.warn()
            found = Notice.objects.filter(subject__startswith="承诺核查还有")
            return {notice.user_id for notice in found}

        moved("2026-04-21 09:00")
        assert warned() == {reviewer.user_id}
        moved("2026-04-29 09:00")
        assert warned() == {reviewer.user_id, bureau_head.user_id}
        moved("2026-05-06 09:00")
        assert warned() == {reviewer.user_id, bureau_head.user_id, supervisor.user_id}

    def test_over_its_time_is_a_card(self, granted, bureau, moved):
        moved("2026-05-07 09:00")
        sweep.run()
        card = Card.objects.get(reason="逾期未核查告知承诺")
        assert (card.department, card.case) == (bureau, granted)

    def test_true_it_is_settled(self, granted, reviewer):
        found = cases.check_commitment(granted.pk, conforms=True, facts="现场相符", by=reviewer)
        assert found.state == CommitmentState.CONFORMS
        assert running(granted, Kind.COMMITMENT_CHECK) is None
        with pytest.raises(WrongState):
            cases.check_commitment(granted.pk, by=reviewer, **FALSE)

    def test_it_needs_facts_and_a_false_one_evidence(self, granted, reviewer):
        with pytest.raises(Incomplete):
            cases.check_commitment(granted.pk, conforms=True, facts=" ", by=reviewer)
        with pytest.raises(Incomplete):
            cases.check_commitment(granted.pk, conforms=False, facts="不符", by=reviewer)
        with pytest.raises(IntegrityError), transaction.atomic():
            Commitment.objects.filter(case=granted).update(state=CommitmentState.FALSE)

    def test_only_by_the_organ_and_only_what_was_granted(self, promised, reviewer, health_reviewer, clerk):
        with pytest.raises(WrongState):
            cases.check_commitment(promised.pk, conforms=True, facts="x", by=reviewer)
        with pytest.raises(NotAllowed):
            cases.check_commitment(promised.pk, conforms=True, facts="x", by=health_reviewer)

    def test_what_was_refused_is_not_checked(self, promised, bureau_head):
        routing.dispatch(promised.pk)
        task = Task.objects.get(case=promised)
        routing.decide(task.pk, outcome="refused", reasons="不符合条件", by=bureau_head)
        assert running(promised, Kind.COMMITMENT_CHECK) is None
        assert not Commitment.objects.exists()


class TestAFalsePromise:
    def test_the_holder_is_told_and_has_five_days(self, found_false, citizen):
        clock = running(found_false, Kind.STATEMENT)
        assert str(clock.limit) == "5个工作日"
        word = Notice.objects.filter(user=citizen, subject__contains="陈述申辩").first()
        assert "现场没有该场所" in word.body
        paper = services.print_paper(found_false.pk, PaperKind.STATEMENT_RIGHT, by=traits.acting(citizen))
        assert "陈告" in paper.number

    def test_nothing_is_decided_before_they_were_heard(self, found_false, bureau_head, moved):
        with pytest.raises(WrongState, match="陈述申辩"):
            cases.decide_on_commitment(found_false.pk, revoke=True, reasons="虚假承诺", by=bureau_head)
        moved("2026-03-10 09:00")  # five working days are over, nobody came
        sweep.run()
        assert cases.decide_on_commitment(found_false.pk, revoke=True, reasons="虚假承诺", by=bureau_head)

    def test_heard_at_home_or_at_the_counter_once(self, found_false, citizen, clerk):
        cases.state_on_commitment(found_false.pk, text="场所已搬迁", by=traits.acting(citizen))
        assert running(found_false, Kind.STATEMENT) is None
        with pytest.raises(WrongState):
            cases.state_on_commitment(found_false.pk, waived=True, by=clerk)

    def test_a_stranger_is_not_heard(self, found_false):
        with pytest.raises(NotAllowed):
            cases.state_on_commitment(found_false.pk, text="x", by=traits.acting(traits.make_citizen()))

    def test_only_the_head_decides_with_reasons(self, found_false, reviewer, bureau_head, clerk):
        cases.state_on_commitment(found_false.pk, waived=True, by=clerk)
        with pytest.raises(NotAllowed):
            cases.decide_on_commitment(found_false.pk, revoke=True, reasons="x", by=reviewer)
        with pytest.raises(Invalid):
            cases.decide_on_commitment(found_false.pk, revoke=True, reasons=" ", by=bureau_head)

    def test_heard_it_may_stand(self, found_false, bureau_head, clerk):
        cases.state_on_commitment(found_false.pk, text="核查时走错了楼层", by=clerk)
        cases.decide_on_commitment(found_false.pk, revoke=False, reasons="申辩属实", by=bureau_head)
        tasks.revoke_promised()
        assert Certificate.objects.get(case=found_false).state == CertificateState.VALID
        assert not checks.false_promises(found_false)


class TestRevocation:
    @pytest.fixture
    def revoked(self, found_false, bureau_head, clerk):
        cases.state_on_commitment(found_false.pk, text="以为不要紧", by=clerk)
        cases.decide_on_commitment(found_false.pk, revoke=True, reasons="虚假承诺取得许可", by=bureau_head)
        return traits.fresh(found_false)

    def test_the_certificate_falls_by_the_tray_and_anybody_can_see_it(self, revoked, client):
        issued = Certificate.objects.get(case=revoked)
        assert issued.state == CertificateState.VALID  # the decision lies in the tray
        assert tasks.revoke_promised() == 1
        assert tasks.revoke_promised() == 0  # once
        issued.refresh_from_db()
        assert (issued.state, issued.state_reason) == (CertificateState.REVOKED, "虚假承诺取得许可")
        page = client.get(reverse("certificates:verify_code", args=[issued.verify_code])).content.decode()
        assert "已撤销" in page
        assert not Clock.objects.filter(kind=Kind.CERTIFICATE_EXPIRY, state="running").exists()
        assert not list(faults(str(revoked.pk)))

    def test_the_paper_says_what_was_found_and_that_they_were_heard(self, revoked, clerk):
        tasks.revoke_promised()
        paper = services.print_paper(revoked.pk, PaperKind.REVOCATION, by=clerk)
        assert paper.number
        assert "以为不要紧" in paper.context["heard"]
        assert "现场核查笔录" in paper.context["heard"]

    def test_what_lay_ready_is_not_handed_over(self, revoked):
        assert (revoked.state, revoked.termination_ground) == (State.TERMINATED, "false_promise")

    def test_handed_over_before_it_is_revoked_all_the_same(self, granted, reviewer, bureau_head, clerk):
        cases.mark_delivered(granted.pk, by=bureau_head)
        cases.check_commitment(granted.pk, by=reviewer, **FALSE)
        cases.state_on_commitment(granted.pk, waived=True, by=clerk)
        cases.decide_on_commitment(granted.pk, revoke=True, reasons="虚假承诺", by=bureau_head)
        tasks.revoke_promised()
        assert traits.fresh(granted).state == State.DELIVERED
        assert Certificate.objects.get(case=granted).state == CertificateState.REVOKED

    def test_the_next_promise_is_not_believed(self, revoked, version, clerk, citizen, deferrable_version):
        again = traits.take_in(version, clerk, "m02", subject=citizen.person)
        with pytest.raises(WrongState, match="不实承诺"):
            cases.accept_on_commitment(again.pk, promise="x", by=clerk)
        # 容缺 only where the place says so
        owing = traits.take_in(deferrable_version, clerk, "m05", subject=citizen.person)
        assert cases.accept(owing.pk, by=clerk, deferrals=[cases.Pledge("m05", 2)])

    def test_after_a_year_it_is(self, revoked, version, clerk, citizen, moved):
        moved("2027-03-10 10:00")
        again = traits.take_in(version, clerk, "m02", subject=citizen.person)
        assert cases.accept_on_commitment(again.pk, promise="x", by=clerk).state == State.ACCEPTED

    def test_two_heads_at_once_decide_once(self, found_false, a_place, bureau, clerk, really_concurrent):
        heads = [traits.make_officer(a_place, Role.HEAD, department=bureau) for _n in range(2)]
        cases.state_on_commitment(found_false.pk, waived=True, by=clerk)

        def decide(by, revoke):
            return lambda: cases.decide_on_commitment(found_false.pk, revoke=revoke, reasons="x", by=by)

        outcomes = really_concurrent(decide(heads[0], True), decide(heads[1], False))
        assert sum(outcome.ok for outcome in outcomes) == 1
        told = [e.what for e in of_case(found_false.pk) if "commitment_" in e.what]
        assert len({"applications.commitment_revoked", "applications.commitment_upheld"} & set(told)) == 1


class TestPages:
    def test_the_department_finds_checks_and_decides(
        self, client, granted, reviewer, bureau_head, clerk, citizen
    ):
        _login(client, reviewer)
        listed = client.get(reverse("applications:commitments")).content.decode()
        assert "示例承诺制许可" in listed
        url = reverse("applications:commitment", args=[granted.pk])
        assert "场所符合规定的条件" in client.get(url).content.decode()
        wrong = client.post(url, {"do": "check", "conforms": "no", "facts": "没有该场所"})
        assert wrong.status_code == 422
        assert "须写明依据和证据" in wrong.content.decode()
        posted = {"do": "check", "conforms": "no", "facts": "没有该场所", "evidence": "笔录"}
        assert client.post(url, posted).status_code == 302

        client.force_login(citizen)
        page = client.get(reverse("applications:my_case", args=[granted.pk])).content.decode()
        assert "去陈述申辩" in page
        mine = reverse("applications:my_statement", args=[granted.pk])
        assert client.post(mine, {"text": ""}).status_code == 422
        assert client.post(mine, {"text": "场所在二楼"}).status_code == 302

        _login(client, bureau_head)
        assert "场所在二楼" in client.get(url).content.decode()
        client.post(url, {"do": "decide", "revoke": "yes", "reasons": "申辩不成立"})
        assert Commitment.objects.get(case=granted).state == CommitmentState.REVOKED
        tasks.revoke_promised()
        assert "撤销决定书" in client.get(url).content.decode()


def _login(client, officer):
    client.force_login(User.objects.get(pk=officer.user_id))


def _force_exclusion(version):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE matters_matterversion SET exclusions = '[\"public_safety\"]' WHERE id = %s", [version.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
