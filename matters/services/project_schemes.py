"""The verbs of project schemes: what belongs to a stage, and which matter waits for which. Never a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.clocks.limits import Limit, Unit
from hall.errors import Conflict, Invalid, WrongState, require
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from ..models import Matter, MatterDependency, ProjectScheme, ProjectStage, StageMatter
from .rights import require_keeper

Edge = tuple[int, int]


def circle(edges: Iterable[Edge]) -> list[int]:
    """The keys that wait for each other in a circle, in the order of waiting; empty if there is none."""
    after: dict[int, list[int]] = {}
    for before, behind in edges:
        after.setdefault(before, []).append(behind)
    done: set[int] = set()

    def walk(key: int, path: list[int]) -> list[int]:
        if key in path:
            return [*path[path.index(key) :], key]
        if key in done:
            return []
        for following in after.get(key, ()):
            if found := walk(following, [*path, key]):
                return found
        done.add(key)
        return []

    return next((found for key in list(after) if (found := walk(key, []))), [])


@transaction.atomic
def define_project_scheme(
    place: Jurisdiction,
    *,
    code: str,
    name: str,
    kind: str,
    department: Department,
    elements: Mapping[str, Any],
    stages: Sequence[Mapping[str, Any]],
    dependencies: Sequence[Mapping[str, Any]],
    by: Actor = SYSTEM,
) -> ProjectScheme | None:
    """Write a scheme from founding data; the system's own verb. None if it is there already.

    What keepers have changed since is theirs: an existing scheme is never overwritten.
    Raises Invalid for matters that wait for each other in a circle.
    """
    require(by == SYSTEM, _("只能由系统装入"))
    if ProjectScheme.objects.filter(jurisdiction=place, code=code).exists():
        return None
    scheme = ProjectScheme.objects.create(
        jurisdiction=place,
        code=code,
        name=name,
        kind=kind,
        department=department,
        is_demo=True,
        **elements,
    )
    for order, told in enumerate(stages, 1):
        stage = ProjectStage.objects.create(
            scheme=scheme, order=order, code=told["code"], name=told["name"], counts=told.get("counts", True)
        )
        for number, row in enumerate(told["matters"], 1):
            StageMatter.objects.create(
                scheme=scheme,
                stage=stage,
                matter=row["matter"],
                order=number,
                concludes=row.get("concludes", False),
            )
    edges = [(row["prerequisite"].pk, row["dependent"].pk) for row in dependencies]
    _refuse_circle(edges)
    MatterDependency.objects.bulk_create(
        MatterDependency(
            scheme=scheme,
            prerequisite=row["prerequisite"],
            dependent=row["dependent"],
            material_code=row.get("material", ""),
            basis=row.get("basis", ""),
        )
        for row in dependencies
    )
    _tell("project_scheme_defined", scheme, by, data={"code": code})
    return scheme


@transaction.atomic
def put_in_stage(
    scheme_id: int, stage_id: int, matter: Matter, *, concludes: bool = False, by: Actor
) -> StageMatter:
    """Put a matter of the place into a stage; one that stands in another stage moves.

    Raises Invalid for a matter of another place or a stage of another scheme.
    """
    scheme = _locked(scheme_id)
    require_keeper(by, scheme.jurisdiction_id)
    stage = scheme.stages.filter(pk=stage_id).first()
    if stage is None or matter.jurisdiction_id != scheme.jurisdiction_id:
        raise Invalid(_("请选择本地的事项和本流程的阶段"), fields={"matter": [_("请选择本地的事项")]})
    last = stage.matters.order_by("-order").values_list("order", flat=True).first() or 0
    row, _new = StageMatter.objects.update_or_create(
        scheme=scheme,
        matter=matter,
        defaults={"stage": stage, "order": last + 1, "concludes": concludes},
    )
    _tell("project_matter_put", scheme, by, data={"stage": stage.code, "matter": matter.pk})
    return row


@transaction.atomic
def take_out_of_stage(stage_matter_id: int, *, by: Actor) -> None:
    """Take a matter out of the scheme. Raises WrongState while it still waits or is waited for."""
    row = StageMatter.objects.select_related("matter").get(pk=stage_matter_id)
    scheme = _locked(row.scheme_id)
    require_keeper(by, scheme.jurisdiction_id)
    touching = scheme.dependencies.filter(prerequisite=row.matter_id) | scheme.dependencies.filter(
        dependent=row.matter_id
    )
    if touching.exists():
        raise WrongState(_("“%(name)s”还有前置关系，先删除前置关系") % {"name": row.matter})
    row.delete()
    _tell("project_matter_taken_out", scheme, by, data={"matter": row.matter_id})


@transaction.atomic
def add_dependency(
    scheme_id: int,
    *,
    prerequisite: Matter,
    dependent: Matter,
    material_code: str = "",
    basis: str = "",
    by: Actor,
) -> MatterDependency:
    """Let one matter wait for another's result. Cases already accepted keep their turn.

    Raises Invalid for matters that the scheme does not have, a material that the dependent does not ask for,
    or a circle (with the names on the way); Conflict if it is there already.
    """
    scheme = _locked(scheme_id)
    require_keeper(by, scheme.jurisdiction_id)
    known = set(scheme.stage_matters.values_list("matter_id", flat=True))
    fields: dict[str, list[Any]] = {}
    for name, matter in (("prerequisite", prerequisite), ("dependent", dependent)):
        if matter.pk not in known:
            fields[name] = [_("该事项不在流程里，先列入阶段")]
    if material_code and not _asks_for(dependent, material_code):
        fields["material_code"] = [_("后续事项没有代码为%(code)s的材料") % {"code": material_code}]
    if fields:
        raise Invalid(_("前置关系没有保存"), fields=fields)
    if scheme.dependencies.filter(prerequisite=prerequisite, dependent=dependent).exists():
        raise Conflict(_("这一前置关系已经有了"))
    edges = list(scheme.dependencies.values_list("prerequisite_id", "dependent_id"))
    _refuse_circle([*edges, (prerequisite.pk, dependent.pk)])
    row = MatterDependency.objects.create(
        scheme=scheme,
        prerequisite=prerequisite,
        dependent=dependent,
        material_code=material_code,
        basis=basis.strip()[:300],
    )
    _tell("project_dependency_added", scheme, by, reason=row.basis, data=_edge(row))
    return row


@transaction.atomic
def remove_dependency(dependency_id: int, *, reason: str, by: Actor) -> None:
    """No longer let one matter wait for another, with the reason. Cases that wait go on waiting."""
    row = MatterDependency.objects.get(pk=dependency_id)
    scheme = _locked(row.scheme_id)
    require_keeper(by, scheme.jurisdiction_id)
    if not reason.strip():
        raise Invalid(_("请写明取消前置的理由"), fields={"reason": [_("请写明理由")]})
    told = _edge(row)
    row.delete()
    _tell("project_dependency_removed", scheme, by, reason=reason.strip(), data=told)


@transaction.atomic
def change_project_promise(
    scheme_id: int, *, promised_value: int, promised_unit: str, basis: str, by: Actor
) -> ProjectScheme:
    """Promise another time for the whole. Projects under way keep the promise that they were given."""
    scheme = _locked(scheme_id)
    require_keeper(by, scheme.jurisdiction_id)
    limit = Limit(promised_value, Unit(promised_unit))
    if limit.value < 1 or limit.unit not in (Unit.WORKING_DAY, Unit.CALENDAR_DAY):
        raise Invalid(_("承诺时限至少一天"), fields={"promised_value": [_("以工作日或者自然日计，至少1天")]})
    before = scheme.promised
    scheme.promised_value, scheme.promised_unit = limit.value, limit.unit
    scheme.basis = basis.strip()[:300]
    scheme.save(update_fields=["promised_value", "promised_unit", "basis"])
    data = {"before": before.as_data(), "after": limit.as_data()}
    _tell("project_promise_changed", scheme, by, reason=scheme.basis, data=data)
    return scheme


# -- Parts -----------------------------------------------------------------------------------------------


def _locked(scheme_id: int) -> ProjectScheme:
    return ProjectScheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)


def _refuse_circle(edges: Collection[Edge]) -> None:
    if found := circle(edges):
        names = Matter.objects.in_bulk(found)
        way = " → ".join(str(names[key]) for key in found)
        raise Invalid(
            _("事项互为前置，成了循环：%(way)s") % {"way": way},
            fields={"dependent": [_("会成为循环，不能保存")]},
            circle=found,
        )


def _asks_for(matter: Matter, code: str) -> bool:
    newest = matter.versions.order_by("-number").first()
    return newest is not None and newest.materials.filter(code=code).exists()


def _edge(row: MatterDependency) -> dict[str, Any]:
    return {
        "prerequisite": row.prerequisite_id,
        "dependent": row.dependent_id,
        "material": row.material_code,
    }


def _tell(
    what: str, scheme: ProjectScheme, by: Actor, *, reason: str = "", data: Mapping[str, Any] | None = None
) -> None:
    trail.record(
        what,
        subject=scheme,
        by=by,
        jurisdiction=scheme.jurisdiction_id,
        reason=reason,
        data=dict(data or {}),
    )
