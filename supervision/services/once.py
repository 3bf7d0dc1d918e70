"""The same request of an outside system, sent again, is answered as the first time and done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hall.errors import Conflict
from hall.now import now
from hall.transactions import insert_new

from ..models import SignedRequest, Subscription


@transaction.atomic
def once(
    subscription: Subscription, key: str, content: bytes, do: Callable[[], tuple[int, dict[str, Any]]]
) -> tuple[int, dict[str, Any]]:
    """Status and answer of `do`, or those of the request that came before under the same `key`.

    Two at the same moment: the second waits for the first. A request that was refused leaves no trace and
    may be sent again. Raises Conflict when something else was sent under this key.
    """
    digest = hashlib.sha256(content).hexdigest()
    row = SignedRequest(subscription=subscription, key=key, digest=digest, asked_at=now())
    if not insert_new(row):
        row = SignedRequest.objects.get(subscription=subscription, key=key)
        if row.digest != digest:
            raise Conflict(_("这个编号已经用于别的请求"))
        return row.status, row.answer or {}
    status, answer = do()
    row.status, row.answer = status, answer
    row.save(update_fields=["status", "answer"])
    return status, answer
