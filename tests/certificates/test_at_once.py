"""Porters and issuers side by side. Real commits."""

from __future__ import annotations

import pytest

from applications import services as cases
from applications.choices import State
from certificates import services, tasks
from certificates.choices import PaperKind, PaperState
from certificates.models import ArchivePackage, Certificate, Delivery, Paper
from hall.errors import WrongState
from hall.organisation.choices import Role
from hall.trail.queries import faults, of_case
from tests import traits

from .conftest import decide, in_person


@pytest.fixture(autouse=True)
def journal_holds(transactional_db):
    """Whatever the order was, the chains are whole afterwards."""
    yield
    assert not list(faults())


def test_two_issuers_hand_one_result_over_once(
    ready_case, issuer, a_place, centre, signature, really_concurrent
):
    other = traits.make_officer(a_place, Role.ISSUER, hall=centre)
    collector = in_person(ready_case)
    outcomes = really_concurrent(
        *[
            lambda by=by: services.deliver(
                ready_case.pk, mode="window", collector=collector, signature=signature, by=by
            )
            for by in (issuer, other)
        ]
    )
    (lost,) = [outcome.error for outcome in outcomes if not outcome.ok]
    assert isinstance(lost, WrongState)
    assert Delivery.objects.count() == 1
    assert sum(event.what == "applications.delivered" for event in of_case(ready_case.pk)) == 1
    assert traits.fresh(ready_case).state == State.DELIVERED


def test_two_porters_empty_one_tray_and_number_without_gap(
    instant_version, clerk, bureau_head, seals, really_concurrent
):
    for _i in range(4):
        case = traits.take_in(instant_version, clerk)
        cases.accept(case.pk, by=clerk)
        decide(case, bureau_head)
    outcomes = really_concurrent(tasks.prepare, tasks.prepare)
    assert sum(outcome.value for outcome in outcomes) == 4, [o.error for o in outcomes]
    certificates = Certificate.objects.values_list("number", flat=True)
    assert sorted(int(number[-6:]) for number in certificates) == [1, 2, 3, 4]
    papers = Paper.objects.filter(kind=PaperKind.GRANT).values_list("number", flat=True)
    assert sorted(number.split("〕")[1] for number in papers) == ["1号", "2号", "3号", "4号"]


def test_two_porters_draw_each_paper_once(ready_case, really_concurrent):
    waiting = Paper.objects.filter(state=PaperState.REGISTERED).count()
    outcomes = really_concurrent(services.draw_waiting, services.draw_waiting, timeout=120)
    assert sum(outcome.value for outcome in outcomes) <= waiting, [o.error for o in outcomes]
    drawn = Paper.objects.filter(state=PaperState.DRAWN)
    assert drawn.count() == sum(outcome.value for outcome in outcomes) > 0
    for paper in drawn:
        assert services.read(paper)  # the stored bytes are those whose hash was written


def test_a_print_and_a_porter_draw_one_paper_once(ready_case, really_concurrent):
    paper = Paper.objects.get(kind=PaperKind.GRANT)
    outcomes = really_concurrent(
        lambda: services.draw(paper.pk).sha256, lambda: services.draw(paper.pk).sha256, timeout=120
    )
    assert len({outcome.value for outcome in outcomes}) == 1, [o.error for o in outcomes]
    paper.refresh_from_db()
    assert services.read(paper)


def test_two_porters_archive_a_case_once(delivered_case, really_concurrent):
    outcomes = really_concurrent(*[lambda: services.archive(delivered_case.pk)] * 2, timeout=120)
    assert sorted(outcome.value is not None for outcome in outcomes) == [False, True]
    assert ArchivePackage.objects.count() == 1
    assert traits.fresh(delivered_case).state == State.ARCHIVED
