"""Forms of what comes later: hand-ins, promises and their check, the end of a case. They check shape only."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hall.formkit import DateInput
from hall.now import today

from .choices import SupplementChannel, TerminationGround
from .forms import HallForm, ReasonForm, text
from .services import Arrival


class TerminateForm(ReasonForm):
    """终止办理: which ground of the list, and why."""

    ground = forms.ChoiceField(
        label=_("情形"),
        choices=TerminationGround.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择终止的情形")},
    )

    field_order = ("ground", "reason")


class ArrivalForm(HallForm):
    """How a hand-in came to the desk: the way, the day, the postmark of a letter. A day without a time."""

    channel = forms.ChoiceField(
        label=_("怎么送来的"),
        choices=SupplementChannel.choices,
        initial=SupplementChannel.DESK,
        required=False,  # nothing said: at the window
    )
    received_on = forms.DateField(
        label=_("收到日期"), required=False, widget=DateInput(), help_text=_("空着就是今天")
    )
    posted_on = forms.DateField(
        label=_("交邮日期"), required=False, widget=DateInput(), help_text=_("邮寄的，看邮戳")
    )
    tracking_number = text(_("邮件号"), 3, max_length=40)

    def told(self) -> Arrival:
        """What was filled in, as the verb takes it."""
        data = self.cleaned_data
        day = data.get("received_on")
        return Arrival(
            channel=data["channel"] or SupplementChannel.DESK,
            received_at=moment_on(day) if day and day != today() else None,
            posted_on=data.get("posted_on"),
            tracking_number=data.get("tracking_number", ""),
        )


def moment_on(day: dt.date) -> dt.datetime:
    """The last moment of a past day: what came on it counts from it, never from an hour nobody wrote down."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))


class PostingForm(HallForm):
    """A letter with the correction is in the post."""

    posted_on = forms.DateField(
        label=_("交邮日期"), widget=DateInput(), error_messages={"required": _("请填写交邮日期")}
    )
    tracking_number = text(
        _("邮件号"), 6, required=True, max_length=40, error_messages={"required": _("请填写邮件号")}
    )


class ReturnOriginalsForm(HallForm):
    """Who takes the originals home."""

    to = text(_("领回人"), 6, required=True, error_messages={"required": _("请填写领回人姓名")})


class CommitmentCheckForm(HallForm):
    """承诺核查: what was found, and by what it is proven."""

    conforms = forms.ChoiceField(
        label=_("核查结论"),
        choices=[("yes", _("承诺属实")), ("no", _("承诺不实"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择核查结论")},
    )
    facts = forms.CharField(
        label=_("核查情况"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("请写明核查情况")},
        help_text=_("何时、何人、以什么方式核查，看到了什么"),
    )
    evidence = forms.CharField(
        label=_("依据和证据"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("认定不实的必须写明：现场笔录、照片、查询凭据号等"),
    )


class CommitmentDecisionForm(HallForm):
    """What the head decides about a false promise."""

    revoke = forms.ChoiceField(
        label=_("决定"),
        choices=[("yes", _("撤销准予决定")), ("no", _("不予撤销"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择决定")},
    )
    reasons = forms.CharField(
        label=_("理由和依据"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("请写明理由和依据")},
        help_text=_("写进《撤销决定书》，一行一条"),
    )


class StatementForm(HallForm):
    """陈述申辩: what the holder says, or that they have nothing to say."""

    text = forms.CharField(
        label=_("陈述申辩的内容"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000, required=False
    )
    waived = forms.BooleanField(label=_("放弃陈述申辩"), required=False)


class CommitmentForm(HallForm):
    """告知承诺: the words of the promise."""

    promise = forms.CharField(
        label=_("承诺内容"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
        error_messages={"required": _("请写明承诺的内容")},
    )
    signed_by = text(_("承诺书由谁签字"), 6, help_text=_("空着就是申请人"))
    agreed = forms.BooleanField(
        label=_("已向申请人告知依据、条件、承诺的内容和不实承诺的后果，申请人自愿承诺并签字"),
        error_messages={"required": _("须先告知，申请人自愿承诺")},
    )


class PledgeForm(HallForm):
    """容缺受理: who signs the promise, and that the consequences were told."""

    signed_by = text(_("承诺书由谁签字"), 6, help_text=_("空着就是申请人或者经办人"))
    agreed = forms.BooleanField(
        label=_("已告知逾期未补交的后果，申请人自愿承诺并签字"),
        error_messages={"required": _("须先告知后果，由申请人在承诺书上签字")},
    )
