"""The working days of a place: month sheets, local days, published arrangements.

Nothing is written before the officer has seen which open clocks it moves.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import desk
from hall.clocks import preview
from hall.errors import HallError
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.desk import Seat, seat
from hall.organisation.models import Hall
from hall.people.forms import put_refusal
from hall.requests import DeskRequest
from hall.templatetags.hall import long_day, stamp
from hall.trays import nudge

from . import queries, readers, services
from .choices import DayKind
from .forms import FIRST_YEAR, LAST_YEAR, DayForm, ImportForm, RemoveForm
from .models import AnnouncedYear, CalendarChange, CalendarDay
from .sheets import year_sheets

KEEPERS = (Role.MANAGER, Role.SYSTEM_ADMIN)
APPLY = "apply"  # the button that writes what the preview showed
LIST = "list"  # the button that gives all moves as a file
SEEN = "seen"  # the calendar on which the preview was made


@desk("organisation")
@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """A year of the place, or of one of its halls."""
    _officer, place = seat(request, *KEEPERS)
    year = _year(request.GET.get("year", ""))
    halls = list(Hall.objects.filter(jurisdiction=place).order_by("order", "code"))
    hall = next((each for each in halls if each.code == request.GET.get("hall")), None)
    rows = CalendarDay.objects.filter(date__year=year).order_by("date", "pk")
    context = {
        "place": place,
        "year": year,
        "previous": year - 1 if year > FIRST_YEAR else None,
        "next": year + 1 if year < LAST_YEAR else None,
        "halls": halls,
        "hall": hall,
        "months": year_sheets(queries.table_for(place.pk, hall.pk if hall else None), year, today()),
        "announced": AnnouncedYear.objects.filter(year=year).first(),
        "local": rows.filter(jurisdiction=place).select_related("hall"),
        "national": rows.filter(jurisdiction=None),
        "changes": CalendarChange.objects.filter(Q(jurisdiction=place) | Q(jurisdiction=None)).order_by(
            "-pk"
        )[:10],
    }
    return render(request, "calendars/home.html", context)


@desk("organisation")
def day(request: DeskRequest) -> HttpResponse:
    """Set one local day: the form, then what it moves, then done."""
    at = seat(request, *KEEPERS)
    date = request.GET.get("date", "")
    form = DayForm(request.POST or None, place=at.place, initial={"date": date or today()})

    def change() -> CalendarDay:
        given = form.cleaned_data
        return services.set_day(
            given["date"],
            DayKind(given["kind"]),
            given["name"],
            jurisdiction=at.place,
            hall=given["hall"],
            source=given["source"],
            by=at.officer,
        )

    return _ask_then_do(request, at, form, change, "calendars/day.html", _("添加本地安排"))


@desk("organisation")
def remove(request: DeskRequest, day_id: int) -> HttpResponse:
    """Take one local day away."""
    at = seat(request, *KEEPERS)
    row = get_object_or_404(CalendarDay.objects.select_related("hall"), pk=day_id, jurisdiction=at.place)
    form = RemoveForm(request.POST or None)

    def change() -> CalendarDay:
        services.clear_day(
            CalendarDay.objects.get(pk=row.pk), reason=form.cleaned_data["reason"], by=at.officer
        )
        return row

    return _ask_then_do(request, at, form, change, "calendars/remove.html", _("取消本地安排"), row=row)


@desk("organisation")
def import_file(request: DeskRequest) -> HttpResponse:
    """Import an arrangement from a file: read it, show what it changes, then write exactly that."""
    at = seat(request, *KEEPERS)
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        place=at.place,
        may_import_national=at.officer.has(Role.SYSTEM_ADMIN),
    )
    carried: dict[str, str] = {}

    def change() -> services.Report:
        given = form.cleaned_data
        content = given["content"].encode() if given["content"] else given["file"].read()
        reading = readers.read(content)
        carried["content"] = readers.write_csv(reading.days.values())
        national = given["scope"] == ImportForm.NATIONAL
        report = services.import_arrangement(
            io.BytesIO(carried["content"].encode()),
            years=[given["year"]] if national else (),
            source=given["source"],
            announced_on=given.get("announced_on"),
            jurisdiction=None if national else at.place,
            hall=None if national else given["hall"],
            by=at.officer,
        )
        report.ignored = reading.ignored
        return report

    return _ask_then_do(
        request, at, form, change, "calendars/import.html", _("导入节假日安排"), carried=carried
    )


def _ask_then_do(
    request: DeskRequest,
    at: Seat,
    form: forms.Form,
    change: Callable[[], Any],
    template: str,
    title: str,
    *,
    carried: dict[str, str] | None = None,
    **context: Any,
) -> HttpResponse:
    """The form; posted, what it would move; posted again with `apply`, the change itself.

    Who confirms a preview that another change has overtaken is shown what it would move now.
    """
    context |= {"form": form, "title": title, "place": at.place}
    if not form.is_valid():
        return render(request, template, context, status=422 if form.is_bound else 200)
    stale = False
    try:
        if APPLY in request.POST:
            with transaction.atomic():
                services.hold()
                stale = request.POST.get(SEEN) != str(services.version_of(at.place))
                if not stale:
                    told = change()
                    nudge("clocks.sweep")
            if not stale:
                messages.success(request, _("日历已更新，受影响的期限正在重新计算。"))
                return redirect(f"{reverse('calendars:home')}?year={_year_of(told, form)}")
        version = services.version_of(at.place)
        whole = LIST in request.POST
        seen = preview.of_change(change, place_ids=[at.place.pk], most=None if whole else preview.SHOWN)
    except HallError as refusal:
        put_refusal(form, refusal)
        return render(request, template, context, status=422)
    if whole:
        return _as_csv(seen.moves)
    buttons = ("csrfmiddlewaretoken", APPLY, LIST, SEEN)
    posted = {name: value for name, value in request.POST.items() if name not in buttons}
    days = readers.read(carried["content"].encode()).days.values() if carried else ()
    context |= {
        "preview": seen,
        "carried": {**posted, **(carried or {}), SEEN: version},
        "stale": stale,
        "days": days,
        "summary": [*_told(seen.told), *_summary(form)],
    }
    return render(request, "calendars/preview.html", context)


def _as_csv(moves: Sequence[preview.Move]) -> HttpResponse:
    """Every clock that would move, for those who want to go through them."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="moved-clocks.csv"'
    writer = csv.writer(response)
    writer.writerow([_("办件编号"), _("事项"), _("时限"), _("责任部门"), _("现在到期"), _("改后到期")])
    for move in moves:
        department = move.clock.department.name if move.clock.department else ""
        name = move.case or ("", "")
        what = f"{move.clock.get_kind_display()} {move.clock.limit}"
        writer.writerow([*name, what, department, stamp(move.before) or "", stamp(move.after) or ""])
    return response


