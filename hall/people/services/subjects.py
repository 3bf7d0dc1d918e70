"""Persons and enterprises: found by number, registered once, shown in clear only with a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, require
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.trail.services import record

from .. import identity, index
from ..models import Enterprise, Person

REVEALABLE = {
    Person: {"name", "id_number", "phone", "address"},
    Enterprise: {"name", "uscc", "phone", "address", "legal_representative"},
}


@transaction.atomic
def find_or_register_person(
    *,
    name: str,
    id_type: str,
    id_number: str,
    phone: str = "",
    address: str = "",
    by: Actor,
    is_demo: bool = False,
) -> Person:
    """The person with this document, registered now if the hall has not met them before.

    A telephone number given here replaces the one on record. Raises Invalid for a number that cannot
    be, Conflict when the document is on record under another name.
    """
    name = _tidy_name(name)
    number = identity.check_id(id_type, id_number)
    phone = identity.check_phone(phone) if phone else ""
    person, is_new = Person.objects.get_or_create(
        id_type=id_type,
        id_index=index.id_index(number),
        defaults={
            "name": name,
            "id_number": number,
            "phone": phone,
            "phone_index": index.phone_index(phone),
            "address": address.strip(),
            "is_demo": is_demo,
        },
    )
    if is_new:
        record("person.registered", subject=person, by=by, jurisdiction=_place_of(by))
        return person
    if not same_name(person.name, name):
        raise Conflict(
            _(
                "该证件号码已登记在另一姓名“%(name)s”名下。请对照证件原件核对姓名和号码是否录错；"
                "确已更名的，请先办理更名登记。"
            )
            % {"name": str(person)},
            field="id_number",
        )
    if phone and phone != person.phone:
        change_phone(person, phone, by=by)
    return person


@transaction.atomic
def find_or_register_enterprise(
    *,
    name: str,
    uscc: str,
    kind: str = "",
    legal_representative: str = "",
    phone: str = "",
    address: str = "",
    by: Actor,
    is_demo: bool = False,
) -> Enterprise:
    """The enterprise or other organisation with this credit code, registered now if not yet known.

    Without `kind` the code's first two characters decide. Raises Invalid for a code that cannot be,
    Conflict when the code is on record under another name.
    """
    name = _tidy_name(name)
    code = identity.check_uscc(uscc)
    phone = identity.check_phone(phone) if phone else ""
    enterprise, is_new = Enterprise.objects.get_or_create(
        uscc=code,
        defaults={
            "name": name,
            "kind": kind or identity.kind_of_uscc(code),
            "legal_representative": legal_representative.strip(),
            "phone": phone,
            "address": address.strip(),
            "is_demo": is_demo,
        },
    )
    if is_new:
        record("enterprise.registered", subject=enterprise, by=by, jurisdiction=_place_of(by))
        return enterprise
    if not same_name(enterprise.name, name):
        raise Conflict(
            _(
                "该统一社会信用代码已登记在“%(name)s”名下。请对照营业执照核对名称和代码是否录错；"
                "确已变更名称的，请先办理更名登记。"
            )
            % {"name": enterprise.name},
            field="uscc",
        )
    if phone and phone != enterprise.phone:
        change_phone(enterprise, phone, by=by)
    return enterprise


@transaction.atomic
def rename(subject: Person | Enterprise, name: str, *, reason: str, by: Actor) -> None:
    """Record that a person or enterprise has another name now (更名登记), on the word of an officer."""
    require(speaks_for_the_hall(by), _("更名登记须由工作人员办理"))
    if not reason.strip():
        raise Invalid(_("请写明更名的依据"), fields={"reason": [_("请写明更名的依据")]})
    subject.name = _tidy_name(name)
    subject.save(update_fields=["name"])
    record(f"{subject._meta.model_name}.renamed", subject=subject, by=by, reason=reason.strip())


@transaction.atomic
def change_phone(subject: Person | Enterprise, phone: str, *, by: Actor) -> None:
    """Replace the telephone number on record."""
    subject.phone = identity.check_phone(phone)
    if isinstance(subject, Person):
        subject.phone_index = index.phone_index(subject.phone)
        subject.save(update_fields=["phone", "phone_index"])
    else:
        subject.save(update_fields=["phone"])
    record(f"{subject._meta.model_name}.phone_changed", subject=subject, by=by)


@transaction.atomic
def reveal(
    subject: Person | Enterprise,
    fields: Sequence[str],
    *,
    reason: str,
    by: Actor,
    case_id: UUID | None = None,
) -> dict[str, Any]:
    """Personal data in clear, with the reading itself in the journal (DESIGN §4, DOMAIN §9).

    Returns the value of each field asked for. The caller has made sure that `by` may see `subject` at
    all. Raises Invalid without a reason or for a field that is not personal data.
    """
    require(by.user_id, _("请先登录"))
    if not reason.strip():
        raise Invalid(_("查看完整信息须写明理由"), fields={"reason": [_("请写明查看理由")]})
    if unknown := set(fields) - REVEALABLE[type(subject)]:
        raise Invalid(_("没有这样的信息项：%(fields)s") % {"fields": "、".join(sorted(unknown))})
    record(
        "personal_data.revealed",
        subject=subject,
        by=by,
        case_id=case_id,
        jurisdiction=_place_of(by),
        reason=reason.strip(),
        data={"fields": sorted(fields)},
    )
    return {field: getattr(subject, field) for field in fields}


def same_name(one: str, other: str) -> bool:
    """Are these the same name but for width, spaces and the kind of middle dot and brackets?"""
    return _comparable(one) == _comparable(other)


def speaks_for_the_hall(by: Actor) -> bool:
    """Is this an officer who holds a post today, or the system?"""
    return by == SYSTEM or (isinstance(by, Officer) and bool(by.posts))


def _comparable(name: str) -> str:
    flat = unicodedata.normalize("NFKC", name).translate(str.maketrans("•・.‧", "····"))
    return "".join(flat.split()).upper()


def _tidy_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("请填写姓名或名称"), fields={"name": [_("请填写姓名或名称")]})
    return name


def _place_of(by: Actor) -> Jurisdiction | None:
    """Where an officer acts; nowhere for the public and the system."""
    return by.jurisdiction if isinstance(by, Officer) else None
