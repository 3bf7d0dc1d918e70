"""New matters as a file describes them, not saved: what follows from their names and codes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from hall.organisation.models import Department, Jurisdiction

from .. import codes, naming, wording
from ..choices import Flag
from ..models import Matter
from ..services.creating import prepare

DEFAULT_DOMAIN = "social_affairs"


def new_matter(
    place: Jurisdiction, code: str, stated: Mapping[str, Any], *, made_here: bool, is_demo: bool
) -> Matter:
    """A matter with what its row states; domain and level follow where they are not stated."""
    matter = Matter(
        jurisdiction=place,
        implementation_code=code,
        is_demo=is_demo,
        **{"domain": "", "level": "", **stated},
    )
    prepare(matter, place)
    matter.domain = matter.domain or _domain(matter)
    matter.level = matter.level or codes.level_of(matter.code_segments) or place.level
    matter.flags = sorted({*matter.flags, *_code_flags(matter, made_here)})
    return matter


def give_short_codes(place: Jurisdiction, matters: Sequence[Matter]) -> None:
    """The rare second matter with the same short code gets the next one."""
    wanted = [matter.short_code for matter in matters]
    taken = set(Matter.objects.filter(short_code__in=wanted).values_list("short_code", flat=True))
    for matter in matters:
        attempt = 0
        while matter.short_code in taken:
            attempt += 1
            matter.short_code = naming.short_code(place.slug, matter.implementation_code, attempt)
        taken.add(matter.short_code)


def made_code(place: Jurisdiction, department: Department, name: str) -> str:
    """A code for a matter that came without one: the same each time, so that a second import finds it."""
    digest = hashlib.sha256(f"{department.name}/{name}".encode()).hexdigest()[:12].upper()
    return f"{place.code[:6]}-{department.code}-{digest}"[:80]


def _domain(matter: Matter) -> str:
    return (
        matter.department.domain or wording.domain_of(matter.department.name, matter.name) or DEFAULT_DOMAIN
    )


def _code_flags(matter: Matter, made_here: bool) -> set[str]:
    if made_here:
        return {str(Flag.CODE_MADE_HERE)}
    if matter.code_segments["form"] == "other":
        return {str(Flag.CODE_FORM_UNKNOWN)}
    return set() if matter.code_segments["uscc_valid"] else {str(Flag.USCC_DOUBTFUL)}
