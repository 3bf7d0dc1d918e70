"""A certificate that this hall has issued stands in for a material of another case (S4 四(五))."""

import datetime as dt

import pytest

from applications import evidence, services
from applications.choices import MaterialVerdict
from certificates import services as certificates
from certificates.models import Certificate
from certificates.transfers import seals_panel
from hall.actors import SYSTEM
from hall.errors import Invalid
from hall.now import today
from hall.organisation.choices import DepartmentKind
from matters import services as catalogue
from tests import traits

ROW = {
    "code": "m05",
    "name": "场所许可证",
    "is_main": False,
    "substitute_certificate": "示例许可证",
    "basis": "示范规定第二条",
}


@pytest.fixture
def issued(granted_case) -> Certificate:
    certificates.prepare(granted_case.pk)
    return Certificate.objects.get(case=granted_case)


@pytest.fixture
def next_case(bureau, clerk, issued):
    """A case of the same applicant that asks for what the certificate shows."""
    version = traits.make_version(bureau, materials=[*traits.MATERIALS, ROW])
    return traits.take_in(version, clerk, "m05", subject=issued.case.person)


def offered(case):
    row = case.materials.select_related("material").get(material__code="m05")
    return evidence.offers(case, [row]).get(row.pk, [])


class TestOwnCertificates:
    def test_a_valid_one_of_the_applicant_is_offered(self, issued, next_case):
        (held,) = offered(next_case)
        assert (held.id, held.number) == (issued.pk, issued.number)
        assert not held.in_progress

    def test_chosen_it_satisfies_the_material(self, issued, next_case, clerk):
        row = services.use_certificate(next_case.pk, "m05", held=f"certificate:{issued.pk}", by=clerk)
        assert row.verdict == MaterialVerdict.REUSED
        assert (row.substitute.certificate, row.substitute.number) == (issued.pk, issued.number)

    def test_not_to_anybody_else(self, issued, bureau, clerk):
        version = traits.make_version(bureau, materials=[*traits.MATERIALS, ROW])
        stranger = traits.take_in(version, clerk, "m05")
        assert offered(stranger) == []
        with pytest.raises(Invalid):
            services.use_certificate(stranger.pk, "m05", held=f"certificate:{issued.pk}", by=clerk)

    @pytest.mark.parametrize(
        "changes",
        [{"state": "revoked", "state_reason": "示例"}, {"valid_to": dt.date(2020, 1, 1)}],
        ids=["revoked", "expired"],
    )
    def test_not_one_that_is_valid_no_more(self, issued, next_case, clerk, changes):
        Certificate.objects.filter(pk=issued.pk).update(**changes)
        assert offered(next_case) == []
        with pytest.raises(Invalid):
            services.use_certificate(next_case.pk, "m05", held=f"certificate:{issued.pk}", by=clerk)

    def test_from_home_the_applicant_chooses_it(self, issued, bureau, citizen):
        version = traits.make_version(bureau, materials=[*traits.MATERIALS, ROW])
        owner = traits.make_citizen(issued.case.person)
        case = services.apply_online(version=version, by=traits.acting(owner))
        row = services.use_certificate(
            case.pk, "m05", held=f"certificate:{issued.pk}", by=traits.acting(owner)
        )
        assert row.verdict == MaterialVerdict.REUSED


class TestAfterATransfer:
    """S1 一, 二(二): one bureau, one seal; running cases stay; the old seal is sealed up in the end."""

    @pytest.fixture
    def approvals(self, a_place):
        a_place.settings = {**a_place.settings, "seal_rule": "bureau"}
        a_place.save()
        found = traits.make_department(a_place, "approvals", "行政审批服务局")
        found.kind = DepartmentKind.APPROVAL_BUREAU
        found.save()
        return found

    @pytest.fixture
    def one_seal(self, a_place, approvals):
        return certificates.register_seal(
            a_place,
            code="one",
            kind="approval",
            department=approvals,
            ring_text=approvals.name,
            line_text="行政审批专用章",
        )

    @pytest.fixture
    def moved(self, a_place, approvals, one_seal, promised_version, approval_seal, clerk):
        """A running case, then the transfer of its matter."""
        running = services.accept(traits.take_in(promised_version, clerk).pk, by=clerk)
        batch = catalogue.prepare_transfer(
            a_place,
            "first",
            name="首批划转",
            document="示范〔2026〕1号",
            bureau=approvals,
            effective_on=today(),
            by=SYSTEM,
        )
        catalogue.put_in_transfer(batch.pk, promised_version.matter, by=SYSTEM)
        catalogue.approve_transfer(batch.pk, by=traits.make_officer(a_place, "keeper"))
        catalogue.take_transfers()
        batch.refresh_from_db()
        return running, batch

    def test_a_running_case_keeps_its_organ_and_seal(self, moved, approval_seal, bureau):
        case = traits.fresh(moved[0])
        assert case.version.department == bureau
        assert certificates.choose_seal(case, "approval") == approval_seal

    def test_a_new_case_gets_the_bureaus(self, moved, promised_version, one_seal, clerk, approvals):
        version = promised_version.matter.versions.valid_at().get()
        case = traits.fresh(traits.take_in(version, clerk))
        assert case.version.department == approvals
        assert certificates.choose_seal(case, "approval") == one_seal

    def test_the_old_version_takes_no_new_case(self, moved, promised_version, clerk):
        from hall.errors import WrongState

        with pytest.raises(WrongState):
            traits.take_in(promised_version, clerk)

    def test_keepers_see_what_becomes_of_the_seals(self, moved, one_seal, approval_seal):
        _case, batch = moved
        told = seals_panel(batch).context
        assert told["bureau"] == [one_seal]
        assert told["former"] == [{"seal": approval_seal, "kept": 0, "running": 1}]
