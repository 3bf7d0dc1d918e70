"""Which departments act, in which order, and where silence counts as consent."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import CaseType, ExclusionGround
from .base import Finding, Whole, rule


@rule(gettext_lazy("路径由决定机关作出决定"))
def route_covers_the_deciding_organ(whole: Whole) -> Iterator[Finding]:
    deciding = [step for step in whole.steps if step.decides]
    if len(deciding) != 1:
        yield Finding(_("路径"), _("有且只有一个环节作出决定"), _("设一个决定环节，由决定机关承办"))
        return
    decision = deciding[0]
    if decision.department_id != whole.version.department_id:
        yield Finding(_("路径"), _("作出决定的须是决定机关"), _("把决定环节交给决定机关"))
    before = [step for step in whole.steps if step is not decision and not step.countersigns]
    if any(step.stage >= decision.stage for step in before):
        yield Finding(
            _("路径"), _("决定须是最后一个阶段（其后只有会签），不与其他环节并行"), _("把决定环节放到最后")
        )


@rule(gettext_lazy("会签有法律依据，在决定之后，不默认"))
def countersigning_where_the_law_demands_it(whole: Whole) -> Iterator[Finding]:
    decision = next((step for step in whole.steps if step.decides), None)
    after = {step.stage for step in whole.steps if step.countersigns}
    for step in whole.steps:
        if not step.countersigns:
            continue
        element = _("路径：%(step)s") % {"step": step}
        if not step.countersign_basis:
            yield Finding(element, _("会签须有法律依据"), _("写明要求共同决定的法律条款，或者改为征求意见"))
        if step.silent_consent:
            yield Finding(element, _("会签不得默认"), _("取消该环节的默认"))
        if decision and step.stage <= decision.stage:
            yield Finding(element, _("会签的是决定文本，排在决定之后"), _("把会签环节放到决定之后"))
        if step.department_id == whole.version.department_id:
            yield Finding(element, _("决定机关不与自己会签"), _("换成另一个机关，或者删去该环节"))
        if whole.version.case_type == CaseType.INSTANT:
            yield Finding(element, _("须会签的事项不是即办件"), _("改为承诺件，或者删去会签环节"))
    if len(after) > 1:
        yield Finding(_("路径"), _("各机关同时会签"), _("把会签环节放在同一阶段"))


@rule(gettext_lazy("镇街承办的环节有镇街可以承办"))
def town_steps_where_towns_take_in(whole: Whole) -> Iterator[Finding]:
    for step in whole.steps:
        if step.by_town and not whole.version.town_intake:
            yield Finding(
                _("路径：%(step)s") % {"step": step},
                _("由收件镇街承办的环节，事项须是镇街可受理"),
                _("把事项改为镇街可受理，或者由部门承办该环节"),
            )


@rule(gettext_lazy("阶段连续"))
def stages_follow_one_another(whole: Whole) -> Iterator[Finding]:
    stages = sorted({step.stage for step in whole.steps})
    if stages and stages != list(range(1, len(stages) + 1)):
        yield Finding(_("路径"), _("阶段须从1起连续编号"), _("重新编排阶段"))


@rule(gettext_lazy("承诺件先审查后决定"))
def promised_case_is_examined_first(whole: Whole) -> Iterator[Finding]:
    if whole.version.case_type == CaseType.PROMISED and len(whole.steps) == 1:
        yield Finding(
            _("路径"),
            _("承诺件前审后批：审查和决定是两个环节"),
            _("在决定之前增加审查环节，或者改为即办件"),
            blocks=False,
        )


@rule(gettext_lazy("联办机构与路径一致"))
def joint_organs_are_in_the_route(whole: Whole) -> Iterator[Finding]:
    own = whole.version.department_id
    acting = {step.department.name for step in whole.steps if step.department_id != own}
    named = {each.get("name", "") for each in whole.version.joint_organs}
    if silent := acting - named:
        yield Finding(
            _("联办机构"),
            _("路径中承办的其他部门是联办机构"),
            _("写明%(organs)s") % {"organs": "、".join(sorted(silent))},
            blocks=False,
        )
    if idle := named - acting:
        yield Finding(
            _("联办机构"),
            _("联办机构在路径中须有环节"),
            _("给%(organs)s设环节，或者不列为联办机构") % {"organs": "、".join(sorted(idle))},
            blocks=False,
        )


@rule(gettext_lazy("超时默认有依据、不在排除之列"))
def silence_only_where_allowed(whole: Whole) -> Iterator[Finding]:
    excluded = [str(ExclusionGround(each).label) for each in whole.version.exclusions]
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
        if excluded:
            yield Finding(
                element,
                _("涉及%(grounds)s的，不适用缺席、超时默认") % {"grounds": "、".join(excluded)},
                _("取消该环节的默认，或者核对排除情形"),
            )
