"""What is typed about joint sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hall.calendars.workdays import SHANGHAI
from hall.formkit import DateInput, UnitInput
from hall.organisation.models import Department
from hall.people.models import User
from hall.templatetags.hall import case_no

from .choices import OpinionVerdict, SessionKind
from .forms import ColleagueField
from .models import AgendaItem, JointSession

# Where a problem that a verb names stands on the form.
_FIELDS = {"starts_at": "begins", "ends_at": "ends", "sign_in_until": "sign_in_minutes"}


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__({"step": "300"}, format="%H:%M")


class WhenForm(forms.Form):
    """Day, time, and for how long people may sign in."""

    day = forms.DateField(label=_("日期"), widget=DateInput, help_text=_("须为工作日"))
    begins = forms.TimeField(label=_("开始"), widget=TimeInput, help_text=_("须在办公时间内"))
    ends = forms.TimeField(label=_("结束"), widget=TimeInput, help_text=_("须在当日下班前"))
    sign_in_minutes = forms.IntegerField(
        label=_("开始后多久截止签到"),
        min_value=0,
        max_value=240,
        initial=30,
        widget=UnitInput("分钟"),
        help_text=_("截止后没有签到的算缺席"),
    )

    def times(self) -> dict[str, Any]:
        """What the verbs take."""
        day = self.cleaned_data["day"]
        starts = dt.datetime.combine(day, self.cleaned_data["begins"], SHANGHAI)
        return {
            "starts_at": starts,
            "ends_at": dt.datetime.combine(day, self.cleaned_data["ends"], SHANGHAI),
            "sign_in_until": starts + dt.timedelta(minutes=self.cleaned_data["sign_in_minutes"]),
        }

    def take(self, problems: Mapping[str, Iterable[Any]]) -> None:
        """Put what a verb refused beside the fields."""
        for name, texts in problems.items():
            shown = _FIELDS.get(name, name)
            for text in texts:
                self.add_error(shown if shown in self.fields else None, text)


class PlanForm(WhenForm):
    """A new session on a case."""

    kind = forms.ChoiceField(label=_("种类"), choices=SessionKind, widget=forms.RadioSelect)
    title = forms.CharField(label=_("名称"), max_length=120)
    venue = forms.CharField(label=_("地点"), max_length=200)
    convenor = forms.ModelChoiceField(label=_("召集部门"), queryset=Department.objects.none())
    chair = ColleagueField(label=_("主持人"), queryset=User.objects.none())
    field_order = ("kind", "title", "venue", "day", "begins", "ends", "sign_in_minutes", "convenor", "chair")

    def __init__(
        self, *args: Any, convenors: QuerySet[Department], chairs: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["convenor"] = forms.ModelChoiceField(
            label=_("召集部门"), queryset=convenors, empty_label=None
        )
        self.fields["chair"] = ColleagueField(label=_("主持人"), queryset=chairs)


class PostponeForm(WhenForm):
    """Another day, and why."""

    venue = forms.CharField(label=_("地点"), max_length=200)
    reason = forms.CharField(label=_("改期原因"), max_length=300)

    @classmethod
    def of(cls, session: JointSession, data: Any = None) -> PostponeForm:
        """The form, filled with what holds now."""
        starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        minutes = int((session.sign_in_until - session.starts_at).total_seconds() // 60)
        initial = {
            "day": starts.date(),
            "begins": starts.time(),
            "ends": ends.time(),
            "sign_in_minutes": minutes,
            "venue": session.venue,
        }
        return cls(data, prefix="move", initial=initial)


class CancelForm(forms.Form):
    """Why a session is called off."""

    reason = forms.CharField(label=_("取消原因"), max_length=300)


class OffForm(forms.Form):
    """Why a case leaves the agenda."""

    reason = forms.CharField(label=_("移出原因"), max_length=300)


class AgendaForm(forms.Form):
    """One more case, by its number."""

    number = forms.CharField(label=_("办件编号"), max_length=60)


class InviteForm(forms.Form):
    """One more department."""

    department = forms.ModelChoiceField(label=_("邀请部门"), queryset=Department.objects.none())

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"] = forms.ModelChoiceField(label=_("邀请部门"), queryset=departments)


class SignInForm(forms.Form):
    """The code that is shown at the place."""

    code = forms.CharField(
        label=_("签到码"),
        max_length=8,
        required=False,
        help_text=_("现场出示的6位签到码；扫码进来的已经填好"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )


# That a matter is not the department's at all is said on the page of its task, with whose it is.
_SAID = [
    (each.value, each.label)
    for each in (OpinionVerdict.AGREE, OpinionVerdict.CONDITIONS, OpinionVerdict.OBJECT)
]


class SpeechForm(forms.Form):
    """A department's opinion in the session; the rules are those of its task."""

    verdict = forms.ChoiceField(label=_("结论"), choices=_SAID, widget=forms.RadioSelect)
    conditions = forms.CharField(
        label=_("条件"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reasons = forms.CharField(
        label=_("理由"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    legal_basis = forms.CharField(
        label=_("法律依据"), required=False, max_length=300, help_text=_("不同意必须写明")
    )


class CloseForm(forms.Form):
    """Minutes, summary, and a conclusion for each case."""

    minutes = forms.CharField(label=_("纪要"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    summary = forms.CharField(label=_("会议结论"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, agenda: Iterable[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = {f"conclusion_{item.pk}": item.pk for item in agenda}
        for item in agenda:
            self.fields[f"conclusion_{item.pk}"] = forms.CharField(
                label=_("本件结论：%(case)s") % {"case": item.case.version.matter.name},
                required=False,
                max_length=2000,
                help_text=case_no(item.case.number),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def told(self) -> dict[str, Any]:
        """What the verb takes."""
        values = self.cleaned_data
        conclusions = {pk: values[name] for name, pk in self._items.items()}
        return {"minutes": values["minutes"], "summary": values["summary"], "conclusions": conclusions}
