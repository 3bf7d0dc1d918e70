"""How a bundle is filled: one guidance, one form, one set of materials. These functions save nothing of it.

What they write follows the same rules as for a single case (filling, checks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hall.errors import Invalid
from hall.now import now
from hall.people.identity import check_phone
from hall.people.models import Mandate, Person
from matters import bundles, formspec, market
from matters.bundles import Composition, JointMaterial
from matters.choices import CaseType, Necessity
from matters.models import NegativeList

from .. import checks
from ..bundle_models import BundleCase, BundleCasePart, BundleMaterial, ScopeCheck
from ..choices import MaterialVerdict
from ..models import Application
from .filling import MaterialEntry, Subject, check_mandate, tidy_code


def whole_of(bundle: BundleCase) -> Composition:
    """What the bundle consists of, by the versions that it keeps for life."""
    rows = bundle.parts.select_related("version__matter", "version__department", "version__regime")
    pinned = {row.part_id: row.version for row in rows.prefetch_related("version__materials__definition")}
    return bundles.compose(bundle.version, pinned)


def pin_parts(bundle: BundleCase, whole: Composition) -> list[BundleCasePart]:
    """The parts of a new bundle, each with the version now in force. Raises Invalid where one has none."""
    if whole.missing:
        names = "、".join(member.name for member in whole.missing)
        raise Invalid(_("一件事现在不能申请：%(names)s未发布、已暂停或者已取消") % {"names": names})
    return [BundleCasePart(bundle=bundle, part=member.row, version=member.needed) for member in whole.members]


def put_applicant(
    bundle: BundleCase, subject: Subject, phone: str, agent: Person | None, mandate: Mandate | None
) -> None:
    """Write who applies, and who brings it. Raises Invalid for a kind of applicant that is not served."""
    if agent is not None:
        check_mandate(subject, agent, mandate)
    elif mandate is not None:
        raise Invalid(_("没有代理人时不需要委托书"))
    bundle.person = subject if isinstance(subject, Person) else None
    bundle.enterprise = subject if not isinstance(subject, Person) else None
    bundle.applicant_name = subject.name
    bundle.agent, bundle.mandate = agent, mandate
    bundle.contact_phone = check_phone(phone) if phone else (agent.phone if agent else subject.phone)
    if not may_apply(bundle):
        raise Invalid(_("该一件事不面向这类申请人"), fields={"applicant": [_("请核对服务对象")]})


def may_apply(bundle: BundleCase) -> bool:
    """Is the applicant among those whom the bundle serves?"""
    kinds = bundle.version.applicants
    return not kinds or checks.kind_of_applicant(bundle) in kinds


def needs_project_code(whole: Composition, answers: Mapping[str, str]) -> bool:
    """Does any of its parts ask for a project code?"""
    return any(member.needed.project_code_required for member in whole.opened(answers))


def form_errors(bundle: BundleCase, whole: Composition) -> dict[str, list[str]]:
    """What is still wrong in the joint form, by its keys: by each part's own form as well."""
    _values, errors = formspec.clean(whole.form_items(bundle.answers), bundle.form_data)
    for member in whole.opened(bundle.answers):
        version = member.needed
        own = whole.form_of(member, bundle.form_data)
        _own, wrong = formspec.clean(version.form_fields, own, version.form["schema"])
        joint = {key: entry.key for entry in whole.fields for code, key in entry.parts if code == member.code}
        for key, messages in wrong.items():
            errors.setdefault(joint.get(key, key), messages)
    return errors


def labels_of(whole: Composition) -> dict[str, str]:
    """What each field of the joint form is called."""
    return {entry.key: str(entry.item["label"]) for entry in whole.fields}


def unanswered(bundle: BundleCase, whole: Composition) -> list[str]:
    """The questions that are asked and have no answer yet, in words."""
    return [entry.item["ask"] for entry in whole.asked(bundle.answers) if entry.key not in bundle.answers]


def fill(
    bundle: BundleCase,
    whole: Composition,
    *,
    data: Mapping[str, Any] | None,
    answers: Mapping[str, str] | None,
    project_code: str | None,
    territory: str | None,
) -> None:
    """Keep what fits of form and guidance; what is wrong or missing stays open. Does not save."""
    if answers is not None:
        bundle.answers = whole.clean_answers(answers)
    if data is not None:
        kept: dict[str, Any] = {}
        for item in whole.form_items(bundle.answers):
            values, errors = formspec.clean([{**item, "required": False}], data)
            kept |= {} if errors else values
        bundle.form_data = kept
    if project_code is not None:
        bundle.project_code = tidy_code(project_code)[:40]
    if territory is not None:
        bundle.territory = territory.strip()[:40]


# -- Materials -------------------------------------------------------------------------------------------


