"""Verbs about drafts. A draft never touches the version in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import JSONField
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid, WrongState
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from .. import elements as element_names
from .. import formschema, proofs
from ..choices import CaseType, Certainty, VersionState
from ..models import Material, Matter, MatterVersion, Regime, Step
from .completing import complete
from .rights import require_keeper

USUAL_REGIME = "licensing"


@transaction.atomic
def draft_version(matter_id: int, *, by: Actor, from_version: MatterVersion | None = None) -> MatterVersion:
    """Begin a new version, as a copy of `from_version` (by default of the newest that was not withdrawn).

    Raises WrongState when a draft is already open: two drafts at once would overwrite each other's work.
    """
    matter = (
        Matter.objects.select_for_update(of=("self",))
        .select_related("jurisdiction", "department")
        .get(pk=matter_id)
    )
    require_keeper(by, matter.jurisdiction_id)
    versions = list(matter.versions.order_by("-number"))
    if any(not version.is_frozen for version in versions):
        raise WrongState(_("该事项已有未发布的版本，请在那个版本上修改"))
    if from_version and from_version.matter_id != matter.pk:
        raise Invalid(_("底稿须是本事项的版本"))
    kept = [version for version in versions if version.state != VersionState.WITHDRAWN]
    source = from_version or next(iter(kept or versions), None)
    version = MatterVersion(
        matter=matter,
        number=versions[0].number + 1 if versions else 1,
        state=VersionState.DRAFT,
        drafted_by_id=by.user_id,
        department=source.department if source else matter.department,
        regime=current_regime(matter.jurisdiction, source.regime.family if source else USUAL_REGIME),
    )
    if source:
        for name in element_names.VERSION:
            setattr(version, name, getattr(source, name))
        version.change_reason = ""
    else:
        version.case_type, version.promised_value = CaseType.PROMISED, 20
        version.certainty, version.result_kind = Certainty.WORKED, "none"
    version.save()
    if source:
        _copy_parts(source, version)
    trail.record(
        "version_drafted",
        subject=version,
        by=by,
        jurisdiction=matter.jurisdiction_id,
        to_state=VersionState.DRAFT,
        data={"matter": matter.pk, "number": version.number, "from": source.number if source else None},
    )
    return version


@transaction.atomic
def change_draft(
    version_id: int,
    *,
    by: Actor,
    elements: Mapping[str, Any] | None = None,
    materials: Sequence[Mapping[str, Any]] | None = None,
    steps: Sequence[Mapping[str, Any]] | None = None,
) -> MatterVersion:
    """Write elements, and replace materials or steps where they are given; what is not given stays.

    `elements` may also hold `department` and `regime` (objects), and `form_fields` (items) instead of
    `form`. A material keeps its `code` when it brings
    one, else gets the next free; a step brings its `department`.

    Raises WrongState unless the version is a draft, Invalid (with `fields`) for what cannot be stored.
    """
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    if version.state != VersionState.DRAFT:
        raise WrongState(_("只有草稿可以修改；已发布的版本请另起新版本"))
    changed = _write_elements(version, dict(elements or {}))
    made_materials = build_materials(version, materials) if materials is not None else None
    made_steps = build_steps(version, steps) if steps is not None else None
    _refuse_faults(version, made_materials or [], made_steps or [])
    version.save()
    if made_materials is not None:
        version.materials.all().delete()
        Material.objects.bulk_create(made_materials)
        changed.append("materials")
    if made_steps is not None:
        version.steps.all().delete()
        Step.objects.bulk_create(made_steps)
        changed.append("steps")
    trail.record(
        "version_changed",
        subject=version,
        by=by,
        jurisdiction=version.matter.jurisdiction_id,
        data={"changed": changed},
    )
    return version


@transaction.atomic
def fill_usual(version_id: int, *, by: Actor) -> MatterVersion:
    """Fill what a draft leaves empty with what follows from the rest of it or is usual (补上通用要素).

    What is stated stays. Raises WrongState unless the version is a draft.
    """
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    if version.state != VersionState.DRAFT:
        raise WrongState(_("只有草稿可以修改；已发布的版本请另起新版本"))
    materials = list(version.materials.all())
    steps = list(version.steps.select_related("department"))
    before = {name: getattr(version, name) for name in element_names.VERSION}
    based = [material.basis for material in materials]
    complete(version, materials, steps)
    version.save()
    Material.objects.bulk_update(materials, ["basis"])
    changed = [name for name, value in before.items() if getattr(version, name) != value]
    if based != [material.basis for material in materials]:
        changed.append("materials")
    if changed:
        trail.record(
            "version_changed",
            subject=version,
            by=by,
            jurisdiction=version.matter.jurisdiction_id,
            data={"changed": changed, "usual": True},
        )
    return version


def build_materials(
    version: MatterVersion, rows: Iterable[Mapping[str, Any]], *, book: proofs.Book | None = None
) -> list[Material]:
    """Materials of `version` from plain rows, in their order, not saved.

    A row that the place's library knows is linked to it, and what the row leaves empty comes from there.
    `book` spares asking for the library again for every version of a batch.
    """
    book = book or proofs.of_place(version.matter.jurisdiction_id)
    rows = [book.completed(row) for row in rows]
    taken = {row["code"] for row in rows if row.get("code")}
    fresh = (code for code in (f"m{n:02d}" for n in range(1, 1000)) if code not in taken)
    return [
        Material(
            version=version,
            code=row.get("code") or next(fresh),
            order=order,
            **{name: row[name] for name in element_names.MATERIAL if name in row},
        )
        for order, row in enumerate(rows, 1)
    ]


def build_steps(version: MatterVersion, rows: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Steps of `version` from plain rows that bring a `department`, not saved.

    A step keeps its `code` when it brings one, else gets the next free. A receipt limit of 0 means that
    there is none.
    """
    rows = list(rows)
    taken = {row["code"] for row in rows if row.get("code")}
    fresh = (code for code in (f"s{n:02d}" for n in range(1, 1000)) if code not in taken)
    made = []
    for order, row in enumerate(rows, 1):
        values = {name: row[name] for name in element_names.STEP if name in row}
        values["receipt_value"] = values.get("receipt_value") or None
        code = row.get("code") or next(fresh)
        made.append(Step(version=version, code=code, order=order, department=row["department"], **values))
    return made


