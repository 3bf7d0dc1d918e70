"""Verbs about a matter itself: its identity, its state and the lists in which it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Conflict, Incomplete, Invalid, WrongState
from hall.now import now
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from .. import codes, naming
from ..choices import ListRole, MatterState
from ..models import ListBatch, ListEntry, Matter, MatterList
from .rights import require_keeper, touch


@transaction.atomic
def create_matter(
    place: Jurisdiction,
    *,
    name: str,
    kind: str,
    domain: str,
    level: str,
    department: Department,
    implementation_code: str,
    by: Actor,
    basic_code: str = "",
    theme: str = "",
    aliases: Sequence[str] = (),
    source: str = "",
    is_demo: bool = False,
) -> Matter:
    """Enter a matter into the catalogue of `place`. It cannot be applied for until a version is published.

    Raises NotAllowed unless `by` keeps this catalogue, Conflict if the code is taken, Invalid if the
    department belongs to another place.
    """
    require_keeper(by, place)
    if department.jurisdiction_id != place.pk:
        raise Invalid(_("实施部门不属于本地"), fields={"department": [_("请选择本地的部门")]})
    matter = Matter(
        jurisdiction=place,
        name=name.strip(),
        kind=kind,
        domain=domain,
        theme=theme,
        level=level,
        department=department,
        basic_code=basic_code,
        implementation_code=implementation_code.strip(),
        aliases=list(aliases),
        source=source,
        is_demo=is_demo,
    )
    prepare(matter, place)
    while Matter.objects.filter(short_code=matter.short_code).exists():
        matter.short_code = naming.short_code(place.slug, matter.implementation_code, attempt=1)
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("实施编码%(code)s已有事项") % {"code": matter.implementation_code}) from error
    trail.record(
        "matter_created", subject=matter, by=by, jurisdiction=place, data={"code": matter.implementation_code}
    )
    touch(place)
    return matter


def prepare(matter: Matter, place: Jurisdiction) -> None:
    """Fill the columns that follow from a new matter's name and code. Does not save."""
    matter.code_segments = codes.split(matter.implementation_code)
    matter.flags = sorted({*matter.flags, *naming.oddities(matter.name)})
    matter.short_code = naming.short_code(place.slug, matter.implementation_code)
    naming.spell(matter)


@transaction.atomic
def rename(
    matter_id: int,
    *,
    by: Actor,
    name: str | None = None,
    aliases: Sequence[str] | None = None,
    theme: str | None = None,
) -> Matter:
    """Change what a matter is called or by which words it is found. Its short link stays."""
    matter = _locked(matter_id)
    require_keeper(by, matter.jurisdiction_id)
    before = {"name": matter.name, "aliases": matter.aliases, "theme": matter.theme}
    if name is not None:
        if not name.strip():
            raise Incomplete(_("事项名称不能为空"))
        matter.name = name.strip()
    if aliases is not None:
        matter.aliases = [alias.strip() for alias in aliases if alias.strip()]
    if theme is not None:
        matter.theme = theme.strip()
    after = {"name": matter.name, "aliases": matter.aliases, "theme": matter.theme}
    if before == after:
        return matter
    naming.spell(matter)
    matter.save(update_fields=["name", "aliases", "theme", "pinyin", "initials"])
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    trail.record("matter_renamed", subject=matter, by=by, jurisdiction=matter.jurisdiction_id, data=changed)
    touch(matter.jurisdiction_id)
    return matter


def suspend(matter_id: int, *, by: Actor, reason: str, basis: str = "") -> Matter:
    """Stop taking new applications for a while (暂停). Running cases go on."""
    sources = {MatterState.ACTIVE}
    return _turn(matter_id, MatterState.SUSPENDED, sources, "matter_suspended", by, reason, basis)


def resume(matter_id: int, *, by: Actor, reason: str, basis: str = "") -> Matter:
    """Take applications again after a suspension."""
    sources = {MatterState.SUSPENDED}
    return _turn(matter_id, MatterState.ACTIVE, sources, "matter_resumed", by, reason, basis)


def cancel(matter_id: int, *, by: Actor, reason: str, basis: str) -> Matter:
    """Cancel a matter for good (取消): the portal answers with reason and basis, intake refuses.

    `basis` is the act that cancels it (国务院、省政府的取消决定). Raises Incomplete without one.
    """
    if not basis.strip():
        raise Incomplete(_("取消事项须写明依据：哪个机关的哪个决定"))
    sources = {MatterState.ACTIVE, MatterState.SUSPENDED}
    return _turn(matter_id, MatterState.CANCELLED, sources, "matter_cancelled", by, reason, basis)


