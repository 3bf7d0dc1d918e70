"""The reform's targets, counted from the versions in force: what is reached, what is missing, and which."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.organisation.choices import Target
from hall.organisation.models import Department, Jurisdiction

from .choices import ApplicantKind, MatterType, Necessity
from .models import MatterList, MatterVersion

FILE = Path(__file__).with_name("targets.json")
HANDLED_ONLINE = 3  # 三级: applied for and examined online
EVERYTHING = Q()
DOUBLED = Cast(F("promised_value"), IntegerField()) * 2
# What an applicant must always bring: what keeps a matter from being done by ID alone. What the government
# obtains itself, what an e-certificate replaces and what only some cases need does not count.
BROUGHT = Count(
    "materials",
    filter=Q(
        materials__necessity=Necessity.REQUIRED,
        materials__shared_source="",
        materials__substitute_certificate="",
        materials__condition="",
    ),
)


@dataclass(frozen=True)
class Measure:
    """One target: which versions it is about, which of them reach it, and how far the others are from it."""

    code: str
    label: Promise
    goal: tuple[str, ...]  # names in the policies of a place, the first that is set holds
    failing: Promise  # what those are that do not reach it
    reached: Q
    distance: Combinable
    about: Q = EVERYTHING

    @property
    def source(self) -> str:
        """What the founding document says, and where."""
        return _sources()[self.code]


@dataclass(frozen=True)
class Share:
    """A part of a whole, counted, with the target a founding document sets for it (or None)."""

    code: str
    count: int
    total: int
    target: float | None = None

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None when there is nothing to count."""
        return self.count / self.total if self.total else None

    @property
    def met(self) -> bool | None:
        """Is the target reached? None without a target or without anything to count."""
        return None if self.target is None or not self.total else self.missing == 0

    @property
    def missing(self) -> int | None:
        """How many more matters must reach it; None without a target."""
        if self.target is None:
            return None
        return max(0, math.ceil(round(self.target * self.total, 6)) - self.count)

    @property
    def lacking(self) -> int:
        """How many matters do not reach it, whether the target asks for them or not."""
        return self.total - self.count

    @property
    def measure(self) -> Measure:
        return MEASURES[self.code]


@dataclass(frozen=True)
class Row:
    """The shares of a department or a list."""

    subject: Department | MatterList
    shares: list[Share]


@dataclass(frozen=True)
class Lacking:
    """A version that does not reach a target, why, and what would make it reach."""

    version: MatterVersion
    why: str
    remedy: str


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "in_centre",
            gettext_lazy("进驻政务服务中心"),
            (Target.IN_HALL,),
            gettext_lazy("没有进驻的事项"),
            reached=Q(in_centre=True),
            distance=Cast(F("visits"), IntegerField()),
        ),
        Measure(
            "undifferentiated",
            gettext_lazy("无差别受理"),
            (Target.UNDIFFERENTIATED,),
            gettext_lazy("只在专窗受理的事项"),
            reached=Q(one_window=True),
            distance=Cast(F("visits"), IntegerField()),
        ),
        Measure(
            "online_share",
            gettext_lazy("网上可办（三级以上）"),
            (Target.ONLINE_SHARE, Target.ONLINE_LIVELIHOOD),
            gettext_lazy("还不能在网上办的事项"),
            reached=Q(online_depth__gte=HANDLED_ONLINE),
            distance=-Cast(F("online_depth"), IntegerField()),
        ),
        Measure(
            "one_certificate_livelihood",
            gettext_lazy("民生事项一证通办"),
            (Target.ONE_CERTIFICATE,),
            gettext_lazy("还要另带材料的民生事项"),
            reached=Q(one_certificate=True),
            about=Q(applicants__contains=[ApplicantKind.PERSON]),
            distance=BROUGHT,
        ),
        Measure(
            "zero_visit",
            gettext_lazy("零跑腿"),
            (Target.ZERO_VISIT,),
            gettext_lazy("还要到现场的事项"),
            reached=Q(visits=0),
            distance=Cast(F("visits"), IntegerField()) * 10 - Cast(F("online_depth"), IntegerField()),
        ),
        Measure(
            "at_most_once",
            gettext_lazy("最多跑一次"),
            (Target.AT_MOST_ONCE,),
            gettext_lazy("要跑两次以上的事项"),
            reached=Q(visits__lte=1),
            distance=Cast(F("visits"), IntegerField()),
        ),
        Measure(
            "licence_time_halved",
            gettext_lazy("许可时限压缩一半以上"),
            (Target.HALVED,),
            gettext_lazy("承诺超过法定一半的许可"),
            reached=Q(doubled__lte=F("statutory_value")),
            about=Q(
                matter__kind=MatterType.LICENCE, statutory_value__gt=0, statutory_unit=F("promised_unit")
            ),
            distance=F("doubled") - Cast(F("statutory_value"), IntegerField()),
        ),
    )
}


def shares(place: Jurisdiction, department: Department | None = None) -> list[Share]:
    """Every target as the catalogue stands now, for a place or one of its departments, in one query.

    `one_certificate_livelihood` counts what persons apply for. `licence_time_halved` counts licences whose
    promise is at most half of the statutory limit, among those with both in the same unit. A target is what
    the place's policies set; without one the share is only told.
    """
    versions = _in_force(place)
    if department:
        versions = versions.filter(matter__department=department)
    return _shares(place, versions.aggregate(**_counts()))


