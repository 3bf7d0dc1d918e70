"""Requests as `hall.middleware.HallMiddleware` leaves them, for the annotations of views."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from hall.actors import Actor
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.people.models import Person, User


class HallRequest(HttpRequest):
    """Any request: `actor` is who acts, be it the public; `place` is where, if that is known."""

    officer: Officer | None
    applicant: Person | None
    actor: Actor
    place: Jurisdiction | None
    htmx: HtmxDetails


class SignedInRequest(HallRequest):
    """A request behind `@signed_in`, `@citizen`, `@staff` or `@desk`: there is an account."""

    user: User


class DeskRequest(SignedInRequest):
    """A request behind `@staff` or `@desk`: there is an officer with a post."""

    officer: Officer
