"""Tags and filters of the design system: `{% load hall %}`. How to use each: docs/design-system.md.

They only draw. What a reader may see, and which urgency a thing has, is decided before it gets here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, ModelChoiceField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hall.daysheet import day_cells, weeks
from hall.fieldwords import kind_of, said
from hall.looks import LOOKS, Look
from hall.now import now

register = template.Library()

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
NOTHING_CHOSEN = "---------"  # what Django writes into a choice among rows before one is chosen
SERIAL, DATE = 4, 8  # the last digits of a case number: serial of the day, and the day


# -- Words, icons, states ------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sheet (names: package.json). Decoration: a word stands beside it."""
    css = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def tag(label: Any, tone: str = "mute", icon_name: str = "", *, open: bool = False) -> SafeString:
    """A state as word, icon and tone. `open` draws it dashed: promised, not yet there (容缺)."""
    return format_html(
        '<span class="tag" data-tone="{}"{}>{}{}</span>',
        tone,
        mark_safe(" data-open") if open else "",
        icon(icon_name) if icon_name else "",
        label,
    )


@register.simple_tag
def state(code: Any, label: Any) -> SafeString:
    """The tag of a state code in the look it has on every desk; an unknown code is drawn mute."""
    look = LOOKS.get(str(code), Look())
    return tag(label, look.tone, look.icon, open=look.open)


@register.simple_tag
def key(text: str) -> SafeString:
    """A key cap. What it does is on the thing it is printed on."""
    return format_html('<kbd class="key">{}</kbd>', text)


# -- Forms ---------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, span: int | None = None, prefilled: str = "", boxes: bool = False
) -> dict[str, Any]:
    """A bound field with label, help, error and the right aria wiring.

    `span`: columns of twelve inside `.fields`. `prefilled`: where the value came from (执照带入).
    `boxes`: draw choices as large boxes, as the portal does for its questions.
    """
    if isinstance(bound.field, ModelChoiceField) and bound.field.empty_label == NOTHING_CHOSEN:
        bound.field.empty_label = _("请选择")
    return {
        "field": bound,
        "said": said(bound),
        "kind": kind_of(bound),
        "span": span or getattr(bound.field, "span", None) or 12,
        "unit": getattr(bound.field.widget, "unit", ""),
        "prefilled": prefilled or getattr(bound.field, "prefilled", ""),
        "boxes": boxes,
        "personal": getattr(bound.field, "personal", False),
    }


def _target(bound: BoundField) -> str:
    """The id of the first control of a field: where the error summary leads."""
    if first := getattr(bound.field.widget, "first_id", None):
        return first(bound.auto_id)
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.inclusion_tag("components/errors.html")
def errors(*forms: BaseForm | None, message: Any = "") -> dict[str, Any]:
    """The error summary above a form (GOV.UK rules): every error once, each a link to its field."""
    items: list[tuple[str, Any]] = [("", message)] if message else []
    for form in forms:
        if form is None or not form.is_bound:
            continue
        items += [("", error) for error in form.non_field_errors()]
        items += [(_target(bound), text) for bound in form for text in said(bound)]
    return {"items": items}


# -- Numbers, dates, money -----------------------------------------------------------------------------


@register.filter
def case_no(value: Any) -> SafeString:
    """A case number in groups that can be read aloud; copied text stays without spaces."""
    text = str(value or "")
    groups = [text]
    if len(text) > SERIAL + DATE and text[-SERIAL - DATE :].isdigit():
        head = text[: -SERIAL - DATE]
        size = 6 if len(head) <= 6 else 4
        groups = [head[at : at + size] for at in range(0, len(head), size)]
        groups += [text[-SERIAL - DATE : -SERIAL], text[-SERIAL:]]
    return format_html(
        '<span class="no">{}</span>',
        format_html_join(mark_safe("<wbr>"), "<span>{}</span>", ((g,) for g in groups)),
    )


@register.filter
def case_tail(value: Any) -> SafeString:
    """Day and serial of a case number, for narrow lists; the whole number is in its title."""
    text = str(value or "")
    if len(text) <= SERIAL + DATE:
        return case_no(text)
    return format_html(
        '<span class="no" title="{}"><span>{}</span><span>{}</span></span>',
        text,
        text[-SERIAL - DATE : -SERIAL],
        text[-SERIAL:],
    )


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: dt.date | None) -> str:
    """2026年11月21日, for people."""
    value = _local(value)
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


@register.filter
def short_day(value: dt.date | None) -> str:
    """11月21日, where the year goes without saying."""
    value = _local(value)
    return f"{value.month}月{value.day}日" if value else ""


@register.filter
def long_day(value: dt.date | None) -> str:
    """2026年11月21日（星期六）, where somebody has to plan for it."""
    return f"{day(value)}（{weekday(value)}）" if value else ""


@register.filter
def weekday(value: dt.date | None) -> str:
    value = _local(value)
    return f"星期{WEEKDAYS[value.weekday()]}" if value else ""


@register.filter
def stamp(value: dt.date | None) -> str:
    """2026-11-21 09:30, for tables; a date without time stays without time."""
    value = _local(value)
    if not value:
        return ""
    return value.strftime("%Y-%m-%d %H:%M" if isinstance(value, dt.datetime) else "%Y-%m-%d")


@register.filter
def clock(value: dt.datetime | None) -> str:
    """09:30, where the day stands beside it."""
    value = _local(value)
    return value.strftime("%H:%M") if value else ""


@register.filter
def iso(value: dt.date | None) -> str:
    """For the datetime attribute of <time>."""
    value = _local(value)
    return value.isoformat() if value else ""


