"""Is a version complete and consistent? The rules that must hold before it may be published (DOMAIN §4).

Pure: a rule looks at a version with its materials and steps and yields findings. Each finding names the
element, the rule it breaks and the remedy. Findings that do not block are advice to the keeper.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from hall.clocks.limits import Unit
from hall.organisation.models import Jurisdiction

from . import formspec, wording
from .choices import CaseType, Necessity, ResultKind
from .models import Material, Matter, MatterVersion, Step

# Days of the calendar in one of the unit, to compare limits of different units. Approximate on purpose:
# the comparison asks whether a promise can be right at all, the clock counts the real days.
_CALENDAR_DAYS = {Unit.WORKING_DAY: 7 / 5, Unit.CALENDAR_DAY: 1.0, Unit.MONTH: 30.0}
FULLY_ONLINE = 4  # 网上办理深度: the whole way online (四级)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which element, which rule, what to do; it blocks publishing or advises."""

    element: str
    rule: str
    remedy: str
    blocks: bool = True

    def as_data(self) -> dict[str, Any]:
        """For the API and the journal."""
        return {"element": self.element, "rule": self.rule, "remedy": self.remedy, "blocks": self.blocks}

    def __str__(self) -> str:
        return f"{self.element}：{self.rule}；{self.remedy}"


@dataclass(frozen=True)
class Whole:
    """A version with its parts, saved or not, in the place where it would apply."""

    version: MatterVersion
    materials: Sequence[Material]
    steps: Sequence[Step]
    place: Jurisdiction


Rule = Callable[[Whole], Iterable[Finding]]
_RULES: list[Rule] = []


def _rule(function: Rule) -> Rule:
    _RULES.append(function)
    return function


def findings(whole: Whole) -> list[Finding]:
    """Everything that the rules have to say, what blocks publishing first."""
    found = [finding for rule in _RULES for finding in rule(whole)]
    return sorted(found, key=lambda finding: not finding.blocks)


@dataclass(frozen=True)
class Health:
    """How a matter stands: its valid version, and how many findings block or advise."""

    matter: Matter
    version: MatterVersion | None
    blocking: int = 0
    advice: int = 0


def health(matters: Sequence[Matter], place: Jurisdiction) -> list[Health]:
    """The health of each of these matters (from `with_current()`), in two more queries for all of them."""
    versions = [matter.current_versions[0] for matter in matters if matter.current_versions]
    prefetch_related_objects(versions, "materials", "steps__department")
    by_matter = {version.matter_id: version for version in versions}
    rows = []
    for matter in matters:
        version = by_matter.get(matter.pk)
        if version is None:
            rows.append(Health(matter, None))
            continue
        found = findings(Whole(version, list(version.materials.all()), list(version.steps.all()), place))
        blocking = sum(finding.blocks for finding in found)
        rows.append(Health(matter, version, blocking, len(found) - blocking))
    return rows


def stage_limits(steps: Iterable[Step], office_minutes: int) -> float:
    """Working days that the route takes when every step uses its limit: stages add up, the longest of each.

    Minutes count as parts of an office day; a calendar day counts as five sevenths of a working day.
    """
    longest: dict[int, float] = defaultdict(float)
    for step in steps:
        longest[step.stage] = max(longest[step.stage], _working_days(step, office_minutes))
    return sum(longest.values())


def office_minutes(place: Jurisdiction) -> int:
    """Minutes of one office day of the place."""
    opens, closes = place.opens_at, place.closes_at
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


def _working_days(step: Step, minutes_a_day: int) -> float:
    match step.limit_unit:
        case Unit.WORKING_DAY:
            return step.limit_value
        case Unit.WORKING_MINUTE:
            return step.limit_value / minutes_a_day
    return step.limit_value * _CALENDAR_DAYS[Unit(step.limit_unit)] / _CALENDAR_DAYS[Unit.WORKING_DAY]


