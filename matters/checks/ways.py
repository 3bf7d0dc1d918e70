"""How it is done: at the counter, on the internet, by post, by promise."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import wording
from ..choices import Channel, DeliveryMode, ExclusionGround, MaterialSource, ResultKind
from .base import Finding, Whole, rule

APPLIED_ONLINE = 3  # 网上办理深度 from which an application is made online (三级)
FULLY_ONLINE = 4  # the whole way online (四级)
ONLINE = {Channel.WEB, Channel.MOBILE}
WITHOUT_COMING = {DeliveryMode.POST, DeliveryMode.ELECTRONIC}


@rule(gettext_lazy("全程网办不跑现场"))
def fully_online_means_no_visit(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.online_depth >= FULLY_ONLINE and version.visits:
        yield Finding(_("到现场次数"), _("全程网办的到现场次数为0"), _("改为0次，或者降低网上办理深度"))


@rule(gettext_lazy("须到现场的说明原因"))
def visit_has_its_reason(whole: Whole) -> Iterator[Finding]:
    if whole.version.visits and not whole.version.visit_reason:
        yield Finding(_("须到现场原因"), _("须到现场的要说明原因"), _("写明为什么要来、做什么"))


@rule(gettext_lazy("不跑现场又不网办的可以邮寄"))
def no_visit_offline_means_by_post(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.visits == 0 and version.online_depth < APPLIED_ONLINE and Channel.POST not in version.channels:
        yield Finding(
            _("办理形式"),
            _("不用到现场又不能网上申请的，须可以邮寄申请"),
            _("增加快递申请，或者改正到现场次数、网上办理深度"),
        )


@rule(gettext_lazy("不跑现场的结果送上门"))
def no_visit_means_result_is_sent(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.visits or version.result_kind == ResultKind.NONE or not version.delivery_modes:
        return
    if not WITHOUT_COMING & set(version.delivery_modes):
        yield Finding(
            _("送达方式"),
            _("不用到现场的，结果须邮寄或者电子送达"),
            _("增加邮寄或者电子送达，或者改正到现场次数"),
        )


@rule(gettext_lazy("办理形式与网上办理深度一致"))
def channels_agree_with_depth(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not version.channels:
        yield Finding(
            _("办理形式"),
            _("须写明可以怎样申请"),
            _("选择窗口、网上、移动端、快递或者自助终端"),
            blocks=False,
        )
        return
    online = bool(ONLINE & set(version.channels))
    if online != (version.online_depth >= APPLIED_ONLINE):
        yield Finding(
            _("办理形式"),
            _("三级以上网上办理的可以网上申请，三级以下的不可以"),
            _("改正办理形式，或者改正网上办理深度"),
        )


@rule(gettext_lazy("不进驻大厅的说明原因"))
def outside_the_centre_has_its_reason(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if not version.in_centre and not version.outside_reason:
        yield Finding(
            _("进驻大厅"), _("凡批必进、凡服必进（S0 §4），不进驻的要说明原因"), _("写明不进驻大厅的原因")
        )
    if version.one_window and not version.in_centre:
        yield Finding(
            _("无差别受理"), _("没有进驻大厅的不能由综合窗口受理"), _("取消无差别受理，或者进驻大厅")
        )


@rule(gettext_lazy("预约有规则"))
def appointments_have_their_rule(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.takes_appointments and not version.appointment_rule:
        yield Finding(_("预约"), _("可以预约的须写明怎么预约"), _("写明预约规则"), blocks=False)
    if version.appointment_rule and not version.takes_appointments:
        yield Finding(_("预约"), _("有预约规则的须写明每天可约多少"), _("填写每天可预约量"), blocks=False)


@rule(gettext_lazy("中介服务有依据"))
def intermediaries_have_a_basis(whole: Whole) -> Iterator[Finding]:
    for each in whole.version.intermediaries:
        if not each.get("basis"):
            yield Finding(
                _("中介服务：%(name)s") % {"name": each.get("name", "")},
                _("作为受理条件的中介服务须有法律、法规、国务院决定依据（S0 §16）"),
                _("写明依据；没有依据的取消"),
            )
    bought = any(m.source == MaterialSource.INTERMEDIARY and m.demanded for m in whole.materials)
    if bought != bool(whole.version.intermediaries):
        yield Finding(
            _("中介服务"),
            _("由中介机构出具的材料与中介服务须一致"),
            _("列明中介服务，或者改正材料的来源渠道"),
            blocks=False,
        )


@rule(gettext_lazy("告知承诺不用于排除的情形"))
def commitment_outside_excluded_kinds(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.commitment_allowed and version.exclusions:
        grounds = [str(ExclusionGround(each).label) for each in version.exclusions]
        yield Finding(
            _("告知承诺"),
            _("涉及%(grounds)s的，不适用告知承诺（国办发〔2020〕42号）") % {"grounds": "、".join(grounds)},
            _("取消告知承诺，或者核对排除情形"),
        )


@rule(gettext_lazy("名称所示的排除情形已核定"))
def excluded_kinds_are_named(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    relied_on = version.commitment_allowed or any(step.silent_consent for step in whole.steps)
    shown = set(wording.exclusions_of(version.matter.name)) - set(version.exclusions)
    if relied_on and shown:
        grounds = [str(ExclusionGround(each).label) for each in sorted(shown)]
        yield Finding(
            _("不适用承诺和默认的情形"),
            _("按名称，本事项可能涉及%(grounds)s") % {"grounds": "、".join(grounds)},
            _("核定排除情形；属于的，取消告知承诺和超时默认"),
            blocks=False,
        )
