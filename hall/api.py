"""What the rooms' APIs share: domain errors as 403, 409 and 422."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from hall.errors import HallError, Invalid
from hall.organisation.officers import DESK_ROLES, Officer


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal by a verb becomes {code, message, …} with its status; everything else as DRF does it."""
    if isinstance(error, HallError):
        body: dict[str, Any] = {"code": error.code, "message": str(error), **error.data}
        if isinstance(error, Invalid) and error.fields:
            body["fields"] = error.fields
        return Response(body, status=error.status)
    return exception_handler(error, context)


def opens(desk: str) -> type[BasePermission]:
    """A permission for officers whose roles open `desk`, as `hall.access.desk` does for pages."""

    class OpensDesk(BasePermission):
        message = _("您的岗位不能使用这个接口")
        roles: ClassVar[frozenset[str]] = DESK_ROLES[desk]

        def has_permission(self, request: Request, view: Any) -> bool:
            officer = getattr(request, "officer", None)
            return bool(officer and officer.roles & self.roles)

    return OpensDesk


def officer_of(request: Request) -> Officer:
    """Who asks; `opens` has made sure that it is an officer."""
    return request.officer  # type: ignore[attr-defined]  # the middleware's, behind the framework's request
