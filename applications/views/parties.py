"""Turns a typed applicant form into persons, enterprises and a mandate, by the verbs of hall.people."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hall.actors import Actor
from hall.errors import Conflict, Invalid
from hall.people.choices import MandateScope
from hall.people.models import Enterprise, Mandate, Person
from hall.people.queries import enterprise_by_uscc, mandate_for
from hall.people.services import find_or_register_enterprise, find_or_register_person, grant_mandate

from .. import prefill
from ..forms import ENTERPRISE, ApplicantForm

# What an agent at the counter is usually sent for; the power of attorney on paper names the rest.
USUAL_SCOPE = (MandateScope.APPLY, MandateScope.SUPPLEMENT, MandateScope.COLLECT)


def register(form: ApplicantForm, *, by: Actor) -> dict[str, Any] | None:
    """Subject, phone, agent and mandate of a valid form. None: refused, and the form says why."""
    try:
        with transaction.atomic():
            return _register(form.cleaned_data, by)
    except _At as wrong:
        if isinstance(wrong.error, Conflict):
            form.add_error(wrong.fields.get(wrong.error.data.get("field", ""), None), str(wrong.error))
        else:
            form.take_over(wrong.error, wrong.fields)
        return None


def as_typed(form: ApplicantForm) -> dict[str, str]:
    """What a valid form says of the applicant before anything is stored, by the sources of common fields."""
    data = form.cleaned_data
    if data["kind"] != ENTERPRISE:
        typed = Person(name=data["name"], id_number=data["id_number"], phone=data["phone"])
        return prefill.of_subject(typed)
    known = enterprise_by_uscc(data["uscc"])
    typed_firm = known or Enterprise(
        name=data["enterprise_name"],
        uscc=data["uscc"],
        legal_representative=data["legal_representative"],
        phone=data["phone"],
    )
    return prefill.of_subject(typed_firm, phone=data["phone"])


class _At(Exception):
    """A refusal, and which fields of the form its own field names mean."""

    def __init__(self, error: Conflict | Invalid, fields: dict[str, str]) -> None:
        super().__init__(str(error))
        self.error, self.fields = error, fields


def _register(data: dict[str, Any], by: Actor) -> dict[str, Any]:
    is_firm = data["kind"] == ENTERPRISE
    subject = _enterprise(data, by) if is_firm else _person(data, "", by, data["phone"])
    agent = mandate = None
    if data["by_agent"]:
        agent = _person(data, "agent_", by, data["agent_phone"])
        mandate = _mandate(subject, agent, data, by)
    return {"subject": subject, "phone": data["phone"], "agent": agent, "mandate": mandate}


def _person(data: dict[str, Any], prefix: str, by: Actor, phone: str) -> Person:
    try:
        return find_or_register_person(
            name=data[f"{prefix}name"],
            id_type=data[f"{prefix}id_type"],
            id_number=data[f"{prefix}id_number"],
            phone=phone,
            by=by,
        )
    except (Conflict, Invalid) as error:
        names = ("name", "id_number", "phone")
        raise _At(error, {name: f"{prefix}{name}" for name in names}) from error


def _enterprise(data: dict[str, Any], by: Actor) -> Enterprise:
    try:
        return find_or_register_enterprise(
            name=data["enterprise_name"],
            uscc=data["uscc"],
            legal_representative=data["legal_representative"],
            phone=data["phone"],
            by=by,
        )
    except (Conflict, Invalid) as error:
        raise _At(error, {"name": "enterprise_name", "uscc": "uscc", "phone": "phone"}) from error


def _mandate(subject: Person | Enterprise, agent: Person, data: dict[str, Any], by: Actor) -> Mandate:
    if held := mandate_for(agent, subject, MandateScope.APPLY):
        return held
    try:
        return grant_mandate(subject, agent, scope=USUAL_SCOPE, ends_on=data["mandate_ends"], by=by)
    except Invalid as error:
        raise _At(error, {"agent": "agent_id_number", "ends_on": "mandate_ends"}) from error
