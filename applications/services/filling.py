"""How a case is filled, the same at the desk and from home: applicant, form, situation, materials.

These functions change a locked case and save nothing of it; the verbs around them do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hall.errors import Invalid, WrongState
from hall.now import now
from hall.people.choices import MandateScope
from hall.people.identity import check_phone
from hall.people.models import Enterprise, Mandate, Person
from hall.people.queries import mandates_in_force
from hall.transactions import update_all
from matters import formspec, situations
from matters.models import MatterVersion
from matters.queries import why_closed
from matters.querysets import version_in_force

from .. import checks
from ..choices import MaterialVerdict
from ..models import Application, CaseMaterial
from ..querysets import materials_of_case

Subject = Person | Enterprise


@dataclass(frozen=True)
class MaterialEntry:
    """What the desk says of one material: its code, the verdict, what was handed in, what is wrong."""

    code: str
    verdict: str = MaterialVerdict.OK
    originals: int | None = None
    copies: int | None = None
    problem: str = ""
    requirement: str = ""
    files: Sequence[UUID] = field(default=())


def material_of(case: Application, code: str) -> CaseMaterial:
    """The row of one material of the case. Raises Invalid for a code that the version does not have."""
    row = case.materials.select_related("material").filter(material__code=code).first()
    if row is None:
        raise Invalid(_("该事项没有代码为%(code)s的材料") % {"code": code})
    return row


def judge(case: Application, row: CaseMaterial, entry: MaterialEntry) -> None:
    """Write a verdict on one material. Does not save. Raises Invalid if it cannot be given here."""
    material = row.material
    if entry.verdict not in MaterialVerdict.values:
        raise Invalid(_("没有这样的材料结论"), fields={entry.code: [_("请选择结论")]})
    if entry.verdict == MaterialVerdict.DEFERRED and not checks.deferrable(case, material):
        raise Invalid(
            _("“%(name)s”不能容缺") % {"name": material.name},
            fields={entry.code: [_("主件和未列入容缺的材料不能后补")]},
        )
    if entry.verdict == MaterialVerdict.FAULTY and not entry.problem.strip():
        raise Invalid(
            _("请写明“%(name)s”的问题") % {"name": material.name},
            fields={entry.code: [_("待补正的材料须写明问题")]},
        )
    row.verdict = entry.verdict
    row.problem, row.requirement = entry.problem.strip(), entry.requirement.strip()
    in_order = entry.verdict == MaterialVerdict.OK
    row.originals = entry.originals if entry.originals is not None else material.originals * in_order
    row.copies = entry.copies if entry.copies is not None else material.copies * in_order
    if entry.files or row.originals or row.copies:
        row.handed_in_at = now()


def follow_answers(case: Application) -> dict[str, str]:
    """Let materials that nobody has looked at follow the answers; of those moved, the verdict before."""
    untouched = [
        row
        for row in materials_of_case(case)
        if row.handed_in_at is None and row.verdict in (MaterialVerdict.PENDING, MaterialVerdict.NOT_NEEDED)
    ]
    changed, before = [], {}
    for row in untouched:
        verdict = checks.first_verdict(case.version, row.material, case.answers)
        if verdict != row.verdict:
            before[row.material.code] = str(row.verdict)
            row.verdict = verdict
            changed.append(row)
    update_all(changed, ["verdict"])
    return before


def require_in_force(version: MatterVersion) -> None:
    """Raise WrongState unless the version can be applied for now (平台之外无审批，目录之外无审批).

    For a matter that is suspended or cancelled the message says why and by which act.
    """
    if version_in_force.first(version.pk, now()) is None:
        if closed := why_closed(version.matter_id):
            raise WrongState(closed)
        raise WrongState(_("该事项现在不能申请：未发布、已暂停或者已有新版本，请重新选择事项"))


def check_answers(version: MatterVersion, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that count; those to questions that are not asked here are left out.

    Raises Invalid for an answer that is not offered.
    """
    given = {key: value for key, value in answers.items() if value}
    result = situations.outcome(version, given)
    for question in result.asked:
        if question["key"] in given and question["key"] not in result.answers:
            raise Invalid(_("请从列出的情形中选择"), fields={question["key"]: [_("请从列出的情形中选择")]})
    return dict(result.answers)


def keep_what_fits(version: MatterVersion, data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a form that is not finished: fields that are in order keep their cleaned value."""
    kept = {}
    for item in version.form_fields:
        values, errors = formspec.clean([{**item, "required": False}], data)
        if not errors:
            kept.update(values)
    return kept


def put_applicant(
    case: Application, subject: Subject, phone: str, agent: Person | None, mandate: Mandate | None
) -> None:
    """Write who applies into the case. Does not save, and does not ask whether the matter serves them."""
    case.person = subject if isinstance(subject, Person) else None
    case.enterprise = subject if isinstance(subject, Enterprise) else None
    case.applicant_name = subject.name
    case.agent, case.mandate = agent, mandate
    case.contact_phone = check_phone(phone) if phone else (agent.phone if agent else subject.phone)
    if not checks.may_apply(case):
        raise Invalid(_("该事项不面向这类申请人"), fields={"applicant": [_("请核对服务对象")]})


def set_whole_applicant(
    case: Application, subject: Subject, phone: str, agent: Person | None, mandate: Mandate | None
) -> None:
    """Write who applies and who brings it. Raises Invalid unless the agent's mandate covers applying."""
    if agent is not None:
        check_mandate(subject, agent, mandate)
    elif mandate is not None:
        raise Invalid(_("没有代理人时不需要委托书"))
    put_applicant(case, subject, phone, agent, mandate)


def check_mandate(subject: Subject, agent: Person, mandate: Mandate | None) -> None:
    """Raise Invalid unless the agent holds a mandate in force for applying on behalf of `subject`."""
    principal = "principal_person" if isinstance(subject, Person) else "principal_enterprise"
    covers = mandate and mandates_in_force().filter(
        pk=mandate.pk, agent=agent, scope__contains=[MandateScope.APPLY], **{principal: subject}
    )
    if not covers or not covers.exists():
        raise Invalid(
            _("代理人没有在有效期内的申请委托"), fields={"mandate": [_("请登记授权委托书，权限须包括“申请”")]}
        )


def fill_whole(
    case: Application,
    data: Mapping[str, Any],
    answers: Mapping[str, str] | None,
    project_code: str | None,
    territory: str | None,
) -> None:
    """Write the whole form, checked; `None` leaves a part as it is. Raises Invalid with errors by field."""
    values, errors = formspec.clean(case.version.form_fields, data, case.version.form["schema"])
    if project_code is not None:
        case.project_code = tidy_code(project_code)
        if case.project_code and (fault := checks.project_code_fault(case)):
            errors["project_code"] = [fault]
    if errors:
        raise Invalid(_("表单有%(n)s处需要修改") % {"n": len(errors)}, fields=errors)
    case.form_data = values
    if territory is not None:
        case.territory = territory.strip()
    if answers is not None:
        case.answers = check_answers(case.version, answers)


def tidy_code(text: str) -> str:
    """A project code as it is compared: without spaces, with plain hyphens."""
    return re.sub(r"[‐-―－]", "-", re.sub(r"\s", "", text))
