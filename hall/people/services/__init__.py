"""Verbs about persons, enterprises, mandates, accounts and posts."""

from .accounts import (
    change_password,
    confirm_identity,
    create_staff,
    deactivate,
    reactivate,
    register_citizen,
    reset_password,
    temporary_password,
)
from .mandates import grant_mandate, revoke_mandate
from .posts import assign_post, deputise, end_post
from .subjects import change_phone, find_or_register_enterprise, find_or_register_person, rename, reveal

__all__ = [
    "assign_post",
    "change_password",
    "change_phone",
    "confirm_identity",
    "create_staff",
    "deactivate",
    "deputise",
    "end_post",
    "find_or_register_enterprise",
    "find_or_register_person",
    "grant_mandate",
    "reactivate",
    "register_citizen",
    "rename",
    "reset_password",
    "reveal",
    "revoke_mandate",
    "temporary_password",
]
