"""What a matter is: its basis, its conditions, by which right the organ acts, whom to ask and to turn to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import wording
from ..choices import ApplicantKind, MatterType, OrganNature, PowerSource
from .base import Finding, Whole, rule

ENTRUSTED = (PowerSource.ENTRUSTED_ABOVE, PowerSource.ENTRUSTED_PEER)


@rule(gettext_lazy("有设定依据"))
def basis_is_stated(whole: Whole) -> Iterator[Finding]:
    stated = whole.version.legal_basis
    if not stated:
        yield Finding(
            _("设定依据"), _("目录之外无审批，每个事项须有依据"), _("写明法律、法规或文件名称和条款")
        )
    elif not all(basis.get("law") for basis in stated):
        yield Finding(_("设定依据"), _("依据须写明名称"), _("补上法律、法规或文件的名称"))


@rule(gettext_lazy("受理条件公开"))
def conditions_are_public(whole: Whole) -> Iterator[Finding]:
    if not whole.version.conditions:
        yield Finding(_("受理条件"), _("条件须公开"), _("逐条写明什么情况可以办理"))


@rule(gettext_lazy("写明服务对象"))
def somebody_may_apply(whole: Whole) -> Iterator[Finding]:
    if not whole.version.applicants:
        yield Finding(_("服务对象"), _("须写明谁可以申请"), _("至少选择一类服务对象"))


@rule(gettext_lazy("服务对象与主题一致"))
def applicants_fit_the_theme(whole: Whole) -> Iterator[Finding]:
    applicants, theme = set(whole.version.applicants), whole.version.matter.theme
    if not applicants or not theme:
        return
    audience = wording.audience_of_theme(theme)
    persons = applicants & {ApplicantKind.PERSON}
    if (audience == "person" and not persons) or (audience == "legal" and not applicants - persons):
        yield Finding(
            _("服务对象"),
            _("服务对象须与主题“%(theme)s”一致") % {"theme": theme},
            _("改正服务对象，或者改正主题"),
        )


@rule(gettext_lazy("委托行使的写明委托部门"))
def entrusted_power_names_who_entrusts(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    entrusted = version.power_source in ENTRUSTED
    if entrusted and not version.entrusted_by:
        yield Finding(
            _("委托部门"),
            _("受委托行使的权力须写明委托部门（行政许可法第二十四条）"),
            _("写明委托部门，或者改正权力来源"),
        )
    if version.entrusted_by and not entrusted:
        yield Finding(
            _("权力来源"), _("写明委托部门的，权力来源须为委托"), _("改正权力来源，或者删除委托部门")
        )
    if (version.organ_nature == OrganNature.ENTRUSTED) and not entrusted:
        yield Finding(
            _("实施主体性质"),
            _("受委托组织只能受委托行使权力"),
            _("改正实施主体性质，或者改正权力来源"),
        )


@rule(gettext_lazy("咨询电话与投诉电话不同"))
def two_different_telephones(whole: Whole) -> Iterator[Finding]:
    version, place = whole.version, whole.place
    if not (version.phone or version.complaint_phone):
        return  # the place's own numbers, which are not this version's to mend
    ask = version.phone or version.matter.department.phone or place.phone
    complain = version.complaint_phone or place.complaint_phone
    if ask and _digits(ask) == _digits(complain):
        yield Finding(_("投诉电话"), _("咨询电话与投诉电话不得相同"), _("填写另一个投诉电话"))


@rule(gettext_lazy("行政许可有常见问题"))
def licence_answers_questions(whole: Whole) -> Iterator[Finding]:
    if whole.version.matter.kind == MatterType.LICENCE and not whole.version.faq:
        yield Finding(_("常见问题"), _("行政许可须至少有一个常见问题"), _("写一个群众常问的问题和回答"))


@rule(gettext_lazy("写明权利义务"))
def rights_are_told(whole: Whole) -> Iterator[Finding]:
    if not whole.version.rights_and_duties:
        yield Finding(_("权利义务"), _("须告诉申请人有哪些权利和义务"), _("逐条写明权利和义务"), blocks=False)


@rule(gettext_lazy("写明复议机关和法院"))
def remedies_name_their_organs(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.matter.kind == MatterType.PUBLIC_SERVICE:
        return
    for element, stated in ((_("行政复议机关"), version.review_organ), (_("行政诉讼法院"), version.court)):
        if not (stated or {}).get("name"):
            yield Finding(
                element, _("不服决定的，须知道向谁申请复议、起诉"), _("写明名称、地址和电话"), blocks=False
            )


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
