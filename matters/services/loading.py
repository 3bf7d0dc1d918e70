"""Verbs that publish many versions at once: worked-out definitions, and profiles for what is not worked out.

They put versions in force without a second keeper: they are for the founding load and for imports, run by
the system or by the keeper who answers for the file. What they publish says how sure it is (certainty).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.clocks.limits import Unit
from hall.errors import Incomplete
from hall.now import now
from hall.organisation.models import Department
from hall.trail import services as trail

from .. import elements as element_names
from .. import formschema, proofs
from ..choices import CaseType, Certainty, MatterType, StepKind, VersionState
from ..differences import snapshot
from ..models import Material, Matter, MatterVersion, Regime, Step
from . import creating
from .completing import complete
from .drafting import build_materials, build_steps, current_regime
from .publishing import release
from .rights import require_keeper, touch

PROFILES = Path(__file__).resolve().parent.parent / "profiles.json"
BATCH = 500
MANY = 200  # versions at once that change what the planner should know
INSTANT_STEP_MINUTES = 60  # a profile's 即办件: an hour to examine, an hour to decide

Organs = Mapping[str, Department]


@dataclass(frozen=True)
class Profiled:
    """A matter whose version comes from the profile of its type, with the elements that a list states."""

    matter: Matter
    elements: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def publish_definition(
    matter: Matter,
    definition: Mapping[str, Any],
    *,
    by: Actor,
    organs: Organs | None = None,
    valid_from: dt.datetime | None = None,
    book: proofs.Book | None = None,
) -> MatterVersion:
    """Publish a worked-out definition (fixtures/worked/schema.json) as a version of `matter`.

    `organs` maps generic names of organs to departments of the place; an organ that is not in it is looked
    for by name. Silent consent is kept only where the place practises it. `book` spares asking for the
    library again for every matter of a batch. If the definition says what is already in force, nothing
    happens. Raises Incomplete for an organ that the place does not have.
    """
    require_keeper(by, matter.jurisdiction_id)
    matter = (
        Matter.objects.select_for_update(of=("self",))
        .select_related("jurisdiction", "department")
        .get(pk=matter.pk)
    )
    if definition.get("aliases"):
        creating.rename(matter.pk, by=by, aliases=definition["aliases"])
    rows = _steps_in_place(matter, definition, organs or {})
    version = MatterVersion(
        matter=matter,
        state=VersionState.DRAFT,
        drafted_by_id=by.user_id,
        department=next((row["department"] for row in rows if row["decides"]), matter.department),
        regime=current_regime(matter.jurisdiction_id, definition["regime"]),
        form=formschema.form_of(definition["form_fields"]),
        **{name: definition[name] for name in element_names.VERSION if name in definition},
    )
    materials = build_materials(version, definition["materials"], book=book)
    steps = build_steps(version, rows)
    complete(version, materials, steps)
    if current := _says_already(matter, version, materials, steps):
        return current
    version.number = (matter.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version.save()
    Material.objects.bulk_create(materials)
    Step.objects.bulk_create(steps)
    return release(version, by=by, at=valid_from)


def publish_profile(
    matter: Matter,
    *,
    by: Actor,
    elements: Mapping[str, Any] | None = None,
    valid_from: dt.datetime | None = None,
) -> MatterVersion:
    """Publish the profile of the matter's type as its version; `elements` take the place of its own."""
    return publish_profiles([Profiled(matter, elements or {})], by=by, valid_from=valid_from)[0]


@transaction.atomic
def publish_profiles(
    items: Iterable[Profiled],
    *,
    by: Actor,
    valid_from: dt.datetime | None = None,
    publish: bool = True,
) -> list[MatterVersion]:
    """Make a version from its type's profile for every item, in batches; `certainty` says that it is one.

    With `publish=False` they stay drafts for keepers to work out. A version already in force is replaced.
    """
    items = list(items)
    for place in {item.matter.jurisdiction_id for item in items}:
        require_keeper(by, place)
    made: list[MatterVersion] = []
    for start in range(0, len(items), BATCH):
        made += _make(items[start : start + BATCH], by, valid_from or now(), publish)
    for place in {item.matter.jurisdiction_id for item in items}:
        touch(place)
    if len(items) >= MANY:
        _tell_the_planner()
    return made


