"""Forms of the calendars. They check shape; the verbs check the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.formkit import Column, DateInput, TableField
from hall.organisation.models import Hall, Jurisdiction

from . import readers
from .choices import DayKind

FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST = dt.timedelta(days=30)  # no holiday is longer


class _OfPlace(forms.Form):
    """A form that may speak of one hall of the place instead of all."""

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        halls = forms.ModelChoiceField(
            Hall.objects.filter(jurisdiction=place),
            label=_("适用范围"),
            required=False,
            empty_label=place.name,
            help_text=_("只对一个大厅有效时请选择大厅"),
        )
        self.fields["hall"] = halls


class DayForm(_OfPlace):
    """One local day, off or worked."""

    date = forms.DateField(label=_("日期"), widget=DateInput)
    kind = forms.ChoiceField(label=_("休或班"), choices=DayKind)
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：防汛停办、集中服务日"))
    source = forms.CharField(label=_("依据或理由"), max_length=200)


class RemoveForm(forms.Form):
    """Why a local day goes."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class ImportForm(_OfPlace):
    """A published arrangement: of this place, or of the nation for one year."""

    LOCAL, NATIONAL = "local", "national"

    scope = forms.ChoiceField(
        label=_("哪一级的安排"),
        choices=((LOCAL, _("本地安排")), (NATIONAL, _("国家节假日安排"))),
        widget=forms.RadioSelect,
        initial=LOCAL,
    )
    year = forms.IntegerField(
        label=_("年度"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("只有国家安排需要填写；整年替换，对本系统所有辖区有效"),
    )
    announced_on = forms.DateField(label=_("公布日期"), required=False, widget=DateInput)
    source = forms.CharField(label=_("依据的文件"), max_length=200)
    file = forms.FileField(
        label=_("文件"),
        required=False,
        help_text=_("iCalendar（.ics）或者CSV：date、kind（休/班）、name，连续多日另加until"),
        widget=forms.ClearableFileInput({"accept": ".ics,.csv,text/calendar,text/csv"}),
    )
    rows = TableField(
        [
            Column("date", _("日期"), "date", required=True),
            Column("until", _("到（连续多日）"), "date"),
            Column("kind", _("休或班"), "select", required=True, choices=DayKind.choices),
            Column("name", _("名称"), required=True),
        ],
        label=_("或者直接填写"),
        required=False,
        help_text=_("照通知逐段填写：放假的一段填“休”，调休上班的日子填“班”"),
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_import_national: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_import_national:
            del self.fields["year"], self.fields["announced_on"]
            scope = self.fields["scope"]
            assert isinstance(scope, forms.ChoiceField)
            scope.choices = [(self.LOCAL, _("本地安排"))]
        order = ("scope", "hall", "year", "announced_on", "source", "file", "rows")
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("scope") == self.NATIONAL and not given.get("year"):
            self.add_error("year", _("国家安排请填写年度"))
        if not given.get("content") and not given.get("file"):
            if given.get("rows"):
                given["content"] = self._written(given["rows"])
            elif "rows" not in self.errors:
                self.add_error("file", _("请选择文件，或者直接填写"))
        return given

    def _written(self, rows: list[dict[str, str]]) -> str:
        """What was typed row by row, as the text of a file."""
        days: list[readers.Day] = []
        for number, row in enumerate(rows, 1):
            first = dt.date.fromisoformat(row["date"])
            last = dt.date.fromisoformat(row["until"] or row["date"])
            if not first <= last <= first + LONGEST:
                self.add_error("rows", _("第%(row)s行：起止日期有误") % {"row": number})
                continue
            length = (last - first).days + 1
            days += [
                readers.Day(first + dt.timedelta(days=n), DayKind(row["kind"]), row["name"])
                for n in range(length)
            ]
        return readers.write_csv(days)
