"""What cases of one project share: its facts fill their forms, and what was handed in once is taken over.

A material is the same where the library says so, else where its name as compared is the same
(matters.materials). The result of a prerequisite is taken by its own verb (project_waiting).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hall.now import now
from hall.transactions import update_all
from matters.materials import normalised
from matters.models import Material

from .. import prefill
from ..choices import MaterialVerdict, Outcome, State
from ..evidence_models import Substitute
from ..models import Application, CaseMaterial
from ..project_models import Project, TakenOver
from ..querysets import materials_of_case

GAVE = (MaterialVerdict.OK,)
NOT_SHARED = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.NOT_ACCEPTED)
LOST = (State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED)


def share(case: Application, project: Project) -> dict[str, Any]:
    """Fill a locked, editable case from its project; what was taken, for the journal. Saves the case.

    Nothing that was typed or judged already is overwritten.
    """
    case.project_code = case.project_code or project.code
    case.territory = case.territory or project.territory
    known = prefill.of_subject(
        case.applicant, phone=case.contact_phone, project_code=case.project_code, territory=case.territory
    )
    siblings = list(
        project.cases.exclude(pk=case.pk)
        .exclude(state__in=NOT_SHARED)
        .select_related("version")
        .order_by("-created_at")
    )
    found = prefill.values(case.version, known) | _same_answers(case, siblings)
    fresh = {key: value for key, value in found.items() if not case.form_data.get(key)}
    case.form_data = {**case.form_data, **fresh}
    case.save(update_fields=["project_code", "territory", "form_data"])
    taken = _take_over(case, siblings)
    return {"fields": sorted(fresh), "materials": taken}


def rely_on_results(case: Application, project: Project, *, by_id: int | None) -> list[str]:
    """Let results of other cases of the project stand in for the materials that they are (前置结果).

    Those still on their way too: the case then waits for them once it is accepted. Returns the codes.
    """
    edges = project.scheme.dependencies.filter(dependent=case.version.matter_id).exclude(material_code="")
    rows = {row.material.code: row for row in materials_of_case(case)}
    relied = []
    for edge in edges:
        row = rows.get(edge.material_code)
        source = source_of(project, edge.prerequisite_id, but=case)
        if row is None or source is None or row.verdict not in REPLACED_BY_RESULT:
            continue
        Substitute.objects.update_or_create(
            case_material=row,
            defaults={
                "certificate": None,
                "from_case": source,
                "name": (source.version.result_name or source.version.matter.name)[:100],
                "number": source.number or "",
                "noted_by_id": by_id,
                "noted_at": now(),
            },
        )
        row.verdict, row.problem, row.requirement = MaterialVerdict.REUSED, "", ""
        row.save(update_fields=["verdict", "problem", "requirement"])
        relied.append(edge.material_code)
    return relied


def source_of(project: Project, matter_id: int, *, but: Application) -> Application | None:
    """The case of the project that brings the result of a matter: granted, else the newest on its way."""
    cases = (
        project.cases.filter(version__matter=matter_id, number__isnull=False)
        .exclude(pk=but.pk)
        .exclude(state__in=LOST)
        .exclude(outcome=Outcome.REFUSED)
        .select_related("version__matter")
    )
    found = list(cases.order_by("-created_at"))
    return next((each for each in found if each.outcome == Outcome.GRANTED), found[0] if found else None)


UNJUDGED = (MaterialVerdict.PENDING, MaterialVerdict.MISSING, MaterialVerdict.FAULTY)
# What the departments obtain themselves (免交) is obtained here: from the case that brings it.
REPLACED_BY_RESULT = (*UNJUDGED, MaterialVerdict.SHARED)


def _same_answers(case: Application, siblings: Sequence[Application]) -> dict[str, Any]:
    """Answers of other cases of the project to fields that ask for the same, newest first."""
    answered: dict[tuple[str, str], Any] = {}
    for sibling in siblings:
        for item in sibling.version.form_fields:
            if value := sibling.form_data.get(item["key"]):
                answered.setdefault((str(item.get("label")), str(item.get("kind"))), value)
    asked = {
        item["key"]: (str(item.get("label")), str(item.get("kind"))) for item in case.version.form_fields
    }
    return {key: answered[what] for key, what in asked.items() if what in answered}


def _take_over(case: Application, siblings: Sequence[Application]) -> list[str]:
    """Materials that another case of the project has, in order: taken over, nothing is handed in again."""
    given: dict[object, CaseMaterial] = {}
    rows = CaseMaterial.objects.filter(case__in=siblings, verdict__in=GAVE, handed_in_at__isnull=False)
    for row in rows.select_related("material").order_by("-handed_in_at"):
        for key in _keys(row.material):
            given.setdefault(key, row)
    taken = []
    for row in materials_of_case(case):
        if row.verdict not in UNJUDGED or row.handed_in_at is not None or row.material.result_of_id:
            continue
        source = next((given[key] for key in _keys(row.material) if key in given), None)
        if source is None:
            continue
        TakenOver.objects.update_or_create(case_material=row, defaults={"source": source, "taken_at": now()})
        row.verdict, row.originals, row.copies = MaterialVerdict.OK, 0, 0
        row.handed_in_at = now()
        taken.append(row)
    update_all(taken, ["verdict", "originals", "copies", "handed_in_at"])
    return [row.material.code for row in taken]


def _keys(material: Material) -> list[object]:
    by_name = normalised(material.name)
    return [("definition", material.definition_id), by_name] if material.definition_id else [by_name]
