"""What the citizen's pages share."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from hall.requests import SignedInRequest

from .. import queries
from ..models import Application


def my_own(request: SignedInRequest, case_id: UUID) -> Application:
    """The case, if it is one of this account's; else 404, which tells a stranger nothing."""
    if not Application.objects.of_account(request.user).filter(pk=case_id).exists():
        raise Http404
    return queries.case_for_page(case_id)
