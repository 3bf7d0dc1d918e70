"""An intake in one request: the verb behind a view that does nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications import services
from applications.services import MaterialEntry
from hall.access import desk
from hall.organisation.choices import Role
from hall.people.choices import IdType
from hall.people.queries import person_by_id
from matters.querysets import version_with_matter


@desk("desk")
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """A complete application of somebody whom the hall knows, received."""
    given = request.POST
    post = request.officer.post_for(Role.CLERK)
    case = services.take_in(
        version=version_with_matter.first(int(given["version"])),
        hall=post.hall,
        window=post.window,
        subject=person_by_id(IdType.ID_CARD, given["id_number"]),
        phone=given["phone"],
        data=given,
        materials=[MaterialEntry(code) for code in given.getlist("material")],
        key=given["key"],
        by=request.officer,
    )
    return redirect(f"/desk/cases/{case.pk}/")
