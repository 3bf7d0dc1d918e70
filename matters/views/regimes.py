"""Bodies of procedural law (程序规则) of a place: what they say, since when, and their next version."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hall.access import desk
from hall.clocks.choices import Ground
from hall.errors import Invalid
from hall.requests import DeskRequest

from .. import services
from ..choices import VersionState
from ..forms.regimes import RegimeForm
from ..models import Regime
from .places import place_of


@desk("regimes")
def regimes(request: DeskRequest) -> HttpResponse:
    """Every version of every body of law that holds here, and how many matters follow each."""
    place = place_of(request)
    in_force = Q(
        matterversion__matter__jurisdiction=place,
        matterversion__state=VersionState.PUBLISHED,
        matterversion__valid_to=None,
    )
    rows = Regime.objects.in_place(place).annotate(matters=Count("matterversion", filter=in_force))
    current = set(Regime.objects.current(place).values_list("pk", flat=True))
    labels = dict(Ground.choices)
    shown = [
        {
            "regime": regime,
            "current": regime.pk in current,
            "grounds": [labels.get(ground, ground) for ground in regime.pause_grounds],
        }
        for regime in rows.order_by("family", "-number")
    ]
    return render(request, "matters/manage/regimes.html", {"rows": shown, "here": "regimes"})


@desk("regimes")
@require_http_methods(["GET", "POST"])
def revise(request: DeskRequest, code: str) -> HttpResponse:
    """The next version of one, from a day on."""
    place = place_of(request)
    regime = get_object_or_404(Regime.objects.in_place(place), pk=code)
    form = RegimeForm(request.POST or None, instance=Regime.objects.get(pk=regime.pk))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.revise_regime(
                regime.pk,
                data,
                place=place,
                valid_from=data["valid_from"],
                reason=data["change_reason"],
                by=request.officer,
            )
        except Invalid as error:
            form.refuse(error)
        else:
            messages.success(request, _("新一版程序规则已保存，从起用日期起新起草的事项版本采用"))
            return redirect("matters:regimes")
    context = {"form": form, "regime": regime, "here": "regimes"}
    return render(request, "matters/manage/regime.html", context, status=422 if form.errors else 200)
