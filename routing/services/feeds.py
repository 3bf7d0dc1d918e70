"""日历订阅: the secret address from which an officer's own calendar reads the joint sessions."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from hall.now import now
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.services import record

from ..models import CalendarFeed


@transaction.atomic
def open_feed(*, by: Officer) -> str:
    """A new secret, told this once; an older address of the officer stops working."""
    User.objects.select_for_update().get(pk=by.user_id)  # two at once leave one address
    close_feed(by=by)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user_id=by.user_id, sha256=hashed(secret), made_at=now())
    record("routing.feed_opened", subject=feed, by=by)
    return secret


@transaction.atomic
def close_feed(*, by: Officer) -> bool:
    """Let the officer's address stop working. False if there was none."""
    feed = CalendarFeed.objects.select_for_update().filter(user=by.user_id, revoked_at=None).first()
    if feed is None:
        return False
    feed.revoked_at = now()
    feed.save(update_fields=["revoked_at"])
    record("routing.feed_closed", subject=feed, by=by)
    return True


def reader_of(secret: str) -> User | None:
    """Whose calendar asks with this secret; None if it is unknown, revoked, or its owner has left."""
    feed = CalendarFeed.objects.select_related("user").filter(sha256=hashed(secret), revoked_at=None).first()
    if feed is None or not feed.user.is_active:
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now())
    return feed.user


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