def locked_version(version_id: int) -> MatterVersion:
    """The version under a lock on its matter: every verb on versions of one matter stands in one line."""
    matter_id = MatterVersion.objects.values_list("matter_id", flat=True).get(pk=version_id)
    Matter.objects.select_for_update(of=("self",)).get(pk=matter_id)
    return MatterVersion.objects.select_related("matter__jurisdiction", "department", "regime").get(
        pk=version_id
    )


def _not_cleaned(part: MatterVersion | Material | Step) -> set[str]:
    """Foreign keys are objects already in hand, and an empty list is a value: neither is asked about."""
    return {
        field.name
        for field in part._meta.concrete_fields
        if field.is_relation or (isinstance(field, JSONField) and not getattr(part, field.name))
    }


def current_regime(place: Jurisdiction | int, family: str) -> Regime:
    """The version of a body of law that a new matter version of the place takes today."""
    return Regime.objects.current(place).get(family=family)


def _copy_parts(source: MatterVersion, target: MatterVersion) -> None:
    materials, steps = list(source.materials.all()), list(source.steps.all())
    parts: list[Material | Step] = [*materials, *steps]
    for part in parts:
        part.pk, part.version = None, target
        part._state.adding = True
    Material.objects.bulk_create(materials)
    Step.objects.bulk_create(steps)


def _write_elements(version: MatterVersion, elements: dict[str, Any]) -> list[str]:
    if "form_fields" in elements:  # the form as a list of items
        elements["form"] = formschema.form_of(elements.pop("form_fields"))
    if unknown := set(elements) - {*element_names.VERSION, "department", "regime"}:
        raise Invalid(_("没有这样的要素：%(names)s") % {"names": "、".join(sorted(unknown))})
    department = elements.get("department")
    if isinstance(department, Department) and department.jurisdiction_id != version.matter.jurisdiction_id:
        raise Invalid(_("决定机关不属于本地"), fields={"department": [_("请选择本地的部门")]})
    changed = [name for name, value in elements.items() if getattr(version, name) != value]
    for name in changed:
        setattr(version, name, elements[name])
    return changed


def _refuse_faults(version: MatterVersion, materials: Sequence[Material], steps: Sequence[Step]) -> None:
    """Raise Invalid, with every field named, for what the tables could not hold."""
    fields: dict[str, list[Any]] = {}
    parts: list[tuple[str, MatterVersion | Material | Step]] = [
        ("", version),
        *((f"materials.{n}.", m) for n, m in enumerate(materials)),
        *((f"steps.{n}.", s) for n, s in enumerate(steps)),
    ]
    for prefix, part in parts:
        try:
            part.clean_fields(exclude=_not_cleaned(part))
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                fields.setdefault(prefix + name, []).extend(messages)
    for name, choices in element_names.CODED.items():
        if strange := [str(each) for each in getattr(version, name) if each not in choices.values]:
            fields[name] = [_("没有这样的选项：%(names)s") % {"names": "、".join(strange)}]
    instant = version.case_type == CaseType.INSTANT
    if not fields and instant != (version.promised_value == 0):
        fields["promised_value"] = [_("即办件的承诺时限为0，承诺件的承诺时限大于0")]
    for n, material in enumerate(materials):
        if material.is_main and material.necessity == "deferrable":
            fields.setdefault(f"materials.{n}.is_main", []).append(_("主件不得容缺"))
    if sum(step.decides for step in steps) > 1:
        fields.setdefault("steps", []).append(_("只能有一个环节作出决定"))
    for n, step in enumerate(steps):
        if step.silent_consent and (step.decides or not step.silent_basis):
            fields.setdefault(f"steps.{n}.silent_consent", []).append(_("默认须有依据，决定环节不得默认"))
        if step.countersigns and (step.decides or step.silent_consent):
            fields.setdefault(f"steps.{n}.kind", []).append(_("会签环节不作决定，也不得默认"))
        if step.countersigns and not step.countersign_basis:
            fields.setdefault(f"steps.{n}.countersign_basis", []).append(_("会签须写明法律依据"))
        if step.by_town and step.decides:
            fields.setdefault(f"steps.{n}.by_town", []).append(_("决定环节不能由收件镇街承办"))
    if fields:
        raise Invalid(_("有内容不正确，没有保存"), fields=fields)