@_rule
def what_it_is(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not version.legal_basis:
        yield Finding(
            _("设定依据"), _("目录之外无审批，每个事项须有依据"), _("写明法律、法规或文件名称和条款")
        )
    elif not all(basis.get("law") for basis in version.legal_basis):
        yield Finding(_("设定依据"), _("依据须写明名称"), _("补上法律、法规或文件的名称"))
    if not version.conditions:
        yield Finding(_("受理条件"), _("条件须公开"), _("逐条写明什么情况可以办理"))
    if not version.applicants:
        yield Finding(_("服务对象"), _("须写明谁可以申请"), _("至少选择一类服务对象"))


@_rule
def on_the_spot_means_zero(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    instant = version.case_type == CaseType.INSTANT
    if instant != (version.promised_value == 0):
        yield Finding(
            _("办件类型和承诺时限"),
            _("即办件的承诺时限为0，承诺件的承诺时限大于0"),
            _("改正办件类型或者承诺时限"),
        )


@_rule
def promise_within_the_law(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.statutory_value is None:
        return
    if not version.statutory_basis:
        yield Finding(_("法定时限"), _("法定时限须有依据"), _("写明规定该时限的条款"), blocks=False)
    if version.promised_unit == Unit.WORKING_MINUTE or version.statutory_unit == Unit.WORKING_MINUTE:
        return
    if version.promised_unit == version.statutory_unit:
        longer = version.promised_value > version.statutory_value
    else:
        promised = version.promised_value * _CALENDAR_DAYS[Unit(version.promised_unit)]
        longer = promised > version.statutory_value * _CALENDAR_DAYS[Unit(version.statutory_unit)]
    if longer:
        yield Finding(
            _("承诺时限"),
            _("承诺时限不得长于法定时限（%(limit)s）") % {"limit": version.statutory},
            _("缩短承诺时限，或者核对法定时限"),
        )


@_rule
def fee_with_its_basis(whole: Whole) -> Iterator[Finding]:
    fee = whole.version.fee
    if not fee:
        return
    names = {"item": _("收费项目"), "standard": _("收费标准"), "basis": _("收费依据")}
    missing = [name for key, name in names.items() if not fee.get(key)]
    if missing:
        yield Finding(
            _("收费"),
            _("收费须有项目、标准和依据（行政许可法第五十八条）"),
            _("补上%(missing)s；没有依据的不得收费") % {"missing": "、".join(missing)},
        )


@_rule
def result_with_its_name(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.result_kind == ResultKind.NONE:
        return
    if not version.result_name:
        yield Finding(_("办理结果"), _("有结果的须写明名称"), _("填写证照或者文书的名称"))
    if version.result_kind == ResultKind.CERTIFICATE and not version.certificate_template:
        yield Finding(_("办理结果"), _("发证照的须有证照模板"), _("选择证照模板"))


@_rule
def visits_agree_with_depth(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.online_depth >= FULLY_ONLINE and version.visits:
        yield Finding(_("到现场次数"), _("全程网办的到现场次数为0"), _("改为0次，或者降低网上办理深度"))
    if version.visits and not version.visit_reason:
        yield Finding(_("须到现场原因"), _("须到现场的要说明原因"), _("写明为什么要来、做什么"))


@_rule
def two_different_telephones(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.phone and version.phone == version.complaint_phone:
        yield Finding(_("投诉电话"), _("咨询电话与投诉电话不得相同"), _("填写另一个投诉电话"))


@_rule
def materials_are_definite(whole: Whole) -> Iterator[Finding]:
    for name, times in Counter(material.name for material in whole.materials).items():
        if times > 1:
            yield Finding(_("材料：%(name)s") % {"name": name}, _("材料不得重复"), _("合并或者改名"))
        if wording.is_catch_all(name):
            yield Finding(
                _("材料：%(name)s") % {"name": name},
                _("材料清单不得有“其他材料”一类的兜底条款"),
                _("逐项写明材料名称，或者删除"),
            )
    for material in whole.materials:
        if material.demanded and not material.basis:
            yield Finding(
                _("材料：%(name)s") % {"name": material.name},
                _("向申请人要的材料须有依据"),
                _("写明依据；没有依据的取消该材料"),
                blocks=False,
            )


@_rule
def deferral_agrees_with_materials(whole: Whole) -> Iterator[Finding]:
    deferrable = [m.name for m in whole.materials if m.necessity == Necessity.DEFERRABLE]
    if deferrable and not whole.version.deferral_allowed:
        yield Finding(
            _("容缺受理"), _("有容缺后补的材料，事项须允许容缺受理"), _("允许容缺受理，或者改为必要材料")
        )
    if whole.version.deferral_allowed and not deferrable:
        yield Finding(
            _("容缺受理"),
            _("允许容缺受理的，须列明哪些材料可以后补"),
            _("把可以后补的材料标为容缺后补"),
            blocks=False,
        )
    mains = [m for m in whole.materials if m.is_main and m.demanded]
    if deferrable and not mains:
        yield Finding(_("材料"), _("容缺受理须有主件（S0 §17）"), _("至少把一份材料定为主件"))


@_rule
def exactly_one_decides(whole: Whole) -> Iterator[Finding]:
    deciding = [step for step in whole.steps if step.decides]
    if len(deciding) != 1:
        yield Finding(_("路径"), _("有且只有一个环节作出决定"), _("设一个决定环节，由决定机关承办"))
        return
    decision = deciding[0]
    if decision.department_id != whole.version.department_id:
        yield Finding(_("路径"), _("作出决定的须是决定机关"), _("把决定环节交给决定机关"))
    if any(step.stage >= decision.stage for step in whole.steps if step is not decision):
        yield Finding(_("路径"), _("决定须是最后一个阶段，不与其他环节并行"), _("把决定环节放到最后"))


@_rule
def stages_follow_one_another(whole: Whole) -> Iterator[Finding]:
    stages = sorted({step.stage for step in whole.steps})
    if stages and stages != list(range(1, len(stages) + 1)):
        yield Finding(_("路径"), _("阶段须从1起连续编号"), _("重新编排阶段"))


@_rule
def steps_add_up_to_the_promise(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not whole.steps or version.promised_unit != Unit.WORKING_DAY:
        return
    total = stage_limits(whole.steps, office_minutes(whole.place))
    if version.case_type == CaseType.INSTANT:
        if total > 1:
            yield Finding(_("路径"), _("即办件各环节合计不超过一个工作日"), _("缩短环节时限"))
    elif math.ceil(round(total, 6)) != version.promised_value:
        yield Finding(
            _("路径"),
            _("各阶段时限之和（%(total)g个工作日）须等于承诺时限（%(promise)s）")
            % {"total": round(total, 2), "promise": version.promised},
            _("调整环节时限或者承诺时限"),
        )


@_rule
def silence_only_where_allowed(whole: Whole) -> Iterator[Finding]:
    for step in whole.steps:
        if not step.silent_consent:
            continue
        element = _("路径：%(step)s") % {"step": step}
        if not step.silent_basis:
            yield Finding(element, _("缺席、超时默认须有依据"), _("写明依据，或者取消默认"))
        if step.decides:
            yield Finding(element, _("决定不得默认"), _("取消决定环节的默认"))
        if not whole.place.policies.silent_consent:
            yield Finding(element, _("本地没有实行缺席、超时默认"), _("取消该环节的默认"))


@_rule
def form_can_be_drawn(whole: Whole) -> Iterator[Finding]:
    for fault in formspec.faults(whole.version.form_fields):
        yield Finding(_("表单"), fault, _("改正该字段"))


@_rule
def questions_lead_somewhere(whole: Whole) -> Iterator[Finding]:
    codes = {material.code for material in whole.materials}
    for question in whole.version.questions:
        for option in question.get("options", []):
            if lost := set(option.get("adds", [])) - codes:
                yield Finding(
                    _("情形引导：%(ask)s") % {"ask": question.get("ask", "")},
                    _("选项增加的材料须在材料清单中"),
                    _("补上材料或者去掉代码%(codes)s") % {"codes": "、".join(sorted(lost))},
                )
