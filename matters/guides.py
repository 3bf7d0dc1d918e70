"""What a guide page says, derived from a version: the six answers of its first screen, and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices, prefetch_related_objects
from django.utils.translation import gettext as _

from hall.calendars.queries import calendar_for
from hall.calendars.workdays import WorkCalendar
from hall.clocks import engine
from hall.clocks.limits import Limit, Unit
from hall.now import now
from hall.organisation.models import Jurisdiction

from . import counters, differences, formfiles, proofs, readable, situations
from .choices import (
    ApplicantKind,
    Certainty,
    Channel,
    DeliveryMode,
    MaterialForm,
    MatterState,
    Media,
    Necessity,
    PaymentWay,
    ResultKind,
    SpecialProcedure,
    VersionState,
)
from .flow import Flow, flow
from .formfiles import FormFiles
from .models import Material, MatterVersion, Step

APPLY_ONLINE_FROM = 3  # 网上办理深度 from which an application can be made online
FEE_BRIEF = 16  # characters of a fee standard that fit into an answer of the first screen
# Elements that only the staff reads; they stand in the business manual.
_FOR_STAFF = (
    "counter_tips",
    "discretion",
    "mechanisms",
    "exclusions",
    "certificate_template",
    "result_fields",
)


@dataclass(frozen=True)
class Guide:
    """One version as the public reads it, in one situation."""

    version: MatterVersion
    place: Jurisdiction
    outcome: situations.Outcome  # what the answers given lead to
    bring: list[Material]
    obtained: list[Material]  # 共享免提交: the government gets it itself
    left_out: int
    route: list[Stage]
    flow: Flow
    halls: list[counters.Counter]
    due: engine.Due  # the earlier of the promised and the statutory limit
    files: FormFiles
    changes: Changes | None = None

    @property
    def can_apply_online(self) -> bool:
        """Can it be applied for online, and is it taken at all now?"""
        return self.version.online_depth >= APPLY_ONLINE_FROM and self.is_open

    @property
    def is_open(self) -> bool:
        """Is it taken at all now, neither suspended nor cancelled?"""
        return self.version.matter.state == MatterState.ACTIVE

    @property
    def promised(self) -> Limit:
        """The promise in this situation."""
        return self.outcome.promised

    @property
    def how_long(self) -> str:
        """当场办结, or the promise in this situation."""
        return str(self.promised) if self.promised.value else _("当场办结")

    @property
    def faster_by(self) -> int | None:
        """By how many per cent the promise is shorter than the law's limit; None if they do not compare."""
        statutory = self.outcome.statutory
        if not statutory or not statutory.value or statutory.unit != self.promised.unit:
            return None
        return round(100 - self.promised_percent)

    @property
    def promised_percent(self) -> float:
        """The promise as a part of the statutory limit, for the bar."""
        statutory = self.outcome.statutory
        return min(100.0, 100 * self.promised.value / ((statutory.value if statutory else 0) or 1))

    @property
    def who(self) -> str:
        """Who may apply, in words."""
        return "、".join(str(ApplicantKind(kind).label) for kind in self.version.applicants)

    @property
    def deferrable(self) -> list[Material]:
        """What may be handed in later."""
        return [m for m in self.bring if m.necessity == Necessity.DEFERRABLE]

    @property
    def phone(self) -> str:
        """Whom to ask: the matter's own number, the department's, or the place's."""
        return self.version.phone or self.version.matter.department.phone or self.place.phone

    @property
    def complaint_phone(self) -> str:
        """Where to complain; never the same as the number to ask."""
        return self.version.complaint_phone or self.place.complaint_phone

    @property
    def laws(self) -> str:
        """The legal basis in words, the articles of one law together."""
        articles: dict[str, list[str]] = {}
        for basis in self.version.legal_basis:
            articles.setdefault(basis.get("law", ""), []).append(basis.get("article", ""))
        quoted = "《{}》{}" if self.version.certainty != Certainty.PROFILE else "{}{}"
        return "；".join(
            quoted.format(law, "、".join(filter(None, found))) for law, found in articles.items()
        )

    @property
    def channels(self) -> str:
        """By which ways one may apply, in words."""
        return _in_words(Channel, self.version.channels)

    @property
    def delivery(self) -> str:
        """How the result comes, in words; empty where there is none."""
        return _in_words(DeliveryMode, self.version.delivery_modes) if self.has_result else ""

    @property
    def payment(self) -> str:
        """How a fee is paid, in words."""
        return _in_words(PaymentWay, self.version.payment_ways)

    @property
    def conditions(self) -> list[str]:
        """What must be met, with what the answers add."""
        return [*self.version.conditions, *self.outcome.conditions]

    @property
    def in_short(self) -> str:
        """Materials and limit in this situation, in one sentence."""
        given = {"n": len(self.bring), "how_long": self.how_long}
        if self.promised.value:
            return _("要交%(n)s样材料，%(how_long)s办结。") % given
        return _("要交%(n)s样材料，%(how_long)s。") % given

    @property
    def fee_brief(self) -> str:
        """What it costs, short enough for the first screen; the standard itself stands below."""
        fee = self.version.fee
        if not fee:
            return _("不收费")
        standard = fee.get("standard", "")
        return standard if 0 < len(standard) <= FEE_BRIEF else _("按标准收费")

    @property
    def appeals(self) -> list[tuple[str, dict[str, str]]]:
        """复议机关 and 诉讼法院 with address and telephone: the version's own, else the organ's."""
        version = self.version
        organ = version.review_organ or {"name": version.department.review_organ}
        court = version.court or {"name": version.department.court}
        found = [(_("行政复议"), organ), (_("行政诉讼"), court)]
        return [(name, body) for name, body in found if body.get("name")]

    @property
    def by_which_right(self) -> list[tuple[str, str]]:
        """The elements that say by which right the organ acts; empty ones left out."""
        version = self.version
        rows = [
            (_("权力来源"), version.get_power_source_display()),
            (_("实施主体性质"), version.get_organ_nature_display()),
            (_("委托部门"), version.entrusted_by),
            (_("承办机构"), version.handling_office),
            (_("联办机构"), "、".join(each.get("name", "") for each in version.joint_organs)),
            (_("权限划分"), version.power_division),
            (_("行使内容"), version.exercised_content),
            (_("行使层级"), version.matter.get_level_display()),
            (_("通办范围"), version.get_scope_display()),
            (_("基本编码"), version.matter.basic_code),
            (_("实施编码"), version.matter.implementation_code),
        ]
        return [(str(label), str(value)) for label, value in rows if value]

    @property
    def has_result(self) -> bool:
        """Does the applicant get anything at the end?"""
        return self.version.result_kind != ResultKind.NONE

    @property
    def special(self) -> list[dict[str, Any]]:
        """Special procedures with their limits in words."""
        return [special_procedure(each) for each in self.version.special_procedures]


