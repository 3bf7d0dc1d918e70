"""(a) Intake as a clerk does it: the case is opened, then the desk's big form is saved and received."""

from __future__ import annotations

import os
from pathlib import Path

from django.test import Client as Browser

from applications.models import Application
from benchmarks import floor, ground
from benchmarks.intake import CLIENTS, Crew, compared
from benchmarks.measure import Result
from benchmarks.web import Client
from hall.people.models import User
from tests import traits


def run(folder: Path, *, quick: bool) -> Result:
    """Two requests a case, on both sides."""
    hall = Crew("desk")
    version = hall.county.version.pk
    typed = {
        "desk-action": "receive",
        "a-kind": "person",
        "a-name": hall.county.person.name,
        "a-id_type": "id_card",
        "a-id_number": hall.county.id_number,
        "a-phone": traits.PHONE,
        "s-q_agent": "no",
        **{f"v-{code}": "ok" for code in hall.codes},
        **traits.FORM_DATA,
    }
    os.environ[floor.SAMPLE] = _sample(hall, version, typed)

    def subject(number: int) -> Client:
        while True:
            case = yield hall.post(number, f"/desk/open/{version}/", idempotency_key=ground.new_key())
            yield hall.post(number, f"{case}act/", **typed)

    def bare(number: int) -> Client:
        while True:
            key = ground.new_key()
            case = yield hall.post(number, "/desk/open/", key=key)
            yield hall.post(number, f"{case}act/", key=key, **typed)

    result = compared(folder, subject, bare, quick=quick)
    result.title = "Intake at the desk"
    result.how = (
        f"{CLIENTS} clerks open a case and send the desk's form with applicant, situation, form and "
        "verdicts, to be received: the two requests of the desk's own pages. Every part is checked and kept "
        "before the verdict, so that a refusal loses nothing. The floor: two bare views that write the same "
        "rows "
        f"({result.how})."
    )
    return result


def _sample(hall: Crew, version: int, typed: dict[str, str]) -> str:
    """One case that went through the pages, for the floor to write again."""
    browser = Browser(HTTP_HOST="127.0.0.1")
    browser.force_login(User.objects.get(pk=hall.clerks[0].user_id))
    case = browser.post(f"/desk/open/{version}/", {"idempotency_key": ground.new_key()}).url
    browser.post(f"{case}act/", typed)
    found = Application.objects.get(version=version)
    if found.state != "received":
        raise RuntimeError(f"the desk did not receive it: {found.state}")
    return str(found.pk)
