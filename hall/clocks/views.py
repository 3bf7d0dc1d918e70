"""The movable clock (示范时钟): move the hall forward and watch deadlines, warnings and silent consent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hall.access import desk
from hall.now import now, real_now
from hall.organisation.choices import Role
from hall.organisation.officers import DESK_ROLES
from hall.people.forms import put_refusal
from hall.requests import DeskRequest
from hall.trays import nudge

from . import demo, outlook, queries
from .forms import MoveForm

STEPS = (
    ("1wd", gettext_lazy("+1个工作日")),
    ("3wd", gettext_lazy("+3个工作日")),
    ("1d", gettext_lazy("+1天")),
    ("7d", gettext_lazy("+1周")),
)


def _demonstration_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Where the clock cannot be moved, the page does not exist; not even to those who might open it."""

    @wraps(view)
    def found(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.HALL_MOVABLE_CLOCK:
            raise Http404
        return view(request, *args, **kwargs)

    return found


@_demonstration_only
@desk("clock")
@require_safe
def demo_clock(request: DeskRequest) -> HttpResponse:
    """Hall time beside real time, what fires next, and what fired since the last move."""
    return _page(request, MoveForm())


@_demonstration_only
@desk("clock")
@require_safe
def live(request: DeskRequest) -> HttpResponse:
    """The times and both lists, for the page that renews them."""
    return render(request, "clocks/_polled.html", _lists(request) | {"oob": True})


@_demonstration_only
@desk("clock")
@require_POST
def move(request: DeskRequest) -> HttpResponse:
    """Move the hall forward by one of the steps, or by the number typed; then let the porters go round."""
    form = MoveForm(request.POST)
    step = request.POST.get("step") or (form.step() if form.is_valid() else "")
    if not step:
        return _page(request, form, status=422)
    try:
        with transaction.atomic():
            present = demo.move_forward(demo.read_step(step), by=request.officer)
            _wake_porters()
    except demo.Invalid as refusal:
        put_refusal(form, refusal)
        return _page(request, form, status=422)
    told = {"at": f"{timezone.localtime(present):%Y-%m-%d %H:%M}"}
    messages.success(request, _("大厅时间已到%(at)s，到期的时限正在处理。") % told)
    return redirect("clocks:demo")


@_demonstration_only
@desk("clock")
@require_POST
def sweep(request: DeskRequest) -> HttpResponse:
    """Let the porters go round now, without waiting for their timetable."""
    _wake_porters()
    messages.info(request, _("已通知后台巡查到期的时限和预警。"))
    return redirect("clocks:demo")


@_demonstration_only
@desk("clock")
@require_POST
def reset(request: DeskRequest) -> HttpResponse:
    """Put the hall back to real time, if nothing has happened in the future."""
    demo.reset(by=request.officer)
    messages.success(request, _("大厅已回到真实时间。"))
    return redirect("clocks:demo")


def _wake_porters() -> None:
    nudge("clocks.sweep")
    nudge("clocks.warn")


def _page(request: DeskRequest, form: MoveForm, status: int = 200) -> HttpResponse:
    present = now()
    ends = {code: present + demo.length_of(demo.read_step(code), present) for code, _label in STEPS}
    due = outlook.due_by(_places(request), {f"by_{code}": end for code, end in ends.items()})
    context = {
        "form": form,
        "steps": [
            {"code": code, "label": label, "to": ends[code], "due": due[f"by_{code}"]}
            for code, label in STEPS
        ],
        "may_go_back": outlook.may_go_back(),
        **_lists(request),
    }
    return render(request, "clocks/demo.html", context, status=status)


def _lists(request: DeskRequest) -> dict[str, Any]:
    places, last = _places(request), outlook.last_move()
    present = now()
    return {
        "present": present,
        "real": real_now(),
        "ahead": _told(demo.offset()),
        "due_now": outlook.due_by(places, {"now": present})["now"],
        "lag": _told(queries.sweep_lag()),
        "upcoming": outlook.upcoming(places),
        "move": last,
        "fired": outlook.fired_since(last, places) if last else [],
        "may_open_cases": Role.SUPERVISOR in request.officer.roles,
    }


def _places(request: DeskRequest) -> list[int]:
    return request.officer.places(*DESK_ROLES["clock"])


def _told(length: dt.timedelta) -> str:
    """“12天3小时”; nothing for less than a minute."""
    minutes = int(length.total_seconds() // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        (days, _("%(n)s天")),
        (hours, _("%(n)s小时")),
        (minutes, _("%(n)s分钟")),
    ]
    return "".join(words % {"n": n} for n, words in parts if n)