@dataclass(frozen=True)
class Changes:
    """What a version changed against the one before it, for the public."""

    before: int
    elements: list[differences.Change]
    materials: list[differences.RowChange]

    @property
    def names(self) -> str:
        """What changed, in one line."""
        names = list(dict.fromkeys(change.element for change in self.elements))
        if self.materials:
            names.append(_("申请材料"))
        return "、".join(names)


@dataclass(frozen=True)
class Stage:
    """A stage of the route: its steps run side by side, the longest gives its limit."""

    number: int
    steps: list[Step] = field(default_factory=list)

    @property
    def limit(self) -> Limit:
        """The longest limit of the stage."""
        return max((step.limit for step in self.steps), key=_minutes)

    @property
    def decides(self) -> bool:
        """Is this where the decision is made?"""
        return any(step.decides for step in self.steps)


def guide(
    version: MatterVersion, answers: Mapping[str, str] | None = None, *, with_changes: bool = False
) -> Guide:
    """The guide of `version` (from `whole()`) in the situation that these answers describe.

    `with_changes`: also what the version changed against the one before it.
    """
    place = version.matter.jurisdiction
    outcome = situations.outcome(version, answers)
    every = list(proofs.settle(place.pk, list(version.materials.all())))
    prefetch_related_objects([m for m in every if m.result_of_id], "result_of")
    counted = outcome.materials(every)
    calendar = calendar_for(place)
    left_out = outcome.closed_steps - outcome.possible_steps
    return Guide(
        version=version,
        place=place,
        outcome=outcome,
        bring=[m for m in counted if m.demanded],
        obtained=[m for m in counted if not m.demanded],
        left_out=len(every) - len(counted),
        route=stages(step for step in version.steps.all() if step.code not in left_out),
        flow=flow(version, closed=outcome.closed_steps, possible=outcome.possible_steps),
        halls=counters.where(version),
        due=_due(version, outcome, calendar),
        files=formfiles.of_version(version),
        changes=changes(version) if with_changes else None,
    )


