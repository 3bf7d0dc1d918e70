"""Where a page is: the place of its address, or of the keeper's post."""

from __future__ import annotations

from django.http import Http404

from hall.organisation.models import Jurisdiction
from hall.requests import HallRequest


def place_of(request: HallRequest) -> Jurisdiction:
    """The place of a request; without one the page does not exist."""
    if request.place is None:
        raise Http404
    return request.place
