"""What the rooms' APIs share: domain errors as 403, 409 and 422."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from hall.errors import HallError, Invalid


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal by a verb becomes {code, message, …} with its status; everything else as DRF does it."""
    if isinstance(error, HallError):
        body: dict[str, Any] = {"code": error.code, "message": str(error), **error.data}
        if isinstance(error, Invalid) and error.fields:
            body["fields"] = error.fields
        return Response(body, status=error.status)
    return exception_handler(error, context)
