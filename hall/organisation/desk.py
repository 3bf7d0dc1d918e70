"""At the desk of those who build the organisation: which post, and so which place, a page speaks for."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from hall.errors import NotAllowed
from hall.requests import DeskRequest

from .models import Jurisdiction
from .officers import Officer


class Seat(NamedTuple):
    """The officer in the post that counts here, and the place of that post."""

    officer: Officer
    place: Jurisdiction


def seat(request: DeskRequest, *roles: str) -> Seat:
    """The seat that one of `roles` gives. Raises NotAllowed where none is held."""
    post = request.officer.post_for(*roles)
    if post is None:
        raise NotAllowed(_("您的岗位不能打开这个页面"))
    return Seat(request.officer.acting_as(post), post.jurisdiction)
