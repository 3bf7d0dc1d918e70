"""Which matter waits for which: data of the place, and never a circle."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.organisation.choices import Role
from hall.trail.models import Event
from matters import services as catalogue
from matters.models import MatterDependency, ProjectScheme
from matters.services.project_schemes import circle
from tests import traits

from .conftest import scheme_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(a_place):
    return traits.make_officer(a_place, Role.KEEPER)


class TestNoCircle:
    def test_a_circle_is_found_in_its_order(self):
        assert circle([(1, 2), (2, 3), (3, 1), (1, 9)]) == [1, 2, 3, 1]
        assert circle([(1, 2), (1, 3), (2, 4), (3, 4)]) == []

    def test_a_circle_is_refused_with_the_names_on_the_way(self, scheme, permit, filing, keeper):
        with pytest.raises(Invalid, match="示例项目备案 → 示例规划许可 → 示例施工许可 → 示例项目备案"):
            catalogue.add_dependency(
                scheme.pk, prerequisite=permit.matter, dependent=filing.matter, by=keeper
            )
        assert scheme.dependencies.count() == 2

    def test_a_matter_never_waits_for_itself(self, scheme, plan, keeper):
        with pytest.raises(Invalid, match="循环"):
            catalogue.add_dependency(scheme.pk, prerequisite=plan.matter, dependent=plan.matter, by=keeper)
        with pytest.raises(IntegrityError, match="no_matter_waits_for_itself"), transaction.atomic():
            MatterDependency.objects.create(scheme=scheme, prerequisite=plan.matter, dependent=plan.matter)

    def test_an_import_with_a_circle_is_refused_whole(self, a_place, bureau, filing, plan, permit, finish):
        edges = [
            {"prerequisite": filing.matter, "dependent": plan.matter},
            {"prerequisite": plan.matter, "dependent": filing.matter},
        ]
        with pytest.raises(Invalid, match="循环"), transaction.atomic():
            scheme_of(a_place, bureau, filing, plan, permit, finish, edges)
        assert not ProjectScheme.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_keepers_who_would_close_a_circle_together_do_not(
        self, scheme, filing, permit, finish, keeper, really_concurrent
    ):
        outcomes = really_concurrent(
            lambda: catalogue.add_dependency(
                scheme.pk, prerequisite=permit.matter, dependent=finish.matter, by=keeper
            ),
            lambda: catalogue.add_dependency(
                scheme.pk, prerequisite=finish.matter, dependent=filing.matter, by=keeper
            ),
        )
        assert sum(outcome.ok for outcome in outcomes) == 1
        assert not circle(scheme.dependencies.values_list("prerequisite_id", "dependent_id"))


class TestKeeping:
    def test_a_keeper_adds_and_removes_with_reason_and_event(self, scheme, permit, finish, keeper):
        row = catalogue.add_dependency(
            scheme.pk, prerequisite=permit.matter, dependent=finish.matter, basis="示例", by=keeper
        )
        with pytest.raises(Conflict):
            catalogue.add_dependency(
                scheme.pk, prerequisite=permit.matter, dependent=finish.matter, by=keeper
            )
        with pytest.raises(Invalid):
            catalogue.remove_dependency(row.pk, reason=" ", by=keeper)
        catalogue.remove_dependency(row.pk, reason="不再需要", by=keeper)
        told = Event.objects.filter(what__startswith="project_dependency").values_list("what", flat=True)
        assert list(told.order_by("pk")) == ["project_dependency_added", "project_dependency_removed"]

    def test_a_material_that_the_dependent_does_not_ask_for_is_refused(self, scheme, permit, finish, keeper):
        with pytest.raises(Invalid) as refused:
            catalogue.add_dependency(
                scheme.pk,
                prerequisite=permit.matter,
                dependent=finish.matter,
                material_code="m77",
                by=keeper,
            )
        assert "material_code" in refused.value.fields

    def test_a_matter_with_prerequisites_is_not_taken_out(self, scheme, plan, keeper):
        with pytest.raises(WrongState, match="前置关系"):
            catalogue.take_out_of_stage(scheme.stage_matters.get(matter=plan.matter).pk, by=keeper)

    def test_nobody_else_changes_it(self, scheme, permit, finish, clerk):
        with pytest.raises(NotAllowed):
            catalogue.add_dependency(scheme.pk, prerequisite=permit.matter, dependent=finish.matter, by=clerk)
        with pytest.raises(NotAllowed):
            catalogue.change_project_promise(
                scheme.pk, promised_value=40, promised_unit="working_day", basis="", by=clerk
            )

    def test_loading_again_overwrites_nothing(self, scheme, a_place, bureau, filing, plan, permit, finish):
        again = catalogue.define_project_scheme(
            a_place,
            code="sample",
            name="另一个",
            kind="filed",
            department=bureau,
            elements={},
            stages=[],
            dependencies=[],
        )
        assert again is None
        assert ProjectScheme.objects.get().name == "示例项目流程"