def by_department(place: Jurisdiction) -> list[Row]:
    """The targets of each department that has matters in force, in the place's order; two queries."""
    counted = _grouped(_in_force(place), "matter__department")
    departments = Department.objects.filter(jurisdiction=place, pk__in=counted)
    return [Row(department, _shares(place, counted[department.pk])) for department in departments]


def by_list(place: Jurisdiction) -> list[Row]:
    """The targets of each list of a place; two queries. A matter of two lists counts in both."""
    counted = _grouped(_in_force(place), "matter__list_entries__matter_list")
    lists = MatterList.objects.filter(jurisdiction=place, pk__in=counted)
    return [Row(found, _shares(place, counted[found.pk])) for found in lists]


def lacking(
    place: Jurisdiction, code: str, *, department: str = "", matter_list: str = ""
) -> QuerySet[MatterVersion]:
    """Versions in force that do not reach a target, the nearest first (`distance`, then number).

    `department` is a department's number, `matter_list` a list's code; empty means all.
    """
    measure = MEASURES[code]
    versions = _in_force(place).filter(measure.about).exclude(measure.reached)
    if department:
        versions = versions.filter(matter__department_id=int(department))
    if matter_list:
        versions = versions.filter(matter__list_entries__matter_list__code=matter_list)
    return (
        versions.annotate(distance=measure.distance)
        .select_related("matter__department")
        .order_by("distance", "pk")
    )


def explained(code: str, versions: Iterable[MatterVersion]) -> list[Lacking]:
    """Why each of these versions (of `lacking`) does not reach a target, and what would make it."""
    return [Lacking(version, *_EXPLAIN[code](version)) for version in versions]


def not_comparable(place: Jurisdiction) -> int:
    """Licences in force that cannot be compared: without a statutory limit, or with one in other units."""
    comparable = MEASURES["licence_time_halved"].about
    return _in_force(place).filter(matter__kind=MatterType.LICENCE).exclude(comparable).count()


@cache
def _sources() -> dict[str, str]:
    """The sentence that sets each target, as data: documents belong to places, and no code names one."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def _in_force(place: Jurisdiction) -> QuerySet[MatterVersion]:
    return MatterVersion.objects.in_force().filter(matter__jurisdiction=place).annotate(doubled=DOUBLED)


def _counts() -> dict[str, Count]:
    counts = {}
    for code, measure in MEASURES.items():
        counts[f"{code}_n"] = Count("pk", filter=measure.reached & measure.about)
        counts[f"{code}_of"] = Count("pk", filter=measure.about)
    return counts


def _grouped(versions: QuerySet[MatterVersion], by: str) -> dict[int, dict[str, Any]]:
    rows = versions.order_by().values(by).annotate(**_counts())
    return {row[by]: row for row in rows if row[by] is not None}


def _shares(place: Jurisdiction, counted: Mapping[str, Any]) -> list[Share]:
    goals = place.policies.targets
    return [
        Share(
            code,
            counted[f"{code}_n"],
            counted[f"{code}_of"],
            next((goals[name] for name in measure.goal if name in goals), None),
        )
        for code, measure in MEASURES.items()
    ]


def _outside(version: MatterVersion) -> tuple[str, str]:
    return version.outside_reason or _("没有进驻，也没有写明原因"), _("进驻大厅，或者写明依法不进驻的原因")


def _own_window(version: MatterVersion) -> tuple[str, str]:
    return _("只在本部门的专窗受理"), _("交给综合窗口受理，材料和受理要点写进版本")


def _offline(version: MatterVersion) -> tuple[str, str]:
    depth = {"depth": version.online_depth, "more": HANDLED_ONLINE - version.online_depth}
    return _("网上办理深度%(depth)s级，还差%(more)s级") % depth, _("开通网上申报和预审")


def _brings(version: MatterVersion) -> tuple[str, str]:
    brought = version.distance  # type: ignore[attr-defined]  # annotated by `lacking`
    if brought:
        return _("必须交%(n)s份材料") % {"n": brought}, _("改由共享核验，或者以电子证照代替，申请表当场填写")
    return _("没有必须交的材料，版本还没有标明一证通办"), _("核对以后标明一证通办")


def _visits(version: MatterVersion) -> tuple[str, str]:
    why = _("要到现场%(n)s次") % {"n": version.visits}
    if version.visit_reason:
        why = _("要到现场%(n)s次：%(reason)s") % {"n": version.visits, "reason": version.visit_reason}
    if version.online_depth >= HANDLED_ONLINE:
        return why, _("结果改为邮寄或者发电子证照")
    return why, _("开通网上申报，结果邮寄")


def _too_long(version: MatterVersion) -> tuple[str, str]:
    facts = {"promised": version.promised, "statutory": version.statutory}
    most = (version.statutory_value or 0) // 2
    return (
        _("承诺%(promised)s，法定%(statutory)s") % facts,
        _("承诺减到%(most)s以内，还要再减%(less)s") % {"most": most, "less": version.promised_value - most},
    )


_EXPLAIN = {
    "in_centre": _outside,
    "undifferentiated": _own_window,
    "online_share": _offline,
    "one_certificate_livelihood": _brings,
    "zero_visit": _visits,
    "at_most_once": _visits,
    "licence_time_halved": _too_long,
}
