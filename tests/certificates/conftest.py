"""Cases with their papers and certificates."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageDraw

from applications import services as cases
from applications.models import Application
from certificates import services
from certificates.choices import SealKind
from certificates.models import Certificate, Seal
from certificates.services import Collector
from routing import services as routing
from routing.models import Task
from tests import traits


@pytest.fixture(scope="session")
def _hall_data(tmp_path_factory):
    return tmp_path_factory.mktemp("hall-data")


@pytest.fixture(autouse=True)
def own_data(settings, _hall_data):
    """Authorities and papers of these tests lie apart; authorities are made once, they are costly."""
    settings.HALL_DATA = _hall_data
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": _hall_data / "files"},
        },
    }


@pytest.fixture
def approval_seal(a_place, bureau) -> Seal:
    return services.register_seal(
        a_place,
        code="approval",
        kind=SealKind.APPROVAL,
        department=bureau,
        ring_text=bureau.name,
        line_text="行政审批专用章(1)",
    )


@pytest.fixture
def acceptance_seal(a_place, bureau) -> Seal:
    return services.register_seal(
        a_place,
        code="acceptance",
        kind=SealKind.ACCEPTANCE,
        department=bureau,
        ring_text=bureau.name,
        line_text="受理专用章",
    )


@pytest.fixture
def seals(approval_seal, acceptance_seal) -> tuple[Seal, Seal]:
    return approval_seal, acceptance_seal


def decide(case: Application, head, **given) -> Application:
    """Dispatch the case to its one department and let the head decide."""
    routing.dispatch(case.pk)
    task = Task.objects.get(case=case, decides=True)
    routing.decide(task.pk, by=head, **{"outcome": "granted", **given})
    return traits.fresh(case)


@pytest.fixture
def granted_case(instant_version, clerk, bureau_head, seals) -> Application:
    """已决定: granted, with a certificate to come."""
    case = traits.take_in(instant_version, clerk)
    cases.accept(case.pk, by=clerk)
    return decide(case, bureau_head, conditions="按时年检\n悬挂证件")


@pytest.fixture
def refused_case(instant_version, clerk, bureau_head, seals) -> Application:
    case = traits.take_in(instant_version, clerk)
    cases.accept(case.pk, by=clerk)
    return decide(case, bureau_head, outcome="refused", reasons="场所不符合规定条件")


@pytest.fixture
def firm_case(instant_version, clerk, bureau_head, seals) -> Application:
    """待出件, of an enterprise."""
    case = traits.take_in(instant_version, clerk, subject=traits.make_enterprise())
    cases.accept(case.pk, by=clerk)
    decide(case, bureau_head)
    services.prepare(case.pk)
    return traits.fresh(case)


@pytest.fixture
def ready_case(granted_case) -> Application:
    """待出件."""
    services.prepare(granted_case.pk)
    return traits.fresh(granted_case)


@pytest.fixture
def certificate(ready_case) -> Certificate:
    return Certificate.objects.get(case=ready_case)


@pytest.fixture
def signature() -> str:
    """Something written on the pad, as the pad sends it."""
    picture = Image.new("RGBA", (240, 90), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 70), (60, 20), (110, 70), (220, 30)], fill="black", width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def in_person(case: Application) -> Collector:
    """The applicant, with their own document."""
    return Collector(name=case.applicant_name, relation="self", id_number=case.person.id_number)


@pytest.fixture
def delivered_case(ready_case, issuer, signature) -> Application:
    """已送达, at the window."""
    services.deliver(
        ready_case.pk, mode="window", collector=in_person(ready_case), signature=signature, by=issuer
    )
    return traits.fresh(ready_case)
