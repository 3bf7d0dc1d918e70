"""Anybody checks a certificate, by its code or by its QR code."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hall.access import public
from hall.requests import HallRequest

from .. import services
from ..composing.result import grouped
from ..services.verifying import normal_code
from ..throttle import Busy, too_often

# A hall with all its windows and kiosks asks from one address; somebody who guesses codes asks for more.
MOST, SECONDS = 120, 600


@public
@require_safe
def verify(request: HallRequest) -> HttpResponse:
    """The form; a code in it leads to its own address."""
    code = normal_code(request.GET.get("code", ""))[:20]
    if code.isalnum():
        return redirect("certificates:verify_code", code)
    return render(request, "certificates/verify.html", {"nav_here": "verify"})


@public
@require_safe
def verify_code(request: HallRequest, code: str) -> HttpResponse:
    """What is known of one certificate: valid, expired, superseded, revoked — or unknown."""
    if too_often(request, "verify", most=MOST, seconds=SECONDS):
        raise Busy
    found = services.verify(code, by=request.actor)
    context = {"nav_here": "verify", "found": found, "code": grouped(normal_code(code)[:20])}
    return render(request, "certificates/verify.html", context, status=200 if found else 404)
