"""Verbs that build and change the organisation. Posts are given in `hall.people.services`."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from hall.actors import SYSTEM, Actor
from hall.errors import Invalid, require
from hall.trail.services import record

from . import policies as policy
from .choices import Role
from .models import Department, Hall, Jurisdiction, Window, Zone
from .officers import Officer

Place = TypeVar("Place", Jurisdiction, Department, Hall, Zone, Window)

# Which roles build the organisation of their jurisdiction.
BUILDERS = (Role.MANAGER, Role.SYSTEM_ADMIN)
# Fields that `change` leaves alone: a place does not move, policies have their own verb.
MOORED = {"jurisdiction", "hall", "zone", "settings"}


@transaction.atomic
def create(place: Place, *, by: Actor) -> Place:
    """Write a new jurisdiction, department, hall, zone or window. Raises Invalid naming each wrong field.

    A jurisdiction is founded by the system only (`manage.py`), everything else by its hall manager or
    system administrator.
    """
    require(by == SYSTEM or not isinstance(place, Jurisdiction), _("辖区只能由系统初始化时建立"))
    _require_builder(place, by)
    _write(place)
    record(
        f"{place._meta.model_name}.created",
        subject=place,
        by=by,
        jurisdiction=jurisdiction_of(place),
        data=_facts(place),
    )
    return place


@transaction.atomic
def change(place: Place, *, by: Actor) -> Place:
    """Write the changed fields of `place`; the event tells what each was before and is now.

    Nothing is written when nothing differs. The policies of a jurisdiction have their own verb.
    """
    _require_builder(place, by)
    before = _facts(type(place).objects.select_for_update(of=("self",)).get(pk=place.pk))
    after = _facts(place)
    changed = _differences(before, after)
    if moved := MOORED & set(changed):
        message = _("辖区、大厅、分区不能更换，政策另行修改")
        raise Invalid(message, fields={name: [message] for name in moved})
    if changed:
        _write(place)
        record(
            f"{place._meta.model_name}.changed",
            subject=place,
            by=by,
            jurisdiction=jurisdiction_of(place),
            data={"changed": changed},
        )
    return place


@transaction.atomic
def remove_window(window: Window, *, reason: str, by: Actor) -> None:
    """Close a window for good. Posts at it stay with their hall."""
    _require_builder(window, by)
    record(
        "window.removed",
        subject=window,
        by=by,
        jurisdiction=jurisdiction_of(window),
        reason=reason.strip(),
        data=_facts(window),
    )
    window.delete()


@transaction.atomic
def set_policies(
    jurisdiction: Jurisdiction, policies: policy.Policies, *, reason: str, by: Actor
) -> Jurisdiction:
    """Replace what this place does differently from others, with the ground for it.

    Raises Invalid for silent consent without the local rule that it cites (DESIGN §3).
    """
    _require_builder(jurisdiction, by)
    if not reason.strip():
        raise Invalid(_("请写明修改政策的依据"), fields={"reason": [_("请写明修改政策的依据")]})
    if policies.silent_consent and not policies.silent_consent_basis.strip():
        message = _("实行缺席、超时默认须写明依据的文件")
        raise Invalid(message, fields={"silent_consent_basis": [message]})
    return _put_policies(jurisdiction, policies, reason, by)


@transaction.atomic
def stop_silent_consent(jurisdiction: Jurisdiction, *, reason: str, by: Actor) -> Jurisdiction:
    """The kill switch: from now on no silence counts as consent here (DESIGN §3). A supervisor may, too.

    At once: it waits for a silence that is being written at this moment, and none follows it. Raises Invalid
    without a reason.
    """
    allowed = by == SYSTEM or (
        isinstance(by, Officer) and by.has(*BUILDERS, Role.SUPERVISOR, jurisdiction=jurisdiction)
    )
    require(allowed, _("无权停止缺席、超时默认"))
    if not reason.strip():
        raise Invalid(_("请写明停止的理由"), fields={"reason": [_("请写明停止的理由")]})
    locked = Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    policies = policy.read({**locked.settings, "silent_consent": False})
    return _put_policies(jurisdiction, policies, reason, by)


def jurisdiction_of(place: Jurisdiction | Department | Hall | Zone | Window) -> Jurisdiction:
    """The jurisdiction to which a place belongs."""
    if isinstance(place, Jurisdiction):
        return place
    if isinstance(place, Window):
        return place.zone.hall.jurisdiction
    if isinstance(place, Zone):
        return place.hall.jurisdiction
    return place.jurisdiction


def _require_builder(place: Place, by: Actor) -> None:
    jurisdiction = jurisdiction_of(place)
    allowed = by == SYSTEM or (isinstance(by, Officer) and by.has(*BUILDERS, jurisdiction=jurisdiction))
    require(allowed, _("只有本辖区的大厅管理员或系统管理员可以修改组织机构"))


def _write(place: models.Model) -> None:
    if isinstance(place, Department):
        place.pinyin = pinyin_of(place.name, place.short_name)
    if isinstance(place, Jurisdiction):
        policy.read(place.settings)
    try:
        place.full_clean()
    except ValidationError as error:
        faults = error.message_dict
        raise Invalid(" ".join(text for texts in faults.values() for text in texts), fields=faults) from None
    place.save()


def _put_policies(
    jurisdiction: Jurisdiction, policies: policy.Policies, reason: str, by: Actor
) -> Jurisdiction:
    locked = Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    before, after = policy.write(locked.policies), policy.write(policies)
    locked.settings = after
    locked.save(update_fields=["settings"])
    record(
        "jurisdiction.policies_set",
        subject=locked,
        by=by,
        jurisdiction=locked,
        reason=reason.strip(),
        data={
            "changed": {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        },
    )
    jurisdiction.settings = after
    return jurisdiction


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def _facts(place: models.Model) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(place)
        for field in place._meta.concrete_fields
        if not field.primary_key and field.name != "pinyin"
    }


def pinyin_of(*names: str) -> str:
    """Syllables run together and initials of each name, for search: `shichangjianduju scjdj`."""
    words = []
    for name in filter(None, dict.fromkeys(names)):
        words += ["".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))]
    return " ".join(words).lower()[:400]
