"""Which departments act, in which order, and where silence counts as consent."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Finding, Whole, rule


@rule(gettext_lazy("有且只有决定机关作出决定"))
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


@rule(gettext_lazy("阶段连续"))
def stages_follow_one_another(whole: Whole) -> Iterator[Finding]:
    stages = sorted({step.stage for step in whole.steps})
    if stages and stages != list(range(1, len(stages) + 1)):
        yield Finding(_("路径"), _("阶段须从1起连续编号"), _("重新编排阶段"))


@rule(gettext_lazy("超时默认有依据"))
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
