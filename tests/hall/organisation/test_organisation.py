"""Building the organisation: by whom, with what in the journal; policies as data."""

import pytest

from hall.actors import SYSTEM, Actor
from hall.errors import Invalid, NotAllowed
from hall.organisation import policies, queries, services
from hall.organisation.models import Department, Hall, Jurisdiction, Window, Zone
from hall.organisation.officers import Officer
from hall.people import services as people
from hall.trail.models import Event


@pytest.fixture
def place(db):
    return services.create(
        Jurisdiction(slug="shifan", code="999900", name="示例市", short_name="示例", level="city"), by=SYSTEM
    )


@pytest.fixture
def officer(place):
    """`officer("manager")`: an officer of the place."""

    def make(role, jurisdiction=place, **where):
        user = people.create_staff(
            username=f"{role}{jurisdiction.pk}", name="示例员", password="Shifan-2026", by=SYSTEM
        )
        people.assign_post(user, role, jurisdiction=jurisdiction, **where, by=SYSTEM)
        return Officer.of(user)

    return make


@pytest.fixture
def department(place):
    return services.create(
        Department(jurisdiction=place, code="market", name="示例市市场监督管理局", short_name="市场局"),
        by=SYSTEM,
    )


class TestBuilding:
    def test_a_manager_builds_from_hall_to_window(self, place, officer):
        manager = officer("manager")
        hall = services.create(Hall(jurisdiction=place, code="centre", name="示例大厅"), by=manager)
        zone = services.create(Zone(hall=hall, code="business", name="商事登记"), by=manager)
        window = services.create(Window(zone=zone, number="01", name="综合窗口"), by=manager)
        assert list(queries.windows(hall)) == [window]
        assert Event.objects.get(what="window.created").jurisdiction == place
        services.remove_window(window, reason="撤并", by=manager)
        assert not queries.windows(hall).exists()

    @pytest.mark.parametrize("role", ["security_admin", "audit_admin", "keeper", "supervisor"])
    def test_others_do_not(self, place, officer, role):
        with pytest.raises(NotAllowed):
            services.create(Hall(jurisdiction=place, code="centre", name="示例大厅"), by=officer(role))

    def test_a_manager_of_another_place_does_not(self, place, officer):
        other = services.create(
            Jurisdiction(slug="other", code="999901", name="另一示例市", short_name="另", level="city"),
            by=SYSTEM,
        )
        with pytest.raises(NotAllowed):
            services.create(
                Hall(jurisdiction=place, code="centre", name="大厅"), by=officer("manager", other)
            )

    def test_only_the_system_founds_a_place(self, officer):
        new = Jurisdiction(slug="new", code="999902", name="新市", short_name="新", level="city")
        with pytest.raises(NotAllowed):
            services.create(new, by=officer("manager"))

    def test_a_change_tells_what_was_and_what_is(self, department, officer):
        department.phone = "000-00000000"
        services.change(department, by=officer("manager"))
        event = Event.objects.get(what="department.changed")
        assert event.data == {"changed": {"phone": ["", "000-00000000"]}}

    def test_no_change_is_no_event(self, department, officer):
        services.change(department, by=officer("manager"))
        assert not Event.objects.filter(what="department.changed").exists()

    def test_a_double_code_is_refused_in_words(self, place, department):
        twin = Department(jurisdiction=place, code="market", name="另一局", short_name="另")
        with pytest.raises(Invalid) as refused:
            services.create(twin, by=SYSTEM)
        assert refused.value.fields

    def test_a_place_does_not_move(self, department, officer):
        other = services.create(
            Jurisdiction(slug="other", code="999901", name="另一示例市", short_name="另", level="city"),
            by=SYSTEM,
        )
        department.jurisdiction = other
        with pytest.raises(Invalid):
            services.change(department, by=SYSTEM)


class TestFinding:
    @pytest.mark.parametrize("text", ["市场", "scj", "shichangju", "Market", "shichang jiandu"])
    def test_departments_by_name_pinyin_or_initials(self, place, department, text):
        assert list(queries.departments(place, text)) == [department]

    def test_not_by_something_else(self, place, department):
        assert not queries.departments(place, "公安").exists()

    def test_whom_to_notify(self, place, department, officer, moved):
        moved("2026-03-02 09:00")
        head = officer("head", department=department)
        assert [u.pk for u in queries.holders("head", department=department)] == [head.user_id]
        people.end_post(head.posts[0].pk, by=SYSTEM)
        moved("2026-03-03 09:00")
        assert not queries.holders("head", department=department).exists()


class TestPolicies:
    def test_silent_consent_cites_its_rule(self, place, officer):
        manager = officer("manager")
        with pytest.raises(Invalid, match="依据"):
            services.set_policies(place, policies.Policies(silent_consent=True), reason="试点", by=manager)
        wanted = policies.Policies(silent_consent=True, silent_consent_basis="示例〔2026〕1号")
        services.set_policies(place, wanted, reason="试点", by=manager)
        place.refresh_from_db()
        assert place.policies == wanted
        event = Event.objects.get(what="jurisdiction.policies_set")
        assert event.data["changed"]["silent_consent"] == [False, True]

    def test_the_kill_switch_is_at_the_supervisors_hand_too(self, place, officer):
        wanted = policies.Policies(silent_consent=True, silent_consent_basis="示例〔2026〕1号")
        services.set_policies(place, wanted, reason="试点", by=SYSTEM)
        services.stop_silent_consent(place, reason="系统故障", by=officer("supervisor"))
        assert not Jurisdiction.objects.get(pk=place.pk).policies.silent_consent
        with pytest.raises(NotAllowed):
            services.stop_silent_consent(place, reason="x", by=Actor())

    def test_an_unknown_policy_is_refused(self):
        with pytest.raises(Invalid, match="没有这样的政策项"):
            policies.read({"be_nice": True})
