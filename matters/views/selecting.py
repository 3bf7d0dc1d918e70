"""Which matters a keeper has chosen by the filters of the list."""

from __future__ import annotations

from django.http import HttpRequest

FILTERS = ("q", "department", "domain", "kind", "level", "state", "certainty", "list", "flag", "work")


def asked_of(request: HttpRequest) -> dict[str, str]:
    """The filters of a request that say anything, as `queries.for_keepers` takes them."""
    asked = {name: request.GET[name].strip() for name in FILTERS if request.GET.get(name, "").strip()}
    if not asked.get("department", "0").isdecimal():
        asked.pop("department")
    return asked
