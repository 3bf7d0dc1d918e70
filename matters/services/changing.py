"""Verbs about change sets: one change of many matters, reviewed and published as one (变更单)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Conflict, Incomplete, Invalid, WrongState, require
from hall.now import now
from hall.organisation.models import Jurisdiction
from hall.trail import services as trail

from ..changes import OPEN_STATES, Preview, previews, read
from ..choices import ChangeSetState, MatterState, VersionState
from ..models import ChangeItem, ChangeSet, Material, Matter, MatterVersion, Step
from .rights import require_keeper, touch

MOST_MATTERS = 3_000
BATCH = 500
MOST_NAMED = 100  # obstacles that a message names


@transaction.atomic
def draft_change_set(
    place: Jurisdiction,
    *,
    title: str,
    reason: str,
    changes: Iterable[Mapping[str, str]],
    matters: Iterable[int],
    by: Actor,
    selection: Mapping[str, Any] | None = None,
) -> ChangeSet:
    """Draw up a change of many matters (拟定变更单). Nothing in the catalogue changes yet.

    `changes` are texts as `matters.changes.read` takes them, `matters` keys of the place's matters;
    `selection` tells by which filters they were chosen. Raises NotAllowed unless `by` keeps this catalogue,
    Incomplete without title, reason, a change or a matter, Invalid for a value that cannot be stored.
    """
    require_keeper(by, place)
    ids = list(
        Matter.objects.filter(jurisdiction=place, pk__in=list(matters))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not ids:
        raise Incomplete(_("没有选择事项"))
    if len(ids) > MOST_MATTERS:
        raise Invalid(_("一张变更单最多%(most)s个事项，请缩小范围") % {"most": MOST_MATTERS})
    change_set = ChangeSet(
        jurisdiction=place, drafted_by_id=by.user_id, drafted_at=now(), selection=dict(selection or {})
    )
    _write(change_set, title, reason, changes)
    change_set.save()
    ChangeItem.objects.bulk_create(
        [ChangeItem(change_set=change_set, matter_id=pk) for pk in ids], batch_size=BATCH
    )
    _record("change_set_drafted", change_set, by, data={"matters": len(ids), "changes": change_set.changes})
    return change_set


@transaction.atomic
def revise_change_set(
    change_set_id: int, *, title: str, reason: str, changes: Iterable[Mapping[str, str]], by: Actor
) -> ChangeSet:
    """Change what a set says, while it is drawn up."""
    change_set = _locked(change_set_id, by, ChangeSetState.DRAFT)
    _write(change_set, title, reason, changes)
    change_set.save(update_fields=["title", "reason", "changes"])
    _record("change_set_revised", change_set, by, data={"changes": change_set.changes})
    return change_set


@transaction.atomic
def leave_out(change_set_id: int, matters: Iterable[int], *, by: Actor) -> int:
    """Take matters out of a set that is drawn up (移出). Returns how many."""
    change_set = _locked(change_set_id, by, ChangeSetState.DRAFT)
    chosen = change_set.items.filter(matter__in=list(matters))
    names = list(chosen.values_list("matter__name", flat=True))
    chosen.delete()
    if names:
        _record(
            "change_set_narrowed", change_set, by, data={"count": len(names), "names": names[:MOST_NAMED]}
        )
    return len(names)


@transaction.atomic
def submit_change_set(change_set_id: int, *, by: Actor) -> ChangeSet:
    """Make a draft of every matter of the set and hand all over for approval (送审), or none.

    Matters that already say what the set wants get no draft. Raises Incomplete, naming each matter that
    something stands in the way of: an open draft, no version in force, or a fault that the change would make.
    """
    change_set = _locked(change_set_id, by, ChangeSetState.DRAFT)
    found = _previews(change_set)
    _refuse_obstacles(found)
    made = [preview for preview in found if preview.changed is not None]
    if not made:
        raise Incomplete(_("所有事项都已经是这样，没有要改的"))
    versions = _draft_all(change_set, made, by)
    change_set.state, change_set.submitted_at = ChangeSetState.SUBMITTED, now()
    change_set.save(update_fields=["state", "submitted_at"])
    _record("change_set_submitted", change_set, by, ChangeSetState.DRAFT, data={"versions": len(versions)})
    return change_set


@transaction.atomic
def approve_change_set(change_set_id: int, *, by: Actor) -> ChangeSet:
    """A second keeper approves the whole set (审定).

    Raises NotAllowed for who drew it up, Conflict naming the matters whose draft was dealt with elsewhere.
    """
    change_set = _locked(change_set_id, by, ChangeSetState.SUBMITTED)
    require(by.user_id != change_set.drafted_by_id, _("拟定人不能审定自己的变更单，请另一位目录管理员审定"))
    versions = _versions(change_set, VersionState.CHECKED)
    MatterVersion.objects.filter(pk__in=[v.pk for v in versions]).update(
        state=VersionState.APPROVED, approved_by_id=by.user_id
    )
    _record_versions(
        "version_approved", change_set, versions, by, VersionState.CHECKED, VersionState.APPROVED
    )
    change_set.state, change_set.approved_at = ChangeSetState.APPROVED, now()
    change_set.approved_by_id = by.user_id
    change_set.save(update_fields=["state", "approved_at", "approved_by"])
    _record("change_set_approved", change_set, by, ChangeSetState.SUBMITTED, data={"versions": len(versions)})
    return change_set


@transaction.atomic
def publish_change_set(change_set_id: int, *, by: Actor, at: dt.datetime | None = None) -> ChangeSet:
    """Put every version of an approved set in force at one instant (`at`, else now), or none.

    Raises Conflict, naming each matter, when one was dealt with elsewhere since, was cancelled, has another
    successor, or breaks a rule that it did not break before.
    """
    change_set = _locked(change_set_id, by, ChangeSetState.APPROVED)
    versions = _versions(change_set, VersionState.APPROVED)
    _refuse_failing(change_set, versions)
    moment = now()
    at = max(at or moment, moment)
    bases = [version.change_item.base_id for version in versions if version.change_item.base_id]
    ending: dict[str, Any] = {"valid_to": at}
    if at <= moment:
        ending["state"] = VersionState.SUPERSEDED
    MatterVersion.objects.filter(pk__in=bases).update(**ending)
    MatterVersion.objects.filter(pk__in=[v.pk for v in versions]).update(
        state=VersionState.PUBLISHED, valid_from=at
    )
    _record_versions(
        "version_published",
        change_set,
        versions,
        by,
        VersionState.APPROVED,
        VersionState.PUBLISHED,
        valid_from=at,
    )
    change_set.state, change_set.published_at, change_set.valid_from = ChangeSetState.PUBLISHED, moment, at
    change_set.save(update_fields=["state", "published_at", "valid_from"])
    data = {"versions": len(versions), "valid_from": at}
    _record("change_set_published", change_set, by, ChangeSetState.APPROVED, data=data)
    touch(change_set.jurisdiction_id)
    return change_set


@transaction.atomic
def return_change_set(change_set_id: int, *, by: Actor, reason: str) -> ChangeSet:
    """Send a set that is not published back to be revised (退回); its drafts are thrown away."""
    change_set = _locked(change_set_id, by, ChangeSetState.SUBMITTED, ChangeSetState.APPROVED)
    if not reason.strip():
        raise Incomplete(_("请写明退回的理由"))
    before = change_set.state
    _throw_away_drafts(change_set, by, reason)
    change_set.state, change_set.approved_by = ChangeSetState.DRAFT, None
    change_set.submitted_at = change_set.approved_at = None
    change_set.save(update_fields=["state", "approved_by", "submitted_at", "approved_at"])
    _record("change_set_returned", change_set, by, before, reason=reason)
    return change_set


@transaction.atomic
def drop_change_set(change_set_id: int, *, by: Actor, reason: str) -> ChangeSet:
    """Give up a set that is not published (撤销); its drafts are thrown away, the set stays on record."""
    states = (ChangeSetState.DRAFT, ChangeSetState.SUBMITTED, ChangeSetState.APPROVED)
    change_set = _locked(change_set_id, by, *states)
    if not reason.strip():
        raise Incomplete(_("请写明撤销的理由"))
    before = change_set.state
    _throw_away_drafts(change_set, by, reason)
    change_set.state = ChangeSetState.DROPPED
    change_set.save(update_fields=["state"])
    _record("change_set_dropped", change_set, by, before, reason=reason)
    return change_set


def _write(change_set: ChangeSet, title: str, reason: str, changes: Iterable[Mapping[str, str]]) -> None:
    fields = {
        name: [_("请填写")] for name, text in (("title", title), ("reason", reason)) if not text.strip()
    }
    if fields:
        raise Incomplete(_("请写明变更单的名称、理由和依据"), fields=fields)
    told = read(changes, change_set.jurisdiction)
    if not told:
        raise Incomplete(_("没有要改的内容，请至少填写一项"))
    change_set.title, change_set.reason = title.strip()[:100], reason.strip()[:300]
    change_set.changes = [each.as_data() for each in told]


def _locked(change_set_id: int, by: Actor, *states: ChangeSetState) -> ChangeSet:
    """The set and then its matters under their locks, always in this order and the matters by their keys."""
    change_set = (
        ChangeSet.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=change_set_id)
    )
    require_keeper(by, change_set.jurisdiction_id)
    if change_set.state not in states:
        raise WrongState(_("变更单现在是“%(state)s”，不能这样做") % {"state": change_set.get_state_display()})
    ids = change_set.items.values_list("matter", flat=True)
    matters = Matter.objects.select_for_update(of=("self",)).filter(pk__in=list(ids))
    list(matters.order_by("pk").values_list("pk"))
    return change_set


def _previews(change_set: ChangeSet) -> list[Preview]:
    return previews(change_set, list(change_set.items.select_related("matter__department")))


def _refuse_obstacles(found: Sequence[Preview]) -> None:
    stopped = [f"{each.item.matter.name}：{'；'.join(each.obstacles)}" for each in found if each.obstacles]
    if stopped:
        raise Incomplete(
            _("有%(count)s个事项不能变更，请移出或者先处理") % {"count": len(stopped)},
            items=stopped[:MOST_NAMED],
        )


def _draft_all(change_set: ChangeSet, found: Sequence[Preview], by: Actor) -> list[MatterVersion]:
    """The drafts of a set with their parts, handed over already: the set is what is reviewed."""
    numbers = dict(
        MatterVersion.objects.filter(matter__in=[each.item.matter_id for each in found])
        .values_list("matter")
        .annotate(last=Max("number"))
    )
    drafts, materials, steps, items = [], [], [], []
    for each in found:
        assert each.changed is not None
        assert each.version is not None
        draft = _copy(each.changed)
        draft.number = numbers[each.item.matter_id] + 1
        draft.state, draft.valid_from, draft.valid_to = VersionState.CHECKED, None, None
        draft.drafted_by_id, draft.approved_by = by.user_id, None
        draft.change_reason = change_set.reason
        materials += [_copy(material, version=draft) for material in each.version.materials.all()]
        steps += [_copy(step, version=draft) for step in each.steps or each.version.steps.all()]
        drafts.append(draft)
        each.item.base = each.version
        items.append(each.item)
    MatterVersion.objects.bulk_create(drafts, batch_size=BATCH)
    for part in [*materials, *steps]:
        part.version_id = part.version.pk
    Material.objects.bulk_create(materials, batch_size=BATCH)
    Step.objects.bulk_create(steps, batch_size=BATCH)
    for item, draft in zip(items, drafts, strict=True):
        item.version = draft
    ChangeItem.objects.bulk_update(items, ["base", "version"], batch_size=BATCH)
    _record_versions("version_drafted", change_set, drafts, by, "", VersionState.CHECKED)
    return drafts


def _copy(row: Any, **values: Any) -> Any:
    """A new row with the same columns, but for its key, its own time of creation and `values`."""
    model: type[Model] = type(row)
    own = ("id", "created_at", *(f"{name}_id" for name in values))
    fields = [f.attname for f in model._meta.concrete_fields if f.attname not in own and not f.primary_key]
    return model(**{name: getattr(row, name) for name in fields}, **values)


def _versions(change_set: ChangeSet, state: VersionState) -> list[MatterVersion]:
    """The set's versions, all in `state`. Raises Conflict, naming the matters whose version is not."""
    items = change_set.items.filter(base__isnull=False).select_related("matter", "version")
    lost = [item.matter.name for item in items if item.version is None or item.version.state != state]
    if lost:
        raise Conflict(
            _("这些事项的草稿已另行处理，请退回变更单：%(names)s") % {"names": "、".join(lost[:MOST_NAMED])},
            items=lost[:MOST_NAMED],
        )
    versions = []
    for item in items:
        assert item.version is not None
        item.version.matter, item.version.change_item = item.matter, item
        versions.append(item.version)
    return versions


