"""The exchange on screen: inbox, supervision information, marks, duties, subscriptions."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications import services as cases
from hall.now import today
from hall.organisation.choices import Role
from hall.people.models import User
from routing import services as routing
from supervision import services
from supervision.choices import AdviceState, DeliveryState, PushState
from supervision.models import Delivery, Push, Subscription, SupervisionDuty, SupervisionNote
from tests import traits
from tests.hall.files.samples import picture

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = {"kind": "penalty", "text": "超范围经营", "happened_on": "2026-03-02", "document_number": "示罚1号"}


def enter(officer) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=officer.user_id))
    return browser


class TestTheInbox:
    def test_many_are_signed_for_at_once(self, day, decide, inspector):
        for _n in range(2):
            decide()
        browser = enter(inspector)
        page = browser.get("/exchange/").content.decode()
        ids = re.findall(r'name="push" value="([0-9a-f-]{36})"', page)
        assert len(ids) == 2
        browser.post("/exchange/sign/", {"push": [*ids, "x"]})
        assert set(Push.objects.values_list("state", flat=True)) == {PushState.ACKNOWLEDGED}
        assert "没有未签收的推送" in browser.get("/exchange/").content.decode()

    def test_a_push_masks_its_holder_and_shows_the_conditions(self, day, decide, inspector):
        case = decide(conditions="每季度报送示例")
        page = enter(inspector).get(f"/exchange/{Push.objects.get().pk}/").content.decode()
        assert "每季度报送示例" in page and "示***人" in page
        assert case.applicant_name not in page
        assert "看整个办件" not in page  # the file stays with the approving organ

    def test_a_watcher_reads_and_does_not_sign(self, day, decide, supervisor):
        decide()
        page = enter(supervisor).get("/exchange/").content.decode()
        assert "示例即办事项" in page and 'name="push"' not in page


class TestInformation:
    def test_what_was_typed_and_uploaded_stays_when_something_is_wrong(self, day, decide, inspector):
        decide()
        browser, pk = enter(inspector), Push.objects.get().pk
        upload = SimpleUploadedFile("处罚决定书.png", picture())
        wrong = browser.post(f"/exchange/{pk}/notes/", {**NOTE, "document_number": "", "file": upload})
        assert wrong.status_code == 422
        page = wrong.content.decode()
        assert "超范围经营" in page and "已上传：处罚决定书.png" in page
        kept = re.search(r'name="stored" value="([0-9a-f-]{36})"', page)
        assert kept
        browser.post(f"/exchange/{pk}/notes/", {**NOTE, "stored": kept[1]})
        note = SupervisionNote.objects.get()
        assert note.file is not None and note.file.name == "处罚决定书.png"
        assert browser.get(f"/files/{note.file_id}/").status_code == 200

    def test_its_file_is_read_by_the_organ_and_not_at_the_counter(
        self, day, decide, inspector, reviewer, clerk, health_reviewer
    ):
        decide()
        upload = SimpleUploadedFile("x.png", picture())
        enter(inspector).post(f"/exchange/{Push.objects.get().pk}/notes/", {**NOTE, "file": upload})
        address = f"/files/{SupervisionNote.objects.get().file_id}/"
        assert enter(reviewer).get(address).status_code == 200
        for other in (clerk, health_reviewer):
            assert enter(other).get(address).status_code in (403, 404)

    def test_reviewers_see_the_mark_on_other_cases_of_the_holder_and_clerks_do_not(
        self, day, decide, inspector, reviewer, clerk, supervised
    ):
        person = traits.make_person()
        decide(take_in={"subject": person})
        enter(inspector).post(f"/exchange/{Push.objects.get().pk}/notes/", NOTE)
        theirs = cases.accept(traits.take_in(supervised, clerk, subject=person).pk, by=clerk)
        routing.dispatch(theirs.pk)
        assert "有监管信息" in enter(reviewer).get("/review/").content.decode()
        mark = f"/cases/{theirs.pk}/holder/"
        assert "超范围经营" in enter(reviewer).get(mark).content.decode()
        for address in (mark, f"/cases/{theirs.pk}/exchange/"):
            assert "超范围经营" not in enter(clerk).get(address).content.decode()

    def test_the_head_answers_a_suggestion(self, day, decide, inspector, bureau_head):
        decide()
        note = services.add_note(
            Push.objects.get().pk, kind="revocation", text="材料虚假", happened_on=today(), by=inspector
        )
        head = enter(bureau_head)
        assert "材料虚假" in head.get("/exchange/advice/").content.decode()
        answer = f"/exchange/notes/{note.pk}/answer/"
        assert head.post(answer, {"answer": "", "verdict": "followed"}).status_code == 422
        head.post(answer, {"answer": "启动撤销程序", "verdict": "followed"})
        note.refresh_from_db()
        assert note.advice == AdviceState.FOLLOWED


class TestManaging:
    def test_a_duty_is_assigned_and_released(self, day, instant_version, office, a_place):
        keeper = enter(traits.make_officer(a_place, Role.KEEPER))
        page = f"/manage/duties/{instant_version.matter_id}/"
        duty = {"department": office.pk, "kind": "supervision", "basis": "示范", "starts_on": "2026-03-02"}
        assert keeper.post(page, {**duty, "basis": ""}).status_code == 422
        assert keeper.post(page, duty).status_code == 302
        assert office.name in keeper.get("/manage/duties/").content.decode()
        keeper.post(f"{page}{office.pk}/release/", {"reason": "示范"})
        assert SupervisionDuty.objects.get().released_on == today()

    def test_a_secret_is_shown_once(self, day, manager, a_place, bureau):
        browser = enter(manager)
        form = {"name": "示例平台", "url": "https://system.example/in", "kinds": ["granted"], "matters": ""}
        made = browser.post("/manage/exchange/new/", form).content.decode()
        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made)
        assert secret
        subscription = Subscription.objects.get()
        page = f"/manage/exchange/{subscription.pk}/"
        assert "whsec_" not in browser.get(page).content.decode()
        newest = subscription.secrets.get().pk
        again = browser.post(f"{page}secret/", {"hours": "24", "replaces": newest}).content.decode()
        assert "whsec_" in again and secret[0] not in again
        assert browser.post(f"{page}secret/", {"hours": "24", "replaces": newest}).status_code == 409
        edited = browser.post(f"{page}edit/", {**form, "matters": "nosuch"})
        assert edited.status_code == 422 and "nosuch" in edited.content.decode()

    def test_the_dead_letter_list(self, day, decide, subscribed, manager):
        subscription, _secret = subscribed()
        for _n in range(2):
            decide()
        Delivery.objects.update(state=DeliveryState.DEAD)
        browser, page = enter(manager), f"/manage/exchange/{subscription.pk}/"
        assert "失败的2条全部重投" in browser.get(f"{page}?state=dead").content.decode()
        first, second = Delivery.objects.order_by("pk")
        refused = browser.post(f"/manage/exchange/deliveries/{first.pk}/give-up/", {"reason": ""})
        assert refused.status_code == 422
        browser.post(f"/manage/exchange/deliveries/{first.pk}/give-up/", {"reason": "已补录"})
        browser.post(f"/manage/exchange/deliveries/{second.pk}/redeliver/")
        states = dict(Delivery.objects.values_list("pk", "state"))
        assert states == {first.pk: DeliveryState.GIVEN_UP, second.pk: DeliveryState.WAITING}
