"""What is asked of the applicant: form fields and guiding questions."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import formspec
from .base import Finding, Whole, rule


@rule(gettext_lazy("表单字段正确"))
def form_can_be_drawn(whole: Whole) -> Iterator[Finding]:
    for fault in formspec.faults(whole.version.form_fields):
        yield Finding(_("表单"), fault, _("改正该字段"))


@rule(gettext_lazy("情形引导指向存在的材料"))
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