def profile_elements(matter: Matter, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Elements of a version from the profile of the matter's type, `stated` ones first.

    A limit, a result or a visit that is stated changes what depends on it, so that the version stays
    consistent: an 即办件 promises 0, a stated promise above 0 makes a 承诺件, no visit needs no reason.
    """
    profiles = _profiles()
    profile = profiles["common"] | profiles["kinds"][matter.kind]
    values = {name: profile[name] for name in element_names.VERSION if name in profile}
    values |= {k: v for k, v in stated.items() if v is not None}
    values |= _agreeing_limits(values, stated)
    if values.get("visits") == 0:
        values["visit_reason"] = ""
    if values.get("online_depth") == 4:
        values |= {"visits": 0, "visit_reason": ""}
    return values


def profile_steps(version: MatterVersion) -> list[dict[str, Any]]:
    """A route of two stages within one department whose limits add up to the promise."""
    unit: str
    if version.case_type == CaseType.INSTANT:
        limits, unit = [INSTANT_STEP_MINUTES, INSTANT_STEP_MINUTES], Unit.WORKING_MINUTE
    else:
        decide = max(1, version.promised_value // 4)
        limits, unit = [version.promised_value - decide, decide], version.promised_unit
    kinds = [StepKind.EXAMINE, StepKind.DECIDE]
    wanted = [(kind, limit) for kind, limit in zip(kinds, limits, strict=True) if limit]
    return [
        {
            "stage": stage,
            "department": version.department,
            "kind": kind,
            "limit_value": limit,
            "limit_unit": unit,
            "decides": kind == StepKind.DECIDE,
        }
        for stage, (kind, limit) in enumerate(wanted, 1)
    ]


def _tell_the_planner() -> None:
    """After many new rows the next pages would take seconds, until autovacuum gathers statistics."""
    tables = ", ".join(m._meta.db_table for m in (Matter, MatterVersion, Material, Step))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


@cache
def _profiles() -> dict[str, Any]:
    return json.loads(PROFILES.read_text(encoding="utf-8"))


def _regime_of(matter: Matter) -> str:
    profiles = _profiles()
    usual = profiles["kinds"][matter.kind]["regime"]
    if matter.kind == MatterType.LICENCE:
        return usual
    return profiles["regime_of_domain"].get(matter.domain, usual)


def _agreeing_limits(values: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    promise, kind = stated.get("promised_value"), stated.get("case_type")
    statutory = values.get("statutory_value")
    agreed: dict[str, Any] = {}
    if kind == CaseType.INSTANT or (kind is None and promise == 0):
        agreed = {"case_type": CaseType.INSTANT, "promised_value": 0, "promised_unit": Unit.WORKING_DAY}
    elif promise:
        agreed = {"case_type": CaseType.PROMISED, "promised_value": promise}
    elif kind == CaseType.PROMISED:
        agreed = {"case_type": kind, "promised_value": values["promised_value"] or statutory or 5}
    if statutory and not stated.get("statutory_value") and agreed.get("promised_value", 0) > statutory:
        # The list promises more than the profile's own statutory limit: the profile is what does not fit.
        agreed |= {"statutory_value": None, "statutory_unit": "", "statutory_basis": ""}
    elif (
        statutory
        and not promise
        and values.get("promised_value", 0) > statutory
        and "promised_value" not in agreed
    ):
        agreed |= {"promised_value": statutory}
    return agreed


def _make(
    items: Sequence[Profiled], by: Actor, valid_from: dt.datetime, publish: bool
) -> list[MatterVersion]:
    ids = [item.matter.pk for item in items]
    list(Matter.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    newest = dict(MatterVersion.objects.filter(matter__in=ids).values_list("matter").annotate(Max("number")))
    regimes = {
        place: {regime.family: regime for regime in Regime.objects.current(place)}
        for place in {item.matter.jurisdiction_id for item in items}
    }
    versions = [
        _version(item, by, newest.get(item.matter.pk, 0) + 1, regimes[item.matter.jurisdiction_id])
        for item in items
    ]
    MatterVersion.objects.bulk_create(versions, batch_size=BATCH)
    books = {place: proofs.of_place(place) for place in {item.matter.jurisdiction_id for item in items}}
    materials = [
        material
        for version in versions
        for material in build_materials(
            version, _profiles()["common"]["materials"], book=books[version.matter.jurisdiction_id]
        )
    ]
    Material.objects.bulk_create(materials, batch_size=BATCH * 4)
    Step.objects.bulk_create(
        [s for v in versions for s in build_steps(v, profile_steps(v))], batch_size=BATCH * 4
    )
    if publish:
        _release_all(versions, set(newest), by, valid_from)
    return versions


def _version(item: Profiled, by: Actor, number: int, regimes: Mapping[str, Regime]) -> MatterVersion:
    version = MatterVersion(
        matter=item.matter,
        number=number,
        state=VersionState.DRAFT,
        drafted_by_id=by.user_id,
        department=item.matter.department,
        regime=regimes[_regime_of(item.matter)],
        **profile_elements(item.matter, item.elements) | {"certainty": Certainty.PROFILE},
    )
    complete(version, materials=(), steps=())
    return version


def _release_all(
    versions: Sequence[MatterVersion], replaced: set[int], by: Actor, valid_from: dt.datetime
) -> None:
    """Publish drafts: those of new matters in one statement, those that replace another one by one."""
    first = [version for version in versions if version.matter_id not in replaced]
    MatterVersion.objects.filter(pk__in=[v.pk for v in first]).update(
        state=VersionState.PUBLISHED, valid_from=valid_from
    )
    for version in first:
        version.state, version.valid_from = VersionState.PUBLISHED, valid_from
        trail.record(
            "version_published",
            subject=version,
            by=by,
            jurisdiction=version.matter.jurisdiction_id,
            from_state=VersionState.DRAFT,
            to_state=VersionState.PUBLISHED,
            data={"matter": version.matter_id, "number": version.number, "valid_from": valid_from},
        )
    for version in versions:
        if version.matter_id in replaced:
            release(version, by=by, at=valid_from)


def _says_already(
    matter: Matter, version: MatterVersion, materials: Sequence[Material], steps: Sequence[Step]
) -> MatterVersion | None:
    current = matter.versions.filter(state=VersionState.PUBLISHED, valid_to__isnull=True).first()
    if current is None:
        return None
    was = snapshot(current, list(current.materials.all()), list(current.steps.all()))
    return current if was == snapshot(version, materials, steps) else None


def _steps_in_place(matter: Matter, definition: Mapping[str, Any], organs: Organs) -> list[dict[str, Any]]:
    policies = matter.jurisdiction.policies
    rows, missing = [], []
    for step in definition["steps"]:
        department = _organ(step["organ"], matter, definition["organ"], organs)
        if department is None:
            missing.append(step["organ"])
        row = {**step, "department": department}
        if row["silent_consent"]:
            # Only where the place practises it, and then by the place's own rule where it names one.
            row["silent_consent"] = policies.silent_consent
            row["silent_basis"] = (policies.silent_consent_basis or step["silent_basis"])[:200]
        if not row["silent_consent"]:
            row["silent_basis"] = ""
        rows.append(row)
    if missing:
        raise Incomplete(
            _("本地没有对应的部门：%(organs)s") % {"organs": "、".join(sorted(set(missing)))}, items=missing
        )
    return rows


def _organ(name: str, matter: Matter, own: str, organs: Organs) -> Department | None:
    if name == own:
        return matter.department
    if name in organs:
        return organs[name]
    return (
        Department.objects.filter(jurisdiction=matter.jurisdiction_id, name__contains=name)
        .order_by("order")
        .first()
    )