def _refuse_failing(change_set: ChangeSet, versions: Sequence[MatterVersion]) -> None:
    """Raise Conflict, naming each matter that cannot follow the others."""
    ids = [version.matter_id for version in versions]
    latest = dict(
        MatterVersion.objects.filter(
            matter__in=ids, state=VersionState.PUBLISHED, valid_to__isnull=True
        ).values_list("matter", "pk")
    )
    reasons: dict[str, str] = {}
    for version in versions:
        if version.matter.state == MatterState.CANCELLED:
            reasons[version.matter.name] = _("事项已取消")
        elif latest.get(version.matter_id) != version.change_item.base_id:
            reasons[version.matter.name] = _("现行版本已不是变更依据的版本")
    for preview in _previews(change_set):
        if preview.changed is not None and preview.obstacles:
            reasons.setdefault(preview.item.matter.name, "；".join(preview.obstacles))
    if reasons:
        named = [f"{name}：{why}" for name, why in reasons.items()][:MOST_NAMED]
        raise Conflict(_("没有发布：%(names)s") % {"names": "\n".join(named)}, items=named)


def _throw_away_drafts(change_set: ChangeSet, by: Actor, reason: str) -> None:
    versions = list(MatterVersion.objects.filter(change_item__change_set=change_set, state__in=OPEN_STATES))
    _record_versions("version_dropped", change_set, versions, by, "", "", reason=reason)
    change_set.items.update(base=None, version=None)
    MatterVersion.objects.filter(pk__in=[version.pk for version in versions]).delete()


def _record_versions(
    what: str,
    change_set: ChangeSet,
    versions: Sequence[MatterVersion],
    by: Actor,
    from_state: str,
    to_state: str,
    *,
    reason: str = "",
    **data: Any,
) -> None:
    told = {"change_set": change_set.pk, **data}
    trail.record_all(
        what,
        [(v, {"matter": v.matter_id, "number": v.number, **told}) for v in versions],
        by=by,
        jurisdiction=change_set.jurisdiction_id,
        from_state=str(from_state),
        to_state=str(to_state),
        reason=reason or change_set.reason,
    )


def _record(
    what: str, change_set: ChangeSet, by: Actor, from_state: str = "", *, reason: str = "", data: Any = None
) -> None:
    trail.record(
        what,
        subject=change_set,
        by=by,
        jurisdiction=change_set.jurisdiction_id,
        from_state=str(from_state),
        to_state=change_set.state,
        reason=reason or change_set.reason,
        data=data,
    )
