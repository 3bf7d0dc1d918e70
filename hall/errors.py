"""The one small family of errors that verbs raise. Each has a message for people and data for machines."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


class HallError(Exception):
    """Base of all refusals. `message` is plain Chinese for people, `data` is for the API."""

    status = 400
    code = "error"

    def __init__(self, message: Any, **data: Any) -> None:
        super().__init__(str(message))
        self.message = message
        self.data = data


class NotAllowed(HallError):
    """This person, in this post, may not do this."""

    status = 403
    code = "not_allowed"


class WrongState(HallError):
    """The thing is not in a state in which this can be done."""

    status = 409
    code = "wrong_state"


class Conflict(HallError):
    """Somebody else was first, or holds it now."""

    status = 409
    code = "conflict"


class Invalid(HallError):
    """What was typed or sent is wrong. `fields` maps a field name to its messages."""

    status = 422
    code = "invalid"

    def __init__(self, message: Any, fields: dict[str, list[Any]] | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        self.fields = fields or {}


class Incomplete(Invalid):
    """Something that must be there is missing; `items` names each."""

    code = "incomplete"

    def __init__(self, message: Any, items: list[Any] | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        self.items = items or []


def require(value: T | None, message: Any) -> T:
    """Give `value` back if it holds (is truthy); raise NotAllowed with `message` otherwise."""
    if not value:
        raise NotAllowed(message)
    return value
