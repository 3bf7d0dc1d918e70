"""How it is done: counter, internet, post."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Finding, Whole, rule

FULLY_ONLINE = 4  # 网上办理深度: the whole way online (四级)


@rule(gettext_lazy("到现场次数与网上办理深度一致"))
def visits_agree_with_depth(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    if version.online_depth >= FULLY_ONLINE and version.visits:
        yield Finding(_("到现场次数"), _("全程网办的到现场次数为0"), _("改为0次，或者降低网上办理深度"))
    if version.visits and not version.visit_reason:
        yield Finding(_("须到现场原因"), _("须到现场的要说明原因"), _("写明为什么要来、做什么"))
