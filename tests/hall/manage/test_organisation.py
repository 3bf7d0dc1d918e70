"""The screens of the organisation and of a place's policies."""

from __future__ import annotations

import pytest

from hall.organisation.choices import Role
from hall.organisation.models import Department, Hall, Jurisdiction, Window, Zone
from hall.trail.models import Event
from tests.traits import make_department, make_officer, make_place

HOME = "/manage/organisation/"
HALL = {"name": "示例二厅", "code": "second", "order": "2", "opens_at": "08:30", "closes_at": "17:30"}


def department_form(department: Department, **changes: str) -> dict[str, str]:
    fields = ("name", "short_name", "code", "kind", "phone", "order")
    return {name: str(getattr(department, name)) for name in fields} | changes


@pytest.fixture
def policy_form(a_place):
    """What the page of the policies posts back when nothing was touched, with changes."""

    def filled(browser, **changes: str) -> dict[str, str]:
        form = browser.get(f"{HOME}policies/").context["form"]
        data = {}
        for bound in form:
            value = bound.value()
            if bound.name == "targets":
                for at, row in enumerate(value or []):
                    data |= {f"targets-{at}-name": row["name"], f"targets-{at}-value": row["value"]}
            elif isinstance(value, bool):
                data |= {bound.name: "on"} if value else {}
            elif value is not None:
                data[bound.name] = value
        return data | changes

    return filled


class TestBuilding:
    def test_from_a_hall_to_a_window_and_back(self, manager, enter, a_place):
        browser = enter(manager)
        browser.post(f"{HOME}halls/new/", HALL)
        hall = Hall.objects.get(jurisdiction=a_place, code="second")
        browser.post(f"{HOME}halls/{hall.pk}/zones/new/", {"name": "综合", "code": "general", "order": "1"})
        zone = Zone.objects.get(hall=hall)
        window = {"number": "A01", "name": "综合1号窗", "kind": "intake"}
        browser.post(f"{HOME}zones/{zone.pk}/windows/new/", window)
        made = Window.objects.get(zone=zone)
        assert "综合1号窗" in browser.get(HOME).content.decode()
        browser.post(f"{HOME}windows/{made.pk}/", {**window, "name": "综合一号窗"})
        made.refresh_from_db()
        assert made.name == "综合一号窗"
        assert browser.post(f"{HOME}windows/{made.pk}/remove/", {"reason": ""}).status_code == 422
        browser.post(f"{HOME}windows/{made.pk}/remove/", {"reason": "窗口合并"})
        assert not Window.objects.filter(pk=made.pk).exists()
        told = Event.objects.filter(jurisdiction=a_place, user_id=manager.user_id)
        assert set(told.values_list("what", flat=True)) == {
            "hall.created",
            "zone.created",
            "window.created",
            "window.changed",
            "window.removed",
        }

    def test_a_department_is_changed_and_the_page_tells_of_it(self, manager, enter, bureau):
        browser = enter(manager)
        address = f"{HOME}departments/{bureau.pk}/"
        browser.post(address, department_form(bureau, phone="0000-7654321"))
        bureau.refresh_from_db()
        assert bureau.phone == "0000-7654321"
        page = browser.get(address).content.decode()
        assert "0000-1234567" in page
        assert "0000-7654321" in page

    def test_a_double_code_is_refused_and_what_was_typed_stays(self, manager, enter, bureau, health):
        answer = enter(manager).post(
            f"{HOME}departments/new/", department_form(health, name="示例新局", code=bureau.code)
        )
        assert answer.status_code == 422
        assert "示例新局" in answer.content.decode()

    def test_the_place_says_who_it_is(self, manager, enter, a_place):
        form = {"name": "安和新县", "short_name": "安和", "opens_at": "08:30", "closes_at": "17:00"}
        enter(manager).post(f"{HOME}place/", form)
        a_place.refresh_from_db()
        assert a_place.name == "安和新县"

    def test_departments_are_found_by_initials(self, manager, enter, a_place, bureau, health):
        from hall.organisation import services

        for each in (bureau, health):
            each.name += "分局"
            services.change(each, by=manager)
        rows = enter(manager).get(f"{HOME}departments/?q=wsjk").context["rows"]
        assert [row["department"] for row in rows] == [health]

    @pytest.mark.parametrize("kind", ["departments", "halls", "zones", "windows"])
    def test_what_belongs_to_another_place_is_not_there(self, manager, enter, kind):
        other = make_place("other")
        hall = Hall.objects.create(jurisdiction=other, code="x", name="别处")
        zone = Zone.objects.create(hall=hall, code="x", name="别处")
        window = Window.objects.create(zone=zone, number="1", name="别处")
        department = make_department(other, "x", "别处")
        things = {"departments": department, "halls": hall, "zones": zone, "windows": window}
        assert enter(manager).get(f"{HOME}{kind}/{things[kind].pk}/").status_code == 404


