"""What the style page shows: invented samples of every component, so that it can be looked at and tested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.formkit import AreaInput, Column, DateInput, MoneyInput, TableField, UnitInput, YesNoField
from hall.looks import LOOKS
from hall.now import now, today

COLOURS = ("ink", "ink-2", "ink-3", "ground", "brand", "brand-deep", "accent", "ok", "warn", "danger", "seal")


class SampleForm(forms.Form):
    """Every kind of field once."""

    shop = forms.CharField(
        label=gettext_lazy("经营场所名称"), help_text=gettext_lazy("与门头一致，不写分店号")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("主体业态"),
        choices=[("", ""), ("food", gettext_lazy("餐饮服务")), ("shop", gettext_lazy("食品销售"))],
    )
    opens = forms.DateField(label=gettext_lazy("拟开业日期"), widget=DateInput, required=False)
    area = forms.DecimalField(label=gettext_lazy("经营面积"), widget=AreaInput)
    seats = forms.IntegerField(label=gettext_lazy("就餐座位"), widget=UnitInput("座"), required=False)
    capital = forms.DecimalField(label=gettext_lazy("注册资本"), widget=MoneyInput)
    online = YesNoField(label=gettext_lazy("是否通过网络经营"))
    dishes = forms.MultipleChoiceField(
        label=gettext_lazy("经营项目"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("hot", gettext_lazy("热食类")),
            ("cold", gettext_lazy("冷食类")),
            ("drink", gettext_lazy("自制饮品")),
        ],
    )
    address = forms.CharField(label=gettext_lazy("地址"))
    plan = forms.FileField(label=gettext_lazy("布局图"), required=False)
    note = forms.CharField(label=gettext_lazy("备注"), widget=forms.Textarea, required=False)
    staff = TableField(
        [
            Column("name", gettext_lazy("姓名"), required=True),
            Column(
                "post", gettext_lazy("岗位"), "select", choices=[("cook", _("厨师")), ("safe", _("安全员"))]
            ),
            Column("since", gettext_lazy("到岗日期"), "date"),
        ],
        label=gettext_lazy("从业人员"),
    )
    truth = forms.BooleanField(label=gettext_lazy("以上内容真实，我愿意承担责任"))


class SampleLine(NamedTuple):
    """One day of a made-up explanation, shaped like hall.clocks.engine.Line."""

    day: dt.date
    kind: str
    counted: int | None
    reason: str


def _lines() -> list[SampleLine]:
    start = today() - dt.timedelta(days=6)
    lines, count = [SampleLine(start, "start", None, _("起算日，不计入"))], 0
    for ahead in range(1, 16):
        day = start + dt.timedelta(days=ahead)
        if day.weekday() >= 5:
            lines.append(SampleLine(day, "weekend", None, _("周末，不计入")))
        elif ahead == 4:
            lines.append(SampleLine(day, "paused", None, _("中止（检验），不计入")))
        else:
            count += 1
            lines.append(SampleLine(day, "counted", count, _("第%(n)s个工作日") % {"n": count}))
    lines.append(SampleLine(lines[-1].day, "end", None, _("期限于当日24时届满")))
    return lines


def _events() -> list[dict[str, Any]]:
    at = now()
    return [
        {"when": _("10月14日前"), "title": _("作出决定"), "text": _("结果发短信告诉您。"), "kind": "next"},
        {"at": at, "title": _("审核中（现在）"), "text": _("限2个工作日。"), "kind": "now"},
        {
            "at": at - dt.timedelta(days=3),
            "title": _("暂停计时：产品检验"),
            "kind": "pause",
            "href": "#timeline",
        },
        {"at": at - dt.timedelta(days=9), "title": _("已受理"), "who": _("综合3号窗")},
    ]


def samples(data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Context of the style page; without `data` the form is shown with its errors."""
    labels = [f"11-{number}" for number in range(10, 20)]
    return {
        "form": SampleForm(
            data if data is not None else {"area": "abc", "staff-0-post": "cook"}, prefix=None
        ),
        "looks": [(code, code) for code in LOOKS],
        "tones": ["ok", "info", "mute", "warn", "danger", "accent"],
        "colours": list(COLOURS),
        "lefts": [(-2, 100), (0, 92), (2, 60), (9, 22)],
        "lines": _lines(),
        "events": _events(),
        "number": "12441500196720244T3442199806003202206230068",
        "chart": {
            "type": "line",
            "unit": _("件"),
            "labels": labels,
            "series": [
                {"name": _("收件"), "data": [210, 222, 190, 240, 221, 204, 232, 243, 215, 186]},
                {"name": _("办结"), "data": [190, 204, 184, 212, 210, 188, 208, 223, 202, 152]},
            ],
        },
        "bars": {
            "type": "stacked",
            "unit": _("件"),
            "labels": labels,
            "series": [
                {"name": _("按时"), "data": [90, 104, 84, 112, 110, 88, 108, 123, 102, 52], "tone": "info"},
                {"name": _("超期"), "data": [1, 0, 2, 0, 0, 3, 0, 0, 1, 0], "tone": "danger"},
            ],
        },
    }
