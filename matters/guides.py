"""What a guide page says, derived from a version: the six answers of its first screen, and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from hall.calendars.queries import calendar_for
from hall.calendars.workdays import WorkCalendar
from hall.clocks import engine
from hall.clocks.limits import Limit, Unit
from hall.now import now
from hall.organisation.models import Hall, Jurisdiction, Zone

from . import proofs, situations
from .choices import (
    ApplicantKind,
    Certainty,
    Channel,
    DeliveryMode,
    MaterialForm,
    Media,
    Necessity,
    PaymentWay,
    ResultKind,
    SpecialProcedure,
)
from .models import Material, MatterVersion, Step

APPLY_ONLINE_FROM = 3  # 网上办理深度 from which an application can be made online


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
    halls: list[Counter]
    due: engine.Due  # the earlier of the promised and the statutory limit

    @property
    def can_apply_online(self) -> bool:
        """Can it be applied for online, and is it taken at all now?"""
        return self.version.online_depth >= APPLY_ONLINE_FROM and self.version.matter.state == "active"

    @property
    def faster_by(self) -> int | None:
        """By how many per cent the promise is shorter than the law's limit; None if they do not compare."""
        law = self.outcome.statutory
        if law is None or law.unit != self.outcome.promised.unit:
            return None
        return round(100 - self.promised_percent)

    @property
    def promised_percent(self) -> float:
        """The promise as a part of the statutory limit, for the bar."""
        law = self.outcome.statutory
        return 100 * self.outcome.promised.value / ((law.value if law else 0) or 1)

    @property
    def how_long(self) -> str:
        """How long it takes in this situation."""
        return limit_in_words(self.version, self.outcome.promised)

    @property
    def in_short(self) -> str:
        """Materials and limit in this situation, in one sentence."""
        given = {"n": len(self.bring), "how_long": self.how_long}
        return (
            _("要交%(n)s样材料，%(how_long)s办结。") % given
            if self.outcome.promised.value
            else (_("要交%(n)s样材料，%(how_long)s。") % given)
        )

    @property
    def conditions(self) -> list[str]:
        """The conditions: those of the matter, and those that the answers add."""
        return [*self.version.conditions, *self.outcome.conditions]

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
    def has_result(self) -> bool:
        """Does the applicant get anything at the end?"""
        return self.version.result_kind != ResultKind.NONE

    @property
    def special(self) -> list[dict[str, Any]]:
        """Special procedures with their limits in words."""
        return [special_procedure(each) for each in self.version.special_procedures]


@dataclass(frozen=True)
class Counter:
    """A hall where the matter can be handed in, and the zone that takes its domain there."""

    hall: Hall
    zone: Zone | None


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


def guide(version: MatterVersion, answers: Mapping[str, str] | None = None) -> Guide:
    """The guide of `version` (from `whole()`), with the materials that these answers leave."""
    place = version.matter.jurisdiction
    outcome = situations.outcome(version, answers)
    every = list(proofs.settle(place.pk, version.materials.all()))
    counted = outcome.materials(every)
    calendar = calendar_for(place)
    return Guide(
        version=version,
        place=place,
        outcome=outcome,
        bring=[m for m in counted if m.demanded],
        obtained=[m for m in counted if not m.demanded],
        left_out=len(every) - len(counted),
        route=stages(_shown_steps(version, outcome)),
        halls=_halls(version, place),
        due=_due(version, outcome, calendar),
    )


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


def _shown_steps(version: MatterVersion, outcome: situations.Outcome) -> list[Step]:
    """The steps that run, and those that an answer still to be given may open."""
    hidden = outcome.closed_steps - outcome.possible_steps
    return [step for step in version.steps.all() if step.code not in hidden]


def _due(version: MatterVersion, outcome: situations.Outcome, calendar: WorkCalendar) -> engine.Due:
    """By when a case accepted now must be done: of promise and law the earlier binds (DESIGN §2)."""
    moment = version.counts_as_accepted(now(), calendar)
    for each in version.special_procedures:
        if each.get("kind") == SpecialProcedure.WAITING_PERIOD and each.get("limit_value"):
            waits = Limit(each["limit_value"], Unit(each["limit_unit"]))
            moment = max(moment, engine.due(moment, waits, calendar).at or moment)
    limits = [limit for limit in (outcome.promised, outcome.statutory) if limit]
    found = [engine.due(moment, limit, calendar) for limit in limits]
    return min(found, key=lambda due: (due.at is None, due.at))


def _in_words(choices: type[TextChoices], codes: Iterable[str]) -> str:
    return "、".join(str(choices(code).label) for code in codes if code in choices.values)


def _halls(version: MatterVersion, place: Jurisdiction) -> list[Counter]:
    """Where it can be handed in: the centre's halls, towns where they take this matter."""
    zone = place.policies.zone_of_domain.get(version.matter.domain)
    halls = place.halls.prefetch_related("zones__windows").order_by("is_town", "order", "code")
    if not version.town_intake:
        halls = halls.filter(is_town=False)
    return [Counter(hall, next((z for z in hall.zones.all() if z.code == zone), None)) for hall in halls]


def _minutes(limit: Limit) -> int:
    per_unit = {Unit.WORKING_MINUTE: 1, Unit.WORKING_DAY: 480, Unit.CALENDAR_DAY: 480, Unit.MONTH: 480 * 21}
    return limit.value * per_unit[limit.unit]
