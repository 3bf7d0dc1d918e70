"""What every request carries: the officer or the applicant, the place; and what a refusal looks like."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hall.actors import PUBLIC, Actor
from hall.errors import HallError
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.requests import HallRequest

log = logging.getLogger(__name__)

PLACE_COOKIE = "hall_place"


class HallMiddleware:
    """Adds `officer`, `applicant`, `actor` and `place` to the request, and answers domain errors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HallRequest) -> HttpResponse:
        user = request.user
        request.officer = Officer.of(user) if user.is_authenticated and not user.is_public else None
        request.applicant = user.person if user.is_authenticated and user.is_public else None
        request.actor = _actor(request)
        request.place = None
        response = self.get_response(request)
        place = request.resolver_match.kwargs.get("place") if request.resolver_match else None
        if place and response.status_code == 200:
            response.set_cookie(PLACE_COOKIE, place, max_age=365 * 86400, samesite="Lax", httponly=True)
        return response

    def process_view(self, request: HallRequest, view, args, kwargs) -> None:
        """The place comes from the address, then from the officer's post, then from the last visit."""
        slug = kwargs.get("place") or request.GET.get("place") or request.COOKIES.get(PLACE_COOKIE)
        own = getattr(view, "access", "").startswith(("desk", "staff", "signed_in"))
        officer = request.officer if own else None
        if officer and officer.jurisdiction:
            request.place = officer.jurisdiction
        elif slug:
            request.place = Jurisdiction.objects.filter(slug=slug).first()

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal by a verb becomes a page in plain Chinese (or JSON), with the right status."""
        if isinstance(error, PermissionDenied):
            return refusal(request, str(error), 403)
        if isinstance(error, HallError):
            log.info("%s %s: %s", request.method, request.path, error)
            return refusal(request, str(error), error.status, error)
        return None


def refusal(request: HttpRequest, message: str, status: int, error: HallError | None = None) -> HttpResponse:
    """The page, fragment or JSON that tells of a refusal."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": error.code if error else "error", "message": message}, status=status)
    context = {"message": message, "error": error, "status": status}
    if request.headers.get("HX-Request"):
        response = render(request, "errors/_fragment.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
        return response
    page = status if status in (400, 403, 404, 409) else 409
    return render(request, f"errors/{page}.html", context, status=status)


def _actor(request: HallRequest) -> Actor:
    user = request.user
    if not user.is_authenticated:
        return PUBLIC
    if user.is_public:
        return Actor(user_id=user.pk, name=user.name, role="citizen")
    return request.officer or PUBLIC