def _summary(form: forms.Form) -> list[tuple[Any, Any]]:
    """What was typed, as a person reads it back."""
    rows: list[tuple[Any, Any]] = []
    said = {"date", "kind", "name", "rows"}  # days say that of themselves
    for bound in form.visible_fields():
        if bound.name in said:
            continue
        value, field = form.cleaned_data.get(bound.name), bound.field
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            labels: Any = field.choices
            value = dict(labels).get(value)
        if isinstance(value, dt.date):
            value = long_day(value)
        if value:
            rows.append((bound.label, value))
    return rows


def _told(told: CalendarDay | services.Report) -> list[tuple[str, Any]]:
    """What the change would do to the rows of the calendar."""
    if isinstance(told, CalendarDay):
        return [(_("日期"), f"{long_day(told.date)}　{DayKind(told.kind).label}　{told.name}")]
    counts = {
        "new": told.created,
        "changed": told.updated,
        "gone": told.removed,
        "same": told.unchanged,
    }
    rows = [(_("写入"), _("新增%(new)s天，修改%(changed)s天，去掉%(gone)s天，不变%(same)s天") % counts)]
    if told.ignored:
        shown = {"n": len(told.ignored), "names": "、".join(told.ignored[:8])}
        rows.append((_("没有采用"), _("%(n)s条没有说明休或班：%(names)s") % shown))
    return rows


def _year(text: str) -> int:
    year = int(text) if text.isdigit() and len(text) == 4 else today().year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _year_of(told: Any, form: forms.Form) -> int:
    """The year to show after a change."""
    if isinstance(told, CalendarDay):
        return told.date.year
    if year := form.cleaned_data.get("year"):
        return int(year)
    first: dt.date = min(readers.read(form.cleaned_data["content"].encode()).days)
    return first.year
