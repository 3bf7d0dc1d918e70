"""Common fields of a form filled from what is known (少填): shown as filled, and open to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hall.people.masking import mask_id
from hall.people.models import Enterprise, Person
from matters.choices import Prefill
from matters.models import MatterVersion

from .choices import State
from .models import Application


def of_subject(
    subject: Person | Enterprise | None, *, phone: str = "", project_code: str = "", territory: str = ""
) -> dict[str, str]:
    """What is known of an applicant and the case, by `Prefill` source; what is not known is left out.

    A person's number is masked: the form repeats it only so that people can tell whose form it is.
    """
    found = {
        Prefill.PHONE: phone,
        Prefill.PROJECT_CODE: project_code,
        Prefill.TERRITORY: territory,
    }
    if subject is not None:
        found |= {Prefill.NAME: subject.name, Prefill.PHONE: phone or subject.phone}
    if isinstance(subject, Person):
        found |= {Prefill.ID: mask_id(subject.id_number), Prefill.ADDRESS: subject.address}
    elif isinstance(subject, Enterprise):
        found |= {
            Prefill.ID: subject.uscc,
            Prefill.USCC: subject.uscc,
            Prefill.ADDRESS: subject.address,
            Prefill.LEGAL_REPRESENTATIVE: subject.legal_representative,
        }
    return {str(source): value for source, value in found.items() if value}


def values(
    version: MatterVersion, known: Mapping[str, str], earlier: Application | None = None
) -> dict[str, Any]:
    """What fills the fields of the version's form, by field key. `earlier`: a case to repeat answers from."""
    filled: dict[str, Any] = {}
    for item in version.form_fields:
        source = str(item.get("prefill") or "")
        if source == Prefill.LAST and earlier is not None:
            if value := earlier.form_data.get(item["key"]):
                filled[item["key"]] = value
        elif source in known:
            filled[item["key"]] = known[source]
    return filled


def for_case(case: Application, among: QuerySet[Application] | None = None) -> dict[str, Any]:
    """What fills the form of a case. Earlier answers come from the applicant's newest case of the matter.

    `among`: the cases that whoever looks may read; without it, those of the same place.
    """
    known = of_subject(
        case.applicant,
        phone=case.contact_phone,
        project_code=case.project_code,
        territory=case.territory,
    )
    repeats = any(item.get("prefill") == Prefill.LAST for item in case.version.form_fields)
    return values(case.version, known, _earlier(case, among) if repeats else None)


def mark(form: Any, filled: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """Say beside each field that was filled, and not typed, where its value comes from."""
    for key in filled:
        if key in form.fields and key not in stored:
            form.fields[key].prefilled = _("已知信息带入，可以修改")


def _earlier(case: Application, among: QuerySet[Application] | None) -> Application | None:
    if case.applicant is None:
        return None
    mine = Q(enterprise=case.enterprise) if case.enterprise_id else Q(person=case.person, enterprise=None)
    cases = Application.objects.filter(jurisdiction=case.jurisdiction_id) if among is None else among
    found = cases.filter(mine, version__matter=case.version.matter_id).exclude(pk=case.pk)
    return found.exclude(state=State.DRAFT).order_by("-created_at", "pk").first()
