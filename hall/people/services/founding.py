"""Founding a real place: the jurisdiction and the three administrators who build everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM
from hall.errors import Invalid
from hall.organisation import services as organisation
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction

from .accounts import create_staff, temporary_password
from .posts import assign_post

THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@dataclass(frozen=True)
class Administrator:
    """Who is to hold one of the three offices (三员分立)."""

    username: str
    name: str


@transaction.atomic
def found_place(place: Jurisdiction, administrators: Mapping[Role, Administrator]) -> dict[str, str]:
    """Enter a jurisdiction and its system, security and audit administrators: three people, never fewer.

    By the system only (`manage.py found_place`). They build the organisation, open accounts and give posts on
    the management screens. Returns each one's temporary password by user name; it must be changed at the
    first login, and is kept nowhere else. Raises Invalid for a place or an account that cannot be entered.
    """
    if set(administrators) != set(THREE) or len({each.username for each in administrators.values()}) < 3:
        raise Invalid(_("系统、安全、审计管理员须为三个不同的人"))
    organisation.create(place, by=SYSTEM)
    passwords = {}
    for role, each in administrators.items():
        password = passwords[each.username] = temporary_password()
        user = create_staff(username=each.username, name=each.name, password=password, by=SYSTEM)
        assign_post(user, role, jurisdiction=place, by=SYSTEM)
    return passwords