def settle_materials(bundle: BundleCase, whole: Composition) -> None:
    """Bring the rows of the joint set in line with the answers; what was handed in stays with its row."""
    old = {tuple(pair): row for row in bundle.materials.all() for pair in row.covers}
    kept: set[int] = set()
    for order, joint in enumerate(whole.materials(bundle.answers), 1):
        row = next((old[pair] for pair in joint.covers if pair in old and old[pair].pk not in kept), None)
        if row is None:
            row = BundleMaterial(bundle=bundle, key="-".join(joint.covers[0]))
        _describe(row, joint, whole, order, place_defers=bundle.jurisdiction.policies.deferral)
        row.save()
        kept.add(row.pk)
    bundle.materials.exclude(pk__in=kept).delete()


def _describe(
    row: BundleMaterial, joint: JointMaterial, whole: Composition, order: int, *, place_defers: bool
) -> None:
    found = joint.found
    row.order, row.material, row.name = order, found.material, found.name
    row.covers = [list(pair) for pair in joint.covers]
    row.wanted_originals, row.wanted_copies = found.originals, found.copies
    row.is_main = found.is_main
    row.deferrable = (
        place_defers
        and not found.is_main
        and all(
            material.necessity == Necessity.DEFERRABLE
            and whole[code].needed.deferral_allowed
            and whole[code].needed.case_type != CaseType.INSTANT
            for (code, _key), material in zip(joint.covers, found.materials, strict=True)
        )
    )
    row.obtained_from = whole[joint.made_by].name if joint.made_by else found.shared_source
    untouched = (
        MaterialVerdict.PENDING,
        MaterialVerdict.NOT_NEEDED,
        MaterialVerdict.SHARED,
        MaterialVerdict.REUSED,
    )
    if row.handed_in_at is None and row.verdict in untouched:
        row.verdict = _first_verdict(joint, whole)


def _first_verdict(joint: JointMaterial, whole: Composition) -> MaterialVerdict:
    if joint.made_by:
        return MaterialVerdict.REUSED
    if not joint.demanded:
        return MaterialVerdict.SHARED
    on_the_case = [
        checks.depends_on_the_case(whole[code].needed, material)
        for (code, _key), material in zip(joint.covers, joint.found.materials, strict=True)
    ]
    return MaterialVerdict.NOT_NEEDED if all(on_the_case) else MaterialVerdict.PENDING


def judge(row: BundleMaterial, entry: MaterialEntry) -> None:
    """Write a verdict on one joint material. Does not save. Raises Invalid if it cannot be given."""
    if entry.verdict not in MaterialVerdict.values:
        raise Invalid(_("没有这样的材料结论"), fields={entry.code: [_("请选择结论")]})
    if entry.verdict == MaterialVerdict.DEFERRED and not row.deferrable:
        raise Invalid(
            _("“%(name)s”不能容缺") % {"name": row.name},
            fields={entry.code: [_("主件和未列入容缺的材料不能后补")]},
        )
    if entry.verdict == MaterialVerdict.FAULTY and not entry.problem.strip():
        raise Invalid(
            _("请写明“%(name)s”的问题") % {"name": row.name},
            fields={entry.code: [_("待补正的材料须写明问题")]},
        )
    in_order = entry.verdict == MaterialVerdict.OK
    row.verdict = entry.verdict
    row.problem, row.requirement = entry.problem.strip(), entry.requirement.strip()
    row.originals = entry.originals if entry.originals is not None else row.wanted_originals * in_order
    row.copies = entry.copies if entry.copies is not None else row.wanted_copies * in_order
    if entry.files or row.originals or row.copies:
        row.handed_in_at = now()


def missing(rows: Sequence[BundleMaterial]) -> list[BundleMaterial]:
    """Materials without which the bundle is not complete."""
    return [
        row
        for row in rows
        if row.verdict in checks.UNSETTLED and row.material.necessity != Necessity.OPTIONAL
    ]


# -- Negative list ---------------------------------------------------------------------------------------


def scope_hits(bundle: BundleCase, whole: Composition) -> tuple[str, list[market.Hit]]:
    """The business scope in the bundle's market-access parts, and what the negative list says of it."""
    for member in whole.opened(bundle.answers):
        scope = market.scope_of(member.needed, whole.form_of(member, bundle.form_data))
        if scope is not None:
            return scope, market.look_up(bundle.jurisdiction_id, scope)
    return "", []


def scope_hits_of(case: Application) -> tuple[str, list[market.Hit]]:
    """The same for a single case."""
    scope = market.scope_of(case.version, case.form_data)
    return (scope, market.look_up(case.jurisdiction_id, scope)) if scope else ("", [])


def edition_of(place_id: int) -> str:
    """The edition of the list that a place applies; empty if it has none."""
    found = NegativeList.objects.filter(jurisdiction=place_id).first()
    return str(found) if found else ""


def write_check(
    subject: Application | BundleCase, scope: str, hits: Sequence[market.Hit]
) -> ScopeCheck | None:
    """Keep with the case what the list said, replacing what it said before. None without a scope."""
    if not scope:
        return None
    owner = {"bundle": subject} if isinstance(subject, BundleCase) else {"case": subject}
    found, _made = ScopeCheck.objects.update_or_create(
        **owner,
        defaults={
            "edition": edition_of(subject.jurisdiction_id),
            "scope": scope,
            "hits": [hit.as_data() for hit in hits],
            "checked_at": now(),
        },
    )
    return found
