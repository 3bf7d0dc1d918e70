"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from hall.now import now
from hall.organisation.models import Jurisdiction

# code, label, URL name: in the order of the bar above every desk.
DESKS = (
    ("desk", _("前台受理"), "applications:desk"),
    ("review", _("部门审批"), "routing:queue"),
    ("issue", _("统一出件"), "certificates:issue"),
    ("exchange", _("审管互动"), "exchange:inbox"),
    ("supervision", _("监察"), "supervision:home"),
    ("sessions", _("联合办理"), "sessions:list"),
    ("manage", _("管理"), "manage"),
    ("audit", _("审计"), "audit"),
)


def hall(request: HttpRequest) -> dict[str, Any]:
    """Place, officer and desks; the lists are lazy so that a fragment pays for nothing it does not show."""
    officer = getattr(request, "officer", None)
    return {
        "place": getattr(request, "place", None),
        "places": Jurisdiction.objects.all(),
        "demo": settings.DEMONSTRATION,
        "movable_clock": settings.HALL_MOVABLE_CLOCK,
        "now": now(),
        "officer": officer,
        "applicant": getattr(request, "applicant", None),
        "desks": _desks(request, officer),
        "senior": request.COOKIES.get("senior") == "1",
        "about": settings.HALL_SITE,
    }


def _desks(request: HttpRequest, officer) -> list[dict[str, Any]]:
    if officer is None:
        return []
    open_to = set(officer.desks())
    found = []
    for code, label, name in DESKS:
        if code not in open_to:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:  # a room that is not mounted has no desk
            continue
        # The desks divide the addresses, not the rooms: 管理 has pages of nearly every room.
        found.append({"code": code, "label": label, "url": url, "active": request.path.startswith(url)})
    return found
