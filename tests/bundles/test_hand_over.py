"""One receipt, one notice, one hand-over of all the results; the promise of the whole raises its card."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageDraw

from applications import services as cases
from applications.bundle_models import BundleCase
from applications.choices import State
from certificates import services
from certificates.choices import CollectorRelation, PaperKind
from certificates.models import Delivery, Paper
from certificates.workshop.contexts import from_json
from hall.clocks import sweep
from hall.errors import WrongState
from supervision.models import Card
from tests import traits

from .conftest import accepted, decide, part, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seals")]


def _signature() -> str:
    """Something written on the pad, as the pad sends it."""
    picture = Image.new("RGBA", (240, 90), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 70), (60, 20), (110, 70), (220, 30)], fill="black", width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


SIGNATURE = _signature()


def collector(bundle: BundleCase) -> services.Collector:
    return services.Collector(
        bundle.applicant_name, CollectorRelation.SELF, id_number=bundle.person.id_number
    )


def hand_over(bundle: BundleCase, issuer) -> list[Delivery]:
    return services.deliver_bundle(
        bundle.pk, mode="window", collector=collector(bundle), signature=SIGNATURE, by=issuer
    )


class TestOnePaper:
    def test_one_receipt_lists_the_parts_and_the_one_promise(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk)
        paper = services.print_bundle_paper(bundle.pk, PaperKind.RECEIPT, by=clerk)
        again = services.print_bundle_paper(bundle.pk, PaperKind.RECEIPT, by=clerk)
        content = from_json(paper.context)
        assert paper == again
        assert content.case_number == bundle.number
        assert [each.name for each in content.parts] == ["示例设立登记", "示例税务信息确认", "示例社保登记"]
        assert content.promised == "7个工作日"
        assert [m.name for m in content.materials].count("申请书") == 1

    def test_one_notice_for_the_whole(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk, "licence-m01")
        with pytest.raises(WrongState):
            services.print_bundle_paper(bundle.pk, PaperKind.CORRECTION, by=clerk)
        cases.give_bundle_notice(bundle.pk, items=cases.bundle_notice_items(bundle), by=clerk)
        paper = services.print_bundle_paper(bundle.pk, PaperKind.CORRECTION, by=clerk)
        assert paper.number
        assert [item.material for item in from_json(paper.context).items] == ["申请书"]

    def test_a_paper_that_a_bundle_does_not_have(self, bundle_version, clerk):
        bundle = received(bundle_version, clerk)
        with pytest.raises(WrongState):
            services.print_bundle_paper(bundle.pk, PaperKind.GRANT, by=clerk)


class TestOneHandOver:
    def test_all_results_at_once_with_one_signature(self, sinking_version, clerk, issuer, moved):
        moved("2026-03-02 09:00")
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        decide(bundle, "insurance", "refused")
        cases.follow_bundle(bundle.pk)
        assert services.awaited(bundle) == []
        handed = hand_over(BundleCase.objects.get(pk=bundle.pk), issuer)
        assert len(handed) == 2
        bundle.refresh_from_db()
        assert bundle.state == State.DELIVERED
        assert {case.state for case in bundle.cases.all()} == {State.DELIVERED}
        assert sum(case.visits for case in bundle.cases.all()) == 1  # one visit for all of it

    def test_partly_ready_shows_what_is_awaited_and_is_not_handed_over(self, sinking_version, clerk, issuer):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        cases.follow_bundle(bundle.pk)
        assert services.awaited(bundle) == ["示例社保登记", "示例税务信息确认"]
        with pytest.raises(WrongState):
            hand_over(bundle, issuer)
        with pytest.raises(WrongState):
            services.deliver(
                part(bundle, "licence").case.pk,
                mode="window",
                collector=collector(bundle),
                signature=SIGNATURE,
                by=issuer,
            )

    def test_who_asks_for_it_fetches_what_is_ready(self, sinking_version, clerk, issuer):
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence")
        cases.follow_bundle(bundle.pk)
        cases.hand_over_singly(bundle.pk, by=clerk)
        assert len(hand_over(BundleCase.objects.get(pk=bundle.pk), issuer)) == 1
        assert BundleCase.objects.get(pk=bundle.pk).state == State.ACCEPTED
        decide(bundle, "insurance", "refused")
        cases.follow_bundle(bundle.pk)
        hand_over(BundleCase.objects.get(pk=bundle.pk), issuer)
        assert BundleCase.objects.get(pk=bundle.pk).state == State.DELIVERED


class TestTheOneDate:
    def test_over_the_promise_a_card_lies_on_the_part_still_awaited(
        self, bundle_version, clerk, supervisor, moved
    ):
        moved("2026-03-02 09:00")
        bundle = accepted(bundle_version, clerk)
        moved("2026-03-20 09:00")
        sweep.run()
        card = Card.objects.get(reason="超过一件事承诺办结时限")
        assert card.case == part(bundle, "licence").case
        assert card.department == card.case.version.department

    def test_in_time_there_is_none(self, sinking_version, clerk, moved):
        moved("2026-03-02 09:00")
        bundle = accepted(sinking_version, clerk)
        decide(bundle, "licence", "refused")
        cases.follow_bundle(bundle.pk)
        moved("2026-03-20 09:00")
        sweep.run()
        assert not Card.objects.filter(reason="超过一件事承诺办结时限").exists()


class TestQuiet:
    def test_a_part_is_never_loud_the_bundle_tells_once(self, bundle_version, clerk, moved):
        from hall.notices.models import Notice

        moved("2026-03-02 09:00")
        bundle = accepted(bundle_version, clerk)
        sms = Notice.objects.filter(channel="sms")
        assert sms.filter(case_id=bundle.pk).count() == 2  # received, accepted
        assert not sms.exclude(case_id=bundle.pk).exists()
        assert Paper.objects.filter(case__bundle=bundle, kind=PaperKind.RECEIPT).count() == 0
        assert traits.PHONE
