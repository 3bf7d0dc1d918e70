"""The verbs of bundles (一件事): define, check, approve by a second keeper, publish, suspend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Incomplete, Invalid, WrongState, require
from hall.now import now
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from .. import bundle_checks, bundles, naming
from ..checks.base import Finding
from ..choices import MatterState, VersionState
from ..models import Bundle, BundlePart, BundleVersion
from .rights import require_keeper, touch

ELEMENTS = (
    "change_reason",
    "summary",
    "basis",
    "applicants",
    "promised_value",
    "questions",
    "same_fields",
    "online",
    "series",
    "series_stage",
    "series_limit",
    "in_series_limit",
)
PART = ("code", "matter", "after", "opens_when", "sinks", "preset", "feeds")


@transaction.atomic
def create_bundle(
    place: Jurisdiction,
    *,
    code: str,
    name: str,
    department: Department,
    by: Actor,
    aliases: Sequence[str] = (),
    is_demo: bool = False,
) -> Bundle:
    """Enter a bundle. It can be applied for once a version is published.

    Raises NotAllowed unless `by` keeps this catalogue, Conflict if the code is taken.
    """
    require_keeper(by, place)
    if department.jurisdiction_id != place.pk:
        raise Invalid(_("牵头部门不属于本地"), fields={"department": [_("请选择本地的部门")]})
    bundle = Bundle(
        jurisdiction=place,
        code=code.strip(),
        name=name.strip(),
        aliases=list(aliases),
        department=department,
        short_code=naming.short_code(place.slug, f"bundle/{code.strip()}"),
        is_demo=is_demo,
    )
    try:
        with transaction.atomic():
            bundle.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("代码%(code)s已有一件事") % {"code": bundle.code}) from error
    trail.record("bundle_created", subject=bundle, by=by, jurisdiction=place, data={"code": bundle.code})
    touch(place)
    return bundle


@transaction.atomic
def draft_bundle(bundle_id: int, *, by: Actor) -> BundleVersion:
    """Begin the next version, as a copy of the newest. Raises WrongState when a draft is already open."""
    bundle = _locked(bundle_id)
    require_keeper(by, bundle.jurisdiction_id)
    versions = list(bundle.versions.order_by("-number"))
    if any(not version.is_frozen for version in versions):
        raise WrongState(_("该一件事已有未发布的版本，请在那个版本上修改"))
    source = versions[0] if versions else None
    version = BundleVersion(
        bundle=bundle,
        number=source.number + 1 if source else 1,
        drafted_by_id=by.user_id,
        promised_value=source.promised_value if source else 20,
    )
    for name in ELEMENTS if source else ():
        setattr(version, name, getattr(source, name))
    version.change_reason = ""
    version.save()
    for row in source.parts.all() if source else ():
        row.pk, row.version = None, version
        row._state.adding = True
        row.save(force_insert=True)
    _tell("bundle_drafted", version, by)
    return version


@transaction.atomic
def change_bundle(
    version_id: int,
    *,
    by: Actor,
    elements: Mapping[str, Any] | None = None,
    parts: Sequence[Mapping[str, Any]] | None = None,
) -> BundleVersion:
    """Write elements of a draft; with `parts`, replace them by these (each brings its `matter`).

    Raises WrongState unless it is a draft, Invalid (with `fields`) for what cannot be stored.
    """
    version = _locked_version(version_id)
    require_keeper(by, version.bundle.jurisdiction_id)
    if version.state != VersionState.DRAFT:
        raise WrongState(_("只有草稿可以修改；已发布的版本请另起新版本"))
    if unknown := set(elements or {}) - set(ELEMENTS):
        raise Invalid(_("没有这样的要素：%(names)s") % {"names": "、".join(sorted(unknown))})
    for name, value in (elements or {}).items():
        setattr(version, name, value)
    rows = _built(version, parts) if parts is not None else None
    _refuse_faults(version, rows or [])
    version.save()
    if rows is not None:
        version.parts.all().delete()
        BundlePart.objects.bulk_create(rows)
    _tell("bundle_changed", version, by)
    return version


def check_bundle(version: BundleVersion) -> list[Finding]:
    """Everything that is wrong with a bundle's version, what blocks publishing first."""
    return bundle_checks.findings(bundles.compose(version))


