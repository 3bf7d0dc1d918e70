"""1,173 matters through Excel and back: nothing is lost and nothing changes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from hall.actors import SYSTEM
from hall.organisation.models import Department, Jurisdiction
from hall.trail.models import Event
from matters import exporting
from matters.choices import Certainty
from matters.importing import vocabulary
from matters.models import Material, Matter, MatterVersion, Step

from .test_exporting import again, heading_at, opened, packed, row_of


@pytest.fixture(scope="module")
def dongguan(django_db_setup: None, django_db_blocker: Any) -> Iterator[Jurisdiction]:
    """The place with 1,173 matters, founded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_places", place=["dongguan"], verbosity=0)
        yield Jurisdiction.objects.get(slug="dongguan")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def workbook(dongguan: Jurisdiction, django_db_blocker: Any) -> bytes:
    """Its whole catalogue as it goes out."""
    with django_db_blocker.unblock():
        return exporting.export_workbook(dongguan, by=SYSTEM)


@pytest.mark.django_db
class TestTheWholeCatalogueOfOnePlace:
    """1,173 matters through Excel, worked-out ones among them."""

    def test_import_of_the_export_changes_nothing(self, dongguan, workbook):
        before = {
            model: list(model.objects.order_by("pk").values())
            for model in (Matter, MatterVersion, Material, Step, Department)
        }
        events = Event.objects.count()
        report = again(dongguan, workbook, publish=True)
        assert (report.read, report.unchanged) == (1173, 1173)
        assert (report.created, report.updated, report.refused, report.departments) == (0, 0, [], [])
        assert (report.versions, report.drafts, report.listed) == (0, 0, 0)
        assert Event.objects.count() == events + 1  # that there was an import
        for model, rows in before.items():
            assert list(model.objects.order_by("pk").values()) == rows, model.__name__

    def test_worked_out_matters_are_among_them_with_all_they_have(self, dongguan, workbook):
        worked = MatterVersion.objects.valid_at().filter(
            matter__jurisdiction=dongguan, certainty=Certainty.WORKED
        )
        assert worked.count() > 20
        book = opened(workbook)
        sheets = {kind: book[vocabulary.sheet(kind)] for kind in ("matters", "materials", "steps")}
        valid = MatterVersion.objects.valid_at().filter(matter__jurisdiction=dongguan)
        assert sheets["matters"].max_row == 1 + 1173
        assert sheets["materials"].max_row == 1 + Material.objects.filter(version__in=valid).count()
        assert sheets["steps"].max_row == 1 + Step.objects.filter(version__in=valid).count()

    def test_a_changed_promise_makes_a_draft_for_review(self, dongguan, workbook):
        version = (
            MatterVersion.objects.valid_at()
            .filter(matter__jurisdiction=dongguan, certainty=Certainty.WORKED, promised_value__gt=3)
            .first()
        )
        book = opened(workbook)
        sheet = book[vocabulary.sheet("matters")]
        row = row_of(sheet, version.matter.implementation_code)
        sheet.cell(row, heading_at(sheet, "promised_value")).value = version.promised_value - 1
        report = again(dongguan, packed(book))
        assert (report.unchanged, report.updated, report.drafts, report.versions) == (1172, 1, 1, 0)
        draft = version.matter.versions.get(state="draft")
        assert draft.promised_value == version.promised_value - 1
        assert draft.certainty == Certainty.WORKED
        assert draft.materials.count() == version.materials.count()
        assert MatterVersion.objects.valid_at().get(matter=version.matter) == version
