"""Leaflets of one matter, drawn once: the same content is kept, whatever day's first reader asked for it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest

from matters.models import MatterVersion

from .composing.formsheets import form_sheet
from .composing.leaflets import guide_sheet
from .composing.manuals import manual_sheet
from .throttle import Busy, too_often
from .workshop import leaflets

KEPT_SECONDS = 26 * 3600  # the day of printing stands on the sheet: a day, and what a clock may differ

COMPOSERS: dict[str, Callable[[MatterVersion], leaflets.Leaflet]] = {
    "guide": guide_sheet,
    "form": form_sheet,
    "sample": lambda version: form_sheet(version, sample=True),
    "manual": manual_sheet,
}


def sheet(request: HttpRequest, version: MatterVersion, which: str) -> tuple[bytes, str]:
    """The PDF and its digest. A published version never changes, so that each is drawn once a day.

    What else stands on it — the name of the matter, the halls, the proofs that need not be brought — is part
    of the digest: a renamed matter is drawn anew. Raises Busy when one address asks for too many.
    """
    leaflet = COMPOSERS[which](version)
    key = f"leaflet:{leaflet.digest}"
    content = cache.get(key)
    if content is None:
        if too_often(request, "leaflet", most=60, seconds=600):
            raise Busy
        content = leaflets.draw(leaflet)
        cache.set(key, content, KEPT_SECONDS)
    return content, leaflet.digest