@transaction.atomic
def submit_bundle(version_id: int, *, by: Actor) -> BundleVersion:
    """Hand a draft over for approval. Raises Incomplete, naming every blocking finding."""
    version = _in_state(version_id, by, VersionState.DRAFT)
    _require_no_fault(version)
    return _turn(version, VersionState.CHECKED, "bundle_checked", by)


@transaction.atomic
def approve_bundle(version_id: int, *, by: Actor) -> BundleVersion:
    """A second keeper approves. Raises NotAllowed for the one who drafted it."""
    version = _in_state(version_id, by, VersionState.CHECKED)
    require(by.user_id != version.drafted_by_id, _("起草人不能审定自己起草的版本，请另一位目录管理员审定"))
    version.approved_by_id = by.user_id
    return _turn(version, VersionState.APPROVED, "bundle_approved", by)


@transaction.atomic
def return_bundle(version_id: int, *, by: Actor, reason: str) -> BundleVersion:
    """Send a version that is not yet published back to its drafter."""
    version = _in_state(version_id, by, VersionState.CHECKED, VersionState.APPROVED)
    if not reason.strip():
        raise Incomplete(_("请写明退回的理由"))
    version.approved_by_id = None
    return _turn(version, VersionState.DRAFT, "bundle_returned", by, reason=reason)


@transaction.atomic
def publish_bundle(version_id: int, *, by: Actor, at: dt.datetime | None = None) -> BundleVersion:
    """Put an approved version in force from `at` (now); its predecessor ends at that instant.

    Bundles in hand keep their version. Raises Incomplete when a rule no longer holds.
    """
    version = _in_state(version_id, by, VersionState.APPROVED)
    if version.bundle.state == MatterState.CANCELLED:
        raise WrongState(_("一件事已取消，不能发布新版本"))
    _require_no_fault(version)
    return _release(version, by, max(at or now(), now()))


@transaction.atomic
def define_bundle(
    place: Jurisdiction,
    *,
    code: str,
    name: str,
    department: Department,
    elements: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]],
    by: Actor = SYSTEM,
    aliases: Sequence[str] = (),
) -> BundleVersion | None:
    """Publish a worked-out bundle from founding data, without a second keeper; the system's own verb.

    None when what is in force says the same already. Raises Incomplete when a rule does not hold.
    """
    require(by == SYSTEM, _("只能由系统装入"))
    bundle = Bundle.objects.filter(jurisdiction=place, code=code).first() or create_bundle(
        place, code=code, name=name, department=department, by=by, aliases=aliases, is_demo=True
    )
    current = bundle.versions.in_force().first()
    if current and _says(current, elements, parts):
        return None
    draft = draft_bundle(bundle.pk, by=by)
    version = change_bundle(draft.pk, by=by, elements=elements, parts=parts)
    _require_no_fault(version)
    return _release(version, by, now())


@transaction.atomic
def turn_bundle(bundle_id: int, state: str, *, by: Actor, reason: str) -> Bundle:
    """Suspend, resume or cancel a bundle, with the reason. Cancelled is for good."""
    bundle = _locked(bundle_id)
    require_keeper(by, bundle.jurisdiction_id)
    if state not in MatterState.values or bundle.state == MatterState.CANCELLED or bundle.state == state:
        raise WrongState(_("一件事现在是“%(state)s”，不能这样做") % {"state": bundle.get_state_display()})
    if not reason.strip():
        raise Incomplete(_("请写明理由和依据"))
    before, bundle.state, bundle.state_reason = bundle.state, state, reason.strip()
    bundle.save(update_fields=["state", "state_reason"])
    trail.record(
        "bundle_turned",
        subject=bundle,
        by=by,
        jurisdiction=bundle.jurisdiction_id,
        from_state=before,
        to_state=state,
        reason=reason.strip(),
    )
    touch(bundle.jurisdiction_id)
    return bundle


# -- Parts -----------------------------------------------------------------------------------------------


def _locked(bundle_id: int) -> Bundle:
    return Bundle.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=bundle_id)


