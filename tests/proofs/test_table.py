"""State × verb × role: what the table lists succeeds, all else is refused with a reason and does nothing."""

from __future__ import annotations

import inspect

from applications import services as cases
from routing import services as routing

from . import judging, table

ACTS_ON = {"case_id": "case", "subject_id": "case", "task_id": "task", "report_id": "report",
           "extension_id": "extension", "procedure_id": "procedure"}  # fmt: skip


def test_every_public_verb_of_a_case_or_a_task_stands_in_the_table():
    missing = []
    for room in (cases, routing):
        for name in room.__all__:
            verb = getattr(room, name)
            first = next(iter(inspect.signature(verb).parameters), "") if inspect.isfunction(verb) else ""
            kind = ACTS_ON.get(first)
            if kind and name not in table.CALLS[kind] and name not in table.PORTERS:
                missing.append(f"{room.__name__}.{name}")
    assert not missing


def test_every_state_and_verb_of_the_table_exists():
    for kind, verbs in table.ALLOWED.items():
        assert verbs.keys() == table.CALLS[kind].keys()


def test_who_may_do_what_in_which_state(db):
    """All that is allowed, and of what is refused a part; `make proofs` tries the whole."""
    tried, faults = judging.judge(share=25)
    print(f"{tried} combinations")
    assert not faults, "\n".join(faults)
