"""Holds the table against the house: every verb, in every state, by everybody."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from hall import now, trays
from hall.actors import SYSTEM
from hall.errors import HallError
from hall.organisation.officers import Officer
from tests import traits

from . import house, situations, table

LATER = house.MONDAY + dt.timedelta(minutes=30)
ROOMS = ("applications", "routing", "certificates", "clocks", "trail", "notices", "files")
TABLES = sorted(model._meta.db_table for room in ROOMS for model in apps.get_app_config(room).get_models())
ROWS = " UNION ALL ".join(
    f"SELECT {n}, count(*), sum(hashtextextended(ctid::text || ' ' || xmin::text, 0)) FROM {name}"
    for n, name in enumerate(TABLES)
)


def judge(share: int = 1, kinds: tuple[str, ...] = tuple(table.CALLS)) -> tuple[int, list[str]]:
    """How many combinations were tried, and what is not as the table says.

    All that is allowed is tried, and of what must be refused one in `share`, the same ones each time.
    """
    tried, faults = 0, []
    with trays.quiet(), house.founded():
        town = house.House.town
        with now.at(house.MONDAY):
            made = situations.Builder(town).all()
        roles = {
            **town.officers,
            "applicant": traits.acting(town.citizen),
            "stranger": traits.acting(town.stranger),
            "system": SYSTEM,
        }
        for kind in kinds:
            for verb in table.CALLS[kind]:
                for state, situation in made[kind].items():
                    with now.at(LATER):
                        number, found = _judge(kind, verb, state, situation, roles, share)
                    tried, faults = tried + number, faults + found
    return tried, faults


def _judge(
    kind: str,
    verb: str,
    state: str,
    situation: situations.Situation,
    roles: Mapping[str, Any],
    share: int,
) -> tuple[int, list[str]]:
    """One verb in one state, for every role."""
    call, allowed = table.CALLS[kind][verb], table.ALLOWED[kind][verb].get(state, ())
    faults = []
    officers_verb = kind != "case" or verb == "send_originals"
    if officers_verb and verb not in (
        "waive_hearing",
        "resume_report",
    ):  # these take an Officer: the type checker refuses others
        roles = {name: by for name, by in roles.items() if isinstance(by, Officer)}
    refused = [
        role
        for role in roles
        if role not in allowed and not zlib.crc32(f"{verb}/{state}/{role}".encode()) % share
    ]
    with _taken_back():
        before = _fingerprint()
        for role in refused:
            faults += [
                f"{verb} · {state} · {role}: {fault}" for fault in _refusal(call, situation, roles[role])
            ]
        if refused and _fingerprint() != before:
            faults.append(f"{verb} · {state}: a refusal changed something")
    for role in allowed:
        with _taken_back():
            try:
                call(situation, roles[role])
            except HallError as error:
                if type(error) not in table.WANTS_MORE.get(verb, ()):
                    faults.append(f"{verb} · {state} · {role}: refused, {error.message}")
    return len(refused) + len(allowed), faults


def _refusal(call: table.Call, situation: situations.Situation, by: Any) -> Iterator[str]:
    try:
        with transaction.atomic():
            call(situation, by)
    except HallError as error:
        if not any("一" <= letter <= "鿿" for letter in str(error.message)):
            yield f"refused without words: {error!r}"
    except Exception as error:
        yield f"failed: {error!r}"
    else:
        yield "was not refused"


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _fingerprint() -> list[tuple[Any, ...]]:
    """Where every row lies and which transaction wrote it: any change of any row shows."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        return cursor.fetchall()
