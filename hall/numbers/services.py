"""Giving numbers: unique under any concurrency, and without gaps because they live and die with the work."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import connection
from django.utils.translation import gettext as _

from hall.errors import Conflict

# Without characters that are mistaken for each other when read aloud or copied by hand.
UNAMBIGUOUS = "34679ACDEFGHJKMNPQRTUVWXY"
LAST_SERIAL = 9999

_NEXT = """
INSERT INTO numbers_counter AS counter (series, value) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET value = counter.value + 1
RETURNING value
"""


def next_value(series: str) -> int:
    """The next whole number of `series`, beginning with 1.

    The series stays locked until the caller's transaction ends, and a rollback gives the number back:
    so no gap and no double, but ask late in the transaction. Raises RuntimeError outside a transaction,
    where a number could be spent on nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"a number of {series} must be taken inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series])
        return cursor.fetchone()[0]


def case_number(implementation_code: str, day: dt.date) -> str:
    """办件编号: implementation code, date, four-digit serial of that day (GB/T 39046; DOMAIN §3).

    Raises Conflict after the 9999th case of one matter on one day.
    """
    serial = next_value(f"case:{implementation_code}:{day:%Y%m%d}")
    if serial > LAST_SERIAL:
        raise Conflict(_("该事项当日编号已用完（每日最多%(last)d件），请次日再收件") % {"last": LAST_SERIAL})
    return f"{implementation_code}{day:%Y%m%d}{serial:04d}"


def document_number(organ_prefix: str, year: int) -> str:
    """文号, such as 示审〔2026〕12号: numbered by organ and year, hexagonal brackets (GB/T 9704)."""
    return f"{organ_prefix}〔{year}〕{next_value(f'document:{organ_prefix}:{year}')}号"


def query_code(length: int = 8) -> str:
    """取件码: random, six to eight characters, goes with a case number for whoever has no account."""
    if not 6 <= length <= 8:
        raise ValueError("a query code has six to eight characters")
    return "".join(secrets.choice(UNAMBIGUOUS) for _i in range(length))
