"""The verbs of the negative list (市场准入负面清单): its edition, its items, which fields are compared."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Incomplete, Invalid
from hall.organisation.models import Jurisdiction
from hall.trail import services as trail

from ..choices import AccessKind
from ..models import CheckedField, Matter, NegativeItem, NegativeList
from .rights import require_keeper


@transaction.atomic
def set_negative_list(
    place: Jurisdiction, *, name: str, edition: str, document: str, by: Actor, **facts: Any
) -> NegativeList:
    """Say which edition of the list a place applies. `facts`: note, is_demo."""
    require_keeper(by, place)
    if not edition.strip() or not document.strip():
        raise Incomplete(_("请写明版本和公布文件"))
    values = {"name": name.strip(), "edition": edition.strip(), "document": document.strip(), **facts}
    found = NegativeList.objects.filter(jurisdiction=place).first()
    if found and all(getattr(found, key) == value for key, value in values.items()):
        return found
    found, _made = NegativeList.objects.update_or_create(jurisdiction=place, defaults=values)
    trail.record("negative_list_set", subject=found, by=by, jurisdiction=place, data=values)
    return found


@transaction.atomic
def set_negative_item(negative_list: NegativeList, code: str, *, by: Actor, **values: Any) -> NegativeItem:
    """Enter an item, or correct what it says. What is not given stays.

    Raises Invalid (with `fields`) without words, basis, or, of a licensed item, its licence and its time.
    """
    place = negative_list.jurisdiction
    require_keeper(by, place)
    item = NegativeItem.objects.filter(negative_list=negative_list, code=code).first()
    known = item is not None
    item = item or NegativeItem(negative_list=negative_list, code=code)
    changed = {name: value for name, value in values.items() if getattr(item, name) != value}
    if known and not changed:
        return item
    for name, value in changed.items():
        setattr(item, name, value)
    _refuse_faults(item)
    item.save()
    told = {name: getattr(value, "pk", value) for name, value in changed.items()}
    what = "negative_item_changed" if known else "negative_item_entered"
    trail.record(what, subject=item, by=by, jurisdiction=place, data={"code": code, **told})
    return item


@transaction.atomic
def compare_field(negative_list: NegativeList, matter: Matter, key: str, *, by: Actor) -> CheckedField:
    """Say which field of a market-access matter holds the business scope."""
    require_keeper(by, negative_list.jurisdiction)
    if matter.jurisdiction_id != negative_list.jurisdiction_id:
        raise Invalid(_("请选择本地的事项"))
    current = CheckedField.objects.filter(matter=matter, key=key, negative_list=negative_list).first()
    if current:
        return current
    found, _made = CheckedField.objects.update_or_create(
        matter=matter, defaults={"negative_list": negative_list, "key": key}
    )
    trail.record(
        "negative_field_set",
        subject=negative_list,
        by=by,
        jurisdiction=negative_list.jurisdiction_id,
        data={"matter": matter.pk, "key": key},
    )
    return found


def _refuse_faults(item: NegativeItem) -> None:
    fields: dict[str, list[Any]] = {}
    try:
        item.clean_fields(exclude={"negative_list", "matter", "words", "unless"})
    except ValidationError as error:
        fields |= error.message_dict
    if not item.words or not all(str(word).strip() for word in item.words):
        fields["words"] = [_("至少写一个对照词")]
    if item.kind == AccessKind.LICENSED:
        if not item.licence.strip():
            fields["licence"] = [_("请写明须取得的许可")]
        if not item.timing:
            fields["timing"] = [_("请选择前置或者后置")]
    if fields:
        raise Invalid(_("有内容不正确，没有保存"), fields=fields)