class TestPolicies:
    def test_untouched_they_stay_as_they_are(self, manager, enter, a_place, policy_form):
        a_place.settings |= {"targets": {"at_most_once": 0.95}, "warning_days": [5, 2]}
        a_place.save()
        before = Jurisdiction.objects.get(pk=a_place.pk).policies
        browser = enter(manager)
        answer = browser.post(f"{HOME}policies/", policy_form(browser, reason="核对"))
        assert answer.status_code == 302
        assert Jurisdiction.objects.get(pk=a_place.pk).policies == before

    def test_a_change_needs_its_ground_and_is_told(self, manager, enter, a_place, policy_form, centre):
        Zone.objects.create(hall=centre, code="shops", name="经营许可")
        browser = enter(manager)
        changes = {
            "correction_days": "10",
            "warning_days": "1，5、3",
            "seal_rule": "bureau",
            "zone_business": "shops",
            "targets-0-name": "zero_visit",
            "targets-0-value": "0.5",
        }
        assert browser.post(f"{HOME}policies/", policy_form(browser, **changes)).status_code == 422
        browser.post(f"{HOME}policies/", policy_form(browser, **changes, reason="安政办〔2026〕3号"))
        now = Jurisdiction.objects.get(pk=a_place.pk).policies
        assert (now.correction_days, now.warning_days, now.seal_rule) == (10, (5, 3, 1), "bureau")
        assert now.zone_of_domain == {"business": "shops"}
        assert now.targets == {"zero_visit": 0.5}
        page = browser.get(f"{HOME}policies/").content.decode()
        assert "安政办〔2026〕3号" in page
        assert "补正期限" in page

    def test_silent_consent_needs_its_rule(self, manager, enter, policy_form):
        browser = enter(manager)
        answer = browser.post(
            f"{HOME}policies/", policy_form(browser, silent_consent_basis="", reason="试点")
        )
        assert answer.status_code == 422
        assert "silent_consent_basis" in answer.context["form"].errors

    @pytest.mark.parametrize("typed", ["x", "0", "", "3、99"])
    def test_warnings_are_days_before(self, manager, enter, policy_form, typed):
        browser = enter(manager)
        answer = browser.post(f"{HOME}policies/", policy_form(browser, warning_days=typed, reason="x"))
        assert answer.status_code == 422


class TestTheKillSwitch:
    @pytest.mark.parametrize("role", [Role.MANAGER, Role.SYSTEM_ADMIN, Role.SUPERVISOR])
    def test_it_stops_at_once_with_a_reason(self, a_place, enter, role):
        browser = enter(make_officer(a_place, role))
        assert browser.post(f"{HOME}silence/", {"reason": ""}).status_code == 422
        browser.post(f"{HOME}silence/", {"reason": "系统核查"})
        assert not Jurisdiction.objects.get(pk=a_place.pk).policies.silent_consent
        assert Event.objects.get(what="jurisdiction.policies_set").reason == "系统核查"
        assert "没有实行" in browser.get(f"{HOME}silence/").content.decode()

    def test_others_do_not_reach_it(self, a_place, enter, clerk):
        assert enter(clerk).post(f"{HOME}silence/", {"reason": "x"}).status_code == 403
