"""What a matter is, for whom, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Finding, Whole, rule


@rule(gettext_lazy("设定依据、受理条件和服务对象齐全"))
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


@rule(gettext_lazy("咨询电话与投诉电话不同"))
def two_different_telephones(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.phone and version.phone == version.complaint_phone:
        yield Finding(_("投诉电话"), _("咨询电话与投诉电话不得相同"), _("填写另一个投诉电话"))
