"""What the clerk has typed, kept at once: as far as it fits while typing, whole before a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from hall.actors import Actor
from hall.errors import Invalid
from hall.people.models import Mandate, Person
from hall.transactions import update_all

from ..choices import MaterialVerdict, State
from ..models import Application, CaseMaterial
from ..querysets import materials_of_case
from .actors import EDITABLE_AT_DESK, as_clerk, expect
from .filling import (
    MaterialEntry,
    Subject,
    check_answers,
    fill_whole,
    follow_answers,
    judge,
    keep_what_fits,
    set_whole_applicant,
    tidy_code,
)
from .holding import take_in_hand
from .journal import noted

OPEN_AT_DESK = (*EDITABLE_AT_DESK, State.SUBMITTED, State.CORRECTING)
_JUDGED = ("verdict", "originals", "copies", "problem", "requirement", "handed_in_at")


@transaction.atomic
def keep_at_desk(
    case_id: UUID,
    *,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    project_code: str | None = None,
    territory: str | None = None,
    materials: Sequence[MaterialEntry] = (),
    by: Actor,
) -> Application:
    """Keep what fits of a form that is still being typed; what does not fit stays on the screen only.

    Who applies is not written from a half-typed name: that waits for `save_at_desk`.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *OPEN_AT_DESK)
    take_in_hand(case, clerk)
    if case.state in EDITABLE_AT_DESK:
        if data is not None:
            case.form_data = keep_what_fits(case.version, data)
        if project_code is not None:
            case.project_code = tidy_code(project_code)[:40]
        if territory is not None:
            case.territory = territory.strip()[:40]
        if answers is not None:
            case.answers = check_answers(case.version, answers)
    case.save()
    moved = follow_answers(case) if answers is not None else {}
    _judge_all(case, materials, moved, by=clerk, lenient=True)
    return case


@transaction.atomic
def save_at_desk(
    case_id: UUID,
    *,
    subject: Subject,
    phone: str = "",
    agent: Person | None = None,
    mandate: Mandate | None = None,
    data: Mapping[str, Any],
    answers: Mapping[str, str] | None = None,
    project_code: str | None = None,
    territory: str | None = None,
    materials: Sequence[MaterialEntry] = (),
    by: Actor,
) -> Application:
    """Save applicant, form and materials together, all of them right, before the verdict.

    Raises Invalid with the errors by field.
    """
    case = Application.objects.locked(case_id)
    clerk = as_clerk(by, case)
    expect(case, *EDITABLE_AT_DESK)
    take_in_hand(case, clerk)
    before = (case.applicant, case.agent_id, case.form_data)
    set_whole_applicant(case, subject, phone, agent, mandate)
    fill_whole(case, data, answers, project_code, territory)
    case.save()
    moved = follow_answers(case) if answers is not None else {}
    if before[:2] != (case.applicant, case.agent_id):
        noted(case, "applicant_set", by=clerk, data={"agent": agent is not None})
    if before[2] != case.form_data:
        noted(case, "form_filled", by=clerk, data={"fields": sorted(case.form_data)})
    _judge_all(case, materials, moved, by=clerk)
    return case


def _judge_all(
    case: Application,
    entries: Sequence[MaterialEntry],
    moved: Mapping[str, str],
    *,
    by: Actor,
    lenient: bool = False,
) -> None:
    """Write the verdicts that changed, in one update and one event.

    Where the answers have just `moved` a material, the page's old verdict is no word of the clerk's.
    """
    rows = {row.material.code: row for row in materials_of_case(case)}
    changed: list[CaseMaterial] = []
    for entry in entries:
        row = rows.get(entry.code)
        if row is None or row.verdict == MaterialVerdict.SHARED:
            continue
        if entry.verdict == moved.get(entry.code):
            continue
        before = [getattr(row, name) for name in _JUDGED[:-1]]
        try:
            judge(case, row, entry)
        except Invalid:
            if not lenient:
                raise
            continue
        if before != [getattr(row, name) for name in _JUDGED[:-1]]:
            changed.append(row)
    if changed:
        update_all(changed, _JUDGED)
        noted(
            case,
            "material_recorded",
            by=by,
            data={"verdicts": {row.material.code: row.verdict for row in changed}},
        )