def _locked_version(version_id: int) -> BundleVersion:
    bundle_id = BundleVersion.objects.values_list("bundle_id", flat=True).get(pk=version_id)
    bundle = _locked(bundle_id)
    version = BundleVersion.objects.get(pk=version_id)
    version.bundle = bundle
    return version


def _in_state(version_id: int, by: Actor, *states: VersionState) -> BundleVersion:
    version = _locked_version(version_id)
    require_keeper(by, version.bundle.jurisdiction_id)
    if version.state not in states:
        raise WrongState(_("版本现在是“%(state)s”，不能这样做") % {"state": version.get_state_display()})
    return version


def _built(version: BundleVersion, parts: Sequence[Mapping[str, Any]]) -> list[BundlePart]:
    return [
        BundlePart(version=version, order=order, **{name: row[name] for name in PART if name in row})
        for order, row in enumerate(parts, 1)
    ]


def _refuse_faults(version: BundleVersion, rows: Sequence[BundlePart]) -> None:
    fields: dict[str, list[Any]] = {}
    empty = {"applicants", "questions", "same_fields", "bundle", "drafted_by", "approved_by"}
    try:
        version.clean_fields(exclude=empty)
    except ValidationError as error:
        fields |= error.message_dict
    if version.promised_value < 1:
        fields["promised_value"] = [_("至少1个工作日")]
    codes = [row.code for row in rows]
    matters = [row.matter_id for row in rows]
    if len(set(codes)) < len(codes) or len(set(matters)) < len(matters):
        fields["parts"] = [_("同一事项、同一代码只能列一次")]
    if any(row.matter.jurisdiction_id != version.bundle.jurisdiction_id for row in rows):
        fields["parts"] = [_("请选择本地的事项")]
    for row in rows:
        try:
            row.clean_fields(exclude={"version", "matter", "after", "preset", "feeds"})
        except ValidationError as error:
            fields.setdefault("parts", []).extend(m for ms in error.message_dict.values() for m in ms)
    if fields:
        raise Invalid(_("有内容不正确，没有保存"), fields=fields)


def _require_no_fault(version: BundleVersion) -> None:
    faults = [finding for finding in check_bundle(version) if finding.blocks]
    if faults:
        raise Incomplete(
            _("有%(count)s处不完整或不一致，先改正") % {"count": len(faults)},
            items=[str(finding) for finding in faults],
            findings=[finding.as_data() for finding in faults],
        )


def _release(version: BundleVersion, by: Actor, at: dt.datetime) -> BundleVersion:
    BundleVersion.objects.filter(
        bundle=version.bundle_id, state=VersionState.PUBLISHED, valid_to__isnull=True
    ).exclude(pk=version.pk).update(valid_to=at, state=VersionState.SUPERSEDED)
    before, version.state, version.valid_from = version.state, VersionState.PUBLISHED, at
    version.save(update_fields=["state", "valid_from"])
    _tell("bundle_published", version, by, before)
    touch(version.bundle.jurisdiction_id)
    return version


def _turn(
    version: BundleVersion, state: VersionState, event: str, by: Actor, reason: str = ""
) -> BundleVersion:
    before, version.state = version.state, state
    version.save(update_fields=["state", "approved_by"])
    _tell(event, version, by, before, reason)
    return version


def _tell(what: str, version: BundleVersion, by: Actor, before: str = "", reason: str = "") -> None:
    trail.record(
        what,
        subject=version,
        by=by,
        jurisdiction=version.bundle.jurisdiction_id,
        from_state=before,
        to_state=version.state,
        reason=reason,
        data={"bundle": version.bundle_id, "number": version.number},
    )


def _says(version: BundleVersion, elements: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> bool:
    """Does a version say just this already?"""
    if any(getattr(version, name) != value for name, value in elements.items() if name != "change_reason"):
        return False
    told = _built(version, parts)
    names = [name for name in PART if name != "matter"] + ["matter_id"]
    rows = list(version.parts.order_by("order"))
    return [[getattr(r, n) for n in names] for r in rows] == [[getattr(r, n) for n in names] for r in told]
