"""Log-ins and log-outs into the journal, whichever door was used (等保三级: audit of every user action)."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from hall.actors import PUBLIC, Actor
from hall.trail.services import record

from .models import User


@receiver(user_logged_in)
def logged_in(user: User, **_: Any) -> None:
    record("account.logged_in", subject=user, by=Actor(user_id=user.pk, name=user.name))


@receiver(user_logged_out)
def logged_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record("account.logged_out", subject=user, by=Actor(user_id=user.pk, name=user.name))


@receiver(user_locked_out)
def locked_out(username: str, **_: Any) -> None:
    if user := User.objects.filter(username=username).first():
        record("account.locked", subject=user, by=PUBLIC)
