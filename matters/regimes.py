"""Loads the bodies of procedural law (程序规则) that ship with the house, as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("regimes.json")


def load(sender: Any = None, **kwargs: Any) -> int:
    """Add the regimes that are missing; those that a place has edited stay as they are.

    Runs after every migration, so that a matter always finds its regime. Returns how many were added.
    """
    from .models import Regime

    rows = json.loads(FILE.read_text(encoding="utf-8"))
    known = set(Regime.objects.values_list("pk", flat=True))
    missing = [Regime(family=row["code"], **row) for row in rows if row["code"] not in known]
    Regime.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
