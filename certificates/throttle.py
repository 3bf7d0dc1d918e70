"""A brake for doors that stand open to everybody. It counts in the cache and lets go when that is down."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hall.errors import HallError


class Busy(HallError):
    """Too many at once from one address."""

    status = 429
    code = "busy"

    def __init__(self) -> None:
        super().__init__(_("查询太频繁，请十分钟后再试"))


def too_often(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Has this address asked for `what` more than `most` times within `seconds`?

    Generous on purpose: a whole hall shares one address.
    """
    key = f"throttle:{what}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two
        return False
