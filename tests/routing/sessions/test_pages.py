"""Joint sessions at the desks, at the site, in other calendars, on paper and for other systems."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from icalendar import Calendar

from certificates import services as certificates
from certificates.choices import SealKind
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.people.models import User
from matters.models import Matter
from routing import services
from routing.choices import Attendance, SessionState, SignIn
from routing.models import CalendarFeed, JointSession, Opinion, SessionNotice
from tests import traits

from .conftest import BEFORE, CLOSED, at, fresh, row_of, task_of


@pytest.fixture
def at_desk(client):
    def log_in(officer):
        client.force_login(User.objects.get(pk=officer.user_id))
        return client

    return log_in


def page_of(session) -> str:
    return reverse("sessions:session", args=[session.pk])


class TestTime:
    def test_each_department_reads_how_long_it_had_to_come(
        self, at_desk, session, health_reviewer, fire_reviewer, health, a_place
    ):
        """S0 §18(b): who is to be absent by a clock may read the clock."""
        clock = running(row_of(session, health), Kind.SESSION_ATTENDANCE)
        assert clock is not None
        address = f"/clocks/{clock.pk}/"
        for officer in (health_reviewer, fire_reviewer):
            browser = at_desk(officer)
            assert address in browser.get(page_of(session)).content.decode()
            assert "会议签到截止" in browser.get(address).content.decode()
        stranger = traits.make_department(a_place, "water", "水利局")
        outsider = traits.make_officer(a_place, "reviewer", department=stranger)
        assert at_desk(outsider).get(address).status_code == 404


class TestPlanning:
    TOLD = {
        "kind": "survey",
        "title": "示例联合踏勘",
        "venue": "城东路1号",
        "day": "2026-06-10",
        "begins": "10:00",
        "ends": "11:30",
        "sign_in_minutes": "20",
    }

    def test_from_the_case_to_the_notice(self, at_desk, case, health, health_reviewer):
        """By the department that leads the joint stage."""
        browser = at_desk(health_reviewer)
        panel = browser.get(reverse("sessions:case_panel", args=[case.pk])).content.decode()
        address = reverse("sessions:plan", args=[case.pk])
        assert address in panel
        people = {"convenor": health.pk, "chair": health_reviewer.user_id}
        browser.post(address, self.TOLD | people)
        session = JointSession.objects.get()
        assert session.sign_in_until == at("2026-06-10 10:20")
        assert "发出通知" in browser.get(page_of(session)).content.decode()
        browser.post(reverse("sessions:notice", args=[session.pk]))
        assert fresh(session).state == SessionState.NOTICED

    def test_the_proposed_name_says_the_kind_once(self, at_desk, case, health_reviewer):
        browser, address = at_desk(health_reviewer), reverse("sessions:plan", args=[case.pk])
        title = browser.get(address).context["form"].initial["title"]
        assert title.endswith("联合踏勘")
        Matter.objects.filter(pk=case.version.matter_id).update(name=title)
        assert browser.get(address).context["form"].initial["title"] == title

    def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
        self, at_desk, case, bureau, bureau_head, reviewer
    ):
        people = {"convenor": bureau.pk, "chair": bureau_head.user_id}
        wrong = self.TOLD | people | {"day": "2026-06-13"}
        answer = at_desk(reviewer).post(reverse("sessions:plan", args=[case.pk]), wrong)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "不是工作日" in text
        assert "城东路1号" in text
        assert not JointSession.objects.exists()

    def test_a_consulted_department_is_offered_no_session(self, at_desk, case, fire_reviewer):
        browser = at_desk(fire_reviewer)
        panel = browser.get(reverse("sessions:case_panel", args=[case.pk])).content.decode()
        assert "召集会议" not in panel
        assert browser.get(reverse("sessions:plan", args=[case.pk])).status_code == 403


class TestTheSession:
    def test_who_is_convened_reads_the_cases_on_the_agenda(
        self, client, at_desk, plan, case, a_place, reviewer
    ):
        organ = traits.make_department(a_place, "guest", "气象局")
        guest = traits.make_officer(a_place, "reviewer", department=organ)
        address = reverse("applications:case", args=[case.pk])
        assert at_desk(guest).get(address).status_code == 404
        services.convene(plan(case).pk, organ, by=reviewer)
        assert at_desk(guest).get(address).status_code == 200

    def test_who_opens_the_page_has_read_the_notice(self, at_desk, session, health, health_reviewer):
        at_desk(health_reviewer).get(page_of(session))
        assert SessionNotice.objects.get(convened=row_of(session, health)).notice.read_at

    def test_sign_in_by_the_code_of_the_poster(
        self, at_desk, session, health, health_reviewer, reviewer, monday
    ):
        monday(BEFORE)
        poster = at_desk(reviewer).get(reverse("sessions:poster", args=[session.pk])).content.decode()
        assert session.code in poster
        browser = at_desk(health_reviewer)
        address = reverse("sessions:sign_in", args=[session.pk])
        assert f'value="{session.code}"' in browser.get(f"{address}?code={session.code}").content.decode()
        assert browser.post(address, {"code": "nothing"}).status_code == 422
        browser.post(address, {"code": session.code})
        row = row_of(session, health)
        assert (row.attendance, row.how) == (Attendance.PRESENT, SignIn.CODE)
        assert session.code not in browser.get(page_of(session)).content.decode()

    def test_opinion_and_close(self, at_desk, opened, case, health, health_reviewer, bureau_head, monday):
        services.sign_in(opened.pk, by=health_reviewer)
        brought = row_of(opened, health).brought.get()
        browser = at_desk(health_reviewer)
        assert "在会上签署意见" in browser.get(page_of(opened)).content.decode()
        address = reverse("sessions:speak", args=[opened.pk, brought.pk])
        wrong = browser.post(address, {f"say{brought.pk}-verdict": "object"})
        assert wrong.status_code == 422
        assert "不同意须写明理由" in wrong.content.decode()
        browser.post(address, {f"say{brought.pk}-verdict": "agree"})
        assert Opinion.objects.get(task=task_of(case, health)).verdict == "agree"
        browser = at_desk(bureau_head)
        close = reverse("sessions:close", args=[opened.pk])
        told = {
            "close-minutes": "各部门到场。",
            "close-summary": "同意",
            f"close-conclusion_{brought.item_id}": "可行",
        }
        too_early = browser.post(close, told)
        assert too_early.status_code == 422
        assert "各部门到场。" in too_early.content.decode()
        monday(CLOSED)
        browser.post(close, told)
        assert fresh(opened).state == SessionState.HELD
        text = browser.get(page_of(opened)).content.decode()
        assert "各部门到场。" in text
        assert "缺席" in text

    def test_moving_and_calling_off(self, at_desk, session, reviewer):
        browser = at_desk(reviewer)
        moved = {"day": "2026-06-11", "begins": "14:00", "ends": "15:00", "sign_in_minutes": "15"}
        told = {f"move-{name}": value for name, value in moved.items()}
        browser.post(
            reverse("sessions:postpone", args=[session.pk]),
            told | {"move-venue": "二楼会议室", "move-reason": "暴雨"},
        )
        assert (fresh(session).venue, fresh(session).sequence) == ("二楼会议室", 1)
        browser.post(reverse("sessions:cancel", args=[session.pk]), {"cancel-reason": "不再需要"})
        assert "不再需要" in browser.get(page_of(session)).content.decode()


class TestCalendars:
    def test_list_month_and_week_show_it(self, at_desk, session, fire_reviewer):
        browser = at_desk(fire_reviewer)
        for query in ("", "?view=month&on=2026-06-01", "?view=week&on=2026-06-12", "?view=month&on=nonsense"):
            text = browser.get(f"{reverse('sessions:list')}{query}").content.decode()
            assert page_of(session) in text, query
        assert page_of(session) not in browser.get("/sessions/?view=week&on=2026-06-15").content.decode()

    def test_a_feed_is_read_without_logging_in_until_it_is_revoked(
        self, client, at_desk, session, case, health_reviewer, reviewer
    ):
        text = at_desk(health_reviewer).post(reverse("sessions:feed")).content.decode()
        secret = text.split("/sessions/feed/")[1].split(".ics")[0]
        assert not CalendarFeed.objects.filter(sha256=secret).exists()
        client.logout()
        address = reverse("sessions:read_feed", args=[secret])
        answer = client.get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        assert case.number not in answer.content.decode()  # nothing of the cases leaves the house
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert event["SEQUENCE"] == 0
        assert event.decoded("DTSTART") == at("2026-06-10 10:00")
        assert event.decoded("DTSTART").utcoffset() == dt.timedelta()
        services.postpone_session(
            session.pk,
            starts_at=at("2026-06-11 14:00"),
            ends_at=at("2026-06-11 15:00"),
            sign_in_until=at("2026-06-11 14:10"),
            reason="暴雨",
            by=reviewer,
        )
        (moved,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
        assert (moved["UID"], moved["SEQUENCE"], moved["STATUS"]) == (event["UID"], 1, "CONFIRMED")
        assert moved.decoded("DTSTART") == at("2026-06-11 14:00")
        services.cancel_session(session.pk, reason="不再需要", by=reviewer)
        (gone,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
        assert (gone["UID"], gone["STATUS"], gone["SEQUENCE"]) == (event["UID"], "CANCELLED", 2)
        at_desk(health_reviewer).post(reverse("sessions:close_feed"))
        client.logout()
        assert client.get(address).status_code == 404

    def test_who_has_left_reads_nothing(self, client, session, health_reviewer):
        secret = services.open_feed(by=health_reviewer)
        User.objects.filter(pk=health_reviewer.user_id).update(is_active=False)
        assert client.get(reverse("sessions:read_feed", args=[secret])).status_code == 404

    def test_one_session_to_download(self, at_desk, session, fire_reviewer):
        answer = at_desk(fire_reviewer).get(reverse("sessions:ics", args=[session.pk]))
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert event["LOCATION"] == session.venue
        assert page_of(session) in event["URL"]


class TestPapers:
    def test_notice_and_minutes_are_numbered_papers_of_the_case(
        self, at_desk, opened, case, a_place, bureau, clerk, bureau_head, monday
    ):
        certificates.register_seal(
            a_place,
            code="approval",
            kind=SealKind.APPROVAL,
            department=bureau,
            ring_text=bureau.name,
            line_text="行政审批专用章(1)",
            in_use_from=traits.LONG_AGO,
        )
        monday(CLOSED)
        services.close_session(opened.pk, minutes="各部门到场。", summary="同意", by=bureau_head)
        browser = at_desk(clerk)
        for kind, key in (("session_notice", f"{opened.pk}@0"), ("session_minutes", str(opened.pk))):
            page = reverse("certificates:print", args=[case.pk, kind], query={"key": key})
            answer = browser.get(page)
            assert answer.status_code == 200, kind
            assert answer.content.startswith(b"%PDF-")
        papers = {paper.kind: paper for paper in case.papers.all()}
        assert papers["session_minutes"].number
        assert papers["session_minutes"].title == "联合踏勘记录"
        told = papers["session_minutes"].context["attendance"]
        assert [line["attendance"] for line in told].count("缺席") == 2


class TestApi:
    def test_department_systems_read_and_cannot_write(self, at_desk, session, health_reviewer, clerk):
        browser = at_desk(health_reviewer)
        (row,) = browser.get("/api/v1/sessions/").json()["results"]
        assert row["id"] == str(session.pk)
        whole = browser.get(f"/api/v1/sessions/{session.pk}/").json()
        assert {each["attendance"] for each in whole["convened"]} == {"expected"}
        assert "code" not in whole
        assert browser.post("/api/v1/sessions/", {}).status_code == 405
        assert at_desk(clerk).get("/api/v1/sessions/").status_code == 403