def changes(version: MatterVersion) -> Changes | None:
    """What `version` changed against the published one before it; None for a first one."""
    earlier = MatterVersion.objects.whole().filter(
        matter=version.matter_id,
        number__lt=version.number,
        state__in=(VersionState.PUBLISHED, VersionState.SUPERSEDED),
    )
    before = earlier.order_by("-number").first()
    if before is None:
        return None
    found = differences.between(before, version)
    public = [change for change in found.elements if change.element not in _private_elements()]
    return Changes(before.number, public, found.materials)


def _private_elements() -> set[str]:
    """Names of elements that are written for the counter and not for the public."""
    return {readable.label(MatterVersion, name) for name in _FOR_STAFF}


def stages(steps: Iterable[Step]) -> list[Stage]:
    """The route by stages, in order."""
    found: dict[int, Stage] = {}
    for step in sorted(steps, key=lambda step: (step.stage, step.order)):
        found.setdefault(step.stage, Stage(step.stage)).steps.append(step)
    return list(found.values())


def visits_in_words(visits: int) -> str:
    """How often one must come, as lists say it."""
    return _("跑%(n)s次") % {"n": visits} if visits else _("不用跑")


def limit_in_words(version: MatterVersion, promised: Limit | None = None) -> str:
    """How long it takes, as lists say it; `promised` is the limit in one situation."""
    limit = promised or version.promised
    return str(limit) if limit.value else _("当场办结")


def copies_in_words(material: Material) -> str:
    """How many originals and copies of a material."""
    parts = []
    if material.originals:
        parts.append(_("原件%(n)s份") % {"n": material.originals})
    if material.copies:
        parts.append(_("复印件%(n)s份") % {"n": material.copies})
    return "，".join(parts) or str(MaterialForm(material.form).label)


def media_in_words(material: Material) -> str:
    """On paper, electronically, or either."""
    return str(Media(material.media).label)


def special_procedure(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A special procedure of a version with its name and its limit in words."""
    kind = SpecialProcedure(stored["kind"]).label if stored.get("kind") in SpecialProcedure.values else ""
    limit = ""
    if stored.get("limit_value"):
        limit = str(Limit(stored["limit_value"], stored.get("limit_unit") or Unit.WORKING_DAY))
    claim = ""
    if stored.get("claim_value"):
        claim = str(Limit(stored["claim_value"], stored.get("claim_unit") or Unit.CALENDAR_DAY))
    waits = stored.get("kind") == SpecialProcedure.WAITING_PERIOD
    return {**stored, "name": kind, "limit": limit, "claim": claim, "waits": waits}


def _due(version: MatterVersion, outcome: situations.Outcome, calendar: WorkCalendar) -> engine.Due:
    """By when a case accepted now must be done: of promise and law the earlier binds (DESIGN §2)."""
    moment = version.counts_as_accepted(now(), calendar, version.matter.jurisdiction)
    for each in version.special_procedures:
        if each.get("kind") == SpecialProcedure.WAITING_PERIOD and each.get("limit_value"):
            waits = Limit(each["limit_value"], Unit(each["limit_unit"]))
            moment = max(moment, engine.due(moment, waits, calendar).at or moment)
    limits = [limit for limit in (outcome.promised, outcome.statutory) if limit]
    found = [engine.due(moment, limit, calendar) for limit in limits]
    return min(found, key=lambda due: (due.at is None, due.at))


def _in_words(choices: type[TextChoices], codes: Iterable[str]) -> str:
    return "、".join(str(choices(code).label) for code in codes if code in choices.values)


def _minutes(limit: Limit) -> int:
    per_unit = {Unit.WORKING_MINUTE: 1, Unit.WORKING_DAY: 480, Unit.CALENDAR_DAY: 480, Unit.MONTH: 480 * 21}
    return limit.value * per_unit[limit.unit]