@register.filter
def ago(value: dt.datetime | None) -> str:
    """刚刚, 11分钟前, 3小时前, then the date."""
    if not value:
        return ""
    minutes = int((now() - value).total_seconds() // 60)
    if minutes < 1:
        return _("刚刚")
    if minutes < 60:
        return ngettext("%(n)s分钟前", "%(n)s分钟前", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)s小时前", "%(n)s小时前", minutes // 60) % {"n": minutes // 60}
    return stamp(value)


@register.filter
def money(value: Any) -> str:
    """1,234.50元; whole amounts without 分."""
    if value in (None, ""):
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{amount:,.0f}元" if amount == amount.to_integral_value() else f"{amount:,.2f}元"


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """0.992 → 99.2%; nothing to divide by → an em dash, never a made-up zero."""
    return "—" if value is None else f"{float(value) * 100:.{digits}f}%"


@register.filter
def thousands(value: Any) -> str:
    """1,173, and 0 as 0."""
    return "—" if value is None else f"{value:,}"


# -- Personal data: masked here only for show; the clear text is read through hall.people ---------------


@register.filter
def mask_name(value: Any) -> str:
    from hall.people import masking

    return masking.mask_name(str(value or ""))


@register.filter
def mask_id(value: Any) -> str:
    from hall.people import masking

    return masking.mask_id(str(value or ""))


@register.filter
def mask_phone(value: Any) -> str:
    from hall.people import masking

    return masking.mask_phone(str(value or ""))


# -- Limits --------------------------------------------------------------------------------------------


def urgency(left: int | None) -> str:
    """The tone of so many remaining days: below zero overdue, up to three a warning."""
    if left is None:
        return "mute"
    return "danger" if left < 0 else "warn" if left <= 3 else "info"


def _left_words(left: int, unit: str) -> SafeString:
    if left < 0:
        return format_html("{}<b>{}</b>{}", _("超"), -left, unit)
    if left == 0:
        return format_html("<strong>{}</strong>", _("今天到期"))
    return format_html("{}<b>{}</b>{}", _("剩"), left, unit)


@register.simple_tag
def limit_bar(
    left: int | None, spent: float | None = None, unit: str = "", tone: str = "", paused: bool = False
) -> SafeString:
    """Remaining days as a number and a thin bar. `spent`: percent of the limit used, 0 to 100."""
    unit = unit or _("个工作日")
    if paused:
        tone, words = "mute", format_html("{}{}", icon("pause"), _("计时暂停"))
    elif left is None:
        tone, words = "mute", format_html("{}", _("不计时限"))
    else:
        tone, words = tone or urgency(left), _left_words(left, unit)
    percent_used = 100 if (left is not None and left < 0) else max(0, min(100, round(spent or 0)))
    return format_html(
        '<span class="left" data-tone="{}"><span class="left-words">{}</span>'
        '<svg class="spent" aria-hidden="true"><rect width="{}%" height="100%"/></svg></span>',
        tone,
        words,
        percent_used,
    )


@register.simple_tag
def gauge(actual: float | None, promised: float | None, tone: str = "") -> SafeString:
    """Actual (bar) against promised (mark), both in percent of the statutory limit."""
    if actual is None:
        return format_html('<span class="quiet">{}</span>', "—")
    clip = [max(0, min(100, round(value or 0))) for value in (actual, promised)]
    label = _("实际用时占法定时限%(actual)s%%，承诺占%(promised)s%%") % {
        "actual": round(actual),
        "promised": round(promised or 0),
    }
    return format_html(
        '<svg class="gauge" role="img" aria-label="{}" data-tone="{}">'
        '<rect class="gauge-track" y="3" width="100%" height="6" rx="1"/>'
        '<rect class="gauge-actual" y="3" width="{}%" height="6" rx="1"/>'
        '<rect class="gauge-mark" x="{}%" width="2" height="12"/></svg>',
        label,
        tone or "info",
        clip[0],
        clip[1],
    )


@register.inclusion_tag("components/clock_days.html")
def clock_days(lines: Iterable[Any], caption: str = "", strip: bool = False) -> dict[str, Any]:
    """A deadline that explains itself, day by day: a month sheet, or one `strip` for short limits.

    `lines` are those of `hall.clocks.engine.Due`: each has `day`, `kind`, `counted`, `reason`.
    """
    cells = day_cells(lines)
    return {"weeks": [] if strip else weeks(cells), "cells": cells, "caption": caption, "strip": strip}


@register.filter
def chart_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the table beside a chart, from the very data that the chart draws."""
    columns = [series["data"] for series in data["series"]]
    return [
        {"label": label, "values": [column[at] for column in columns]}
        for at, label in enumerate(data["labels"])
    ]


# -- Larger pieces -------------------------------------------------------------------------------------


@register.inclusion_tag("components/figure.html")
def figure(
    name: Any, value: Any, unit: str = "", href: str = "", more: Any = "", tone: str = "", how: str = ""
) -> dict[str, Any]:
    """A number that leads to its cases. `how` says in one sentence how it is computed."""
    shown = f"{value:,}" if isinstance(value, int) else "—" if value is None else value
    return {"name": name, "value": shown, "unit": unit, "href": href, "more": more, "tone": tone, "how": how}


@register.inclusion_tag("components/empty.html")
def empty_state(
    title: Any, text: Any = "", icon_name: str = "folder", href: str = "", action: str = ""
) -> dict[str, Any]:
    """What will appear here, and what to do for it."""
    return {"title": title, "text": text, "icon_name": icon_name, "href": href, "action": action}


@register.simple_tag(takes_context=True)
def idempotency_key(context: template.Context) -> SafeString:
    """A hidden field that makes a resent form one command; a form shown again keeps its key."""
    import uuid

    request = context.get("request")
    kept = request.POST.get("idempotency_key", "") if request is not None and request.method == "POST" else ""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', kept or uuid.uuid4())