@transaction.atomic
def count_popularity(done: Mapping[int, int]) -> int:
    """Keep how often each matter is done, by its key: what the portal and search put first.

    A figure folded from cases, not a change of the catalogue: it is not in the journal. Returns how many
    differed.
    """
    changed = [
        matter
        for matter in Matter.objects.filter(pk__in=done).only("pk", "popularity", "jurisdiction")
        if matter.popularity != done[matter.pk]
    ]
    for matter in changed:
        matter.popularity = done[matter.pk]
    Matter.objects.bulk_update(changed, ["popularity"], batch_size=500)
    for place in {matter.jurisdiction_id for matter in changed}:
        touch(place)
    return len(changed)


@transaction.atomic
def set_list(
    place: Jurisdiction, code: str, *, by: Actor, name: str, published_total: int, **facts: Any
) -> MatterList:
    """Make a list of matters, or correct what is said about it. `facts`: document, published_on, is_demo."""
    require_keeper(by, place)
    defaults = {"name": name, "published_total": published_total, **facts}
    found, made = MatterList.objects.update_or_create(jurisdiction=place, code=code, defaults=defaults)
    trail.record(
        "list_made" if made else "list_changed", subject=found, by=by, jurisdiction=place, data=defaults
    )
    touch(place)
    return found


@transaction.atomic
def set_batch(
    matter_list: MatterList,
    name: str,
    *,
    by: Actor,
    published_on: dt.date | None = None,
    published_total: int | None = None,
    document: str = "",
) -> ListBatch:
    """Say when and with how many matters a batch of a list was published, or correct it."""
    require_keeper(by, matter_list.jurisdiction_id)
    if not name.strip():
        raise Incomplete(_("请填写批次名称"), fields={"name": [_("请填写批次名称")]})
    facts = {"published_on": published_on, "published_total": published_total, "document": document.strip()}
    batch, _made = ListBatch.objects.update_or_create(
        matter_list=matter_list, name=name.strip(), defaults=facts
    )
    trail.record(
        "list_batch_set",
        subject=matter_list,
        by=by,
        jurisdiction=matter_list.jurisdiction_id,
        data={"batch": batch.name, **facts},
    )
    touch(matter_list.jurisdiction_id)
    return batch


@transaction.atomic
def put_in_list(
    matter_list: MatterList,
    matter: Matter,
    *,
    by: Actor,
    order: int | None = None,
    batch: str = "",
    role: str = ListRole.LISTED,
) -> ListEntry:
    """Give a matter its place in a list; called again, it moves it. Raises Invalid across places."""
    require_keeper(by, matter_list.jurisdiction_id)
    if matter.jurisdiction_id != matter_list.jurisdiction_id:
        raise Invalid(_("事项和清单不在同一个地方"))
    MatterList.objects.select_for_update().get(pk=matter_list.pk)
    if order is None:
        order = (matter_list.entries.order_by("-order").values_list("order", flat=True).first() or 0) + 1
    entry, _made = ListEntry.objects.update_or_create(
        matter_list=matter_list, matter=matter, defaults={"order": order, "batch": batch, "role": role}
    )
    trail.record(
        "matter_listed",
        subject=matter,
        by=by,
        jurisdiction=matter.jurisdiction_id,
        data={"list": matter_list.code, "order": order, "batch": batch, "role": str(role)},
    )
    touch(matter_list.jurisdiction_id)
    return entry


@transaction.atomic
def _turn(
    matter_id: int,
    state: MatterState,
    sources: set[MatterState],
    event: str,
    by: Actor,
    reason: str,
    basis: str,
) -> Matter:
    matter = _locked(matter_id)
    require_keeper(by, matter.jurisdiction_id)
    if not reason.strip():
        raise Incomplete(_("请写明理由"))
    if matter.state not in sources:
        raise WrongState(_("事项现在是“%(state)s”，不能这样做") % {"state": matter.get_state_display()})
    before, matter.state, matter.state_reason = matter.state, state, reason.strip()[:200]
    matter.state_basis, matter.state_since = basis.strip()[:300], now()
    matter.save(update_fields=["state", "state_reason", "state_basis", "state_since"])
    trail.record(
        event,
        subject=matter,
        by=by,
        jurisdiction=matter.jurisdiction_id,
        from_state=before,
        to_state=state,
        reason=reason,
        data={"basis": matter.state_basis},
    )
    touch(matter.jurisdiction_id)
    return matter


def _locked(matter_id: int) -> Matter:
    return Matter.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=matter_id)
