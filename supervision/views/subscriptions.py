"""外部系统订阅: outside systems, their secrets, their deliveries, the dead-letter list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import desk
from hall.errors import Conflict, Invalid
from hall.organisation.choices import Role
from hall.organisation.desk import seat
from hall.paging import page_by_key
from hall.requests import DeskRequest

from .. import exchange_queries as queries
from .. import services
from ..choices import DeliveryState
from ..exchange_forms import GiveUpForm, RotateForm, SubscriptionForm
from ..models import Delivery, Subscription
from ..services.subscriptions import MANAGERS


@desk("organisation")
@require_GET
@never_cache
def subscriptions(request: DeskRequest) -> HttpResponse:
    """Every outside system of the place and how its deliveries stand."""
    return render(request, "exchange/subscriptions.html", {"rows": queries.subscriptions(request.officer)})


@desk("organisation")
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: DeskRequest) -> HttpResponse:
    """Subscribe a system. Its secret stands on the page that answers, this once."""
    at = seat(request, *MANAGERS)
    form = SubscriptionForm(at.place, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "active"}
        try:
            made, secret = services.subscribe(at.place, by=request.officer, **facts)
        except Invalid as error:
            form.take_over(error)
        except Conflict as error:
            form.add_error("name", str(error))
        else:
            return _secret(request, made, secret)
    return _form(request, form, None)


@desk("organisation")
@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: DeskRequest, subscription_id: UUID) -> HttpResponse:
    """Change what a system is told."""
    found = _visible(request, subscription_id)
    form = SubscriptionForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_subscription(found.pk, by=request.officer, **form.cleaned_data)
        except Invalid as error:
            form.take_over(error)
        except Conflict as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("已保存"))
            return redirect("exchange:subscription", found.pk)
    return _form(request, form, found)


@desk("organisation")
@require_GET
@never_cache
def subscription(request: DeskRequest, subscription_id: UUID) -> HttpResponse:
    """One system: what it is told, how it fares, its deliveries with every attempt."""
    return _page(request, _visible(request, subscription_id))


@desk("organisation")
@require_POST
def rotate(request: DeskRequest, subscription_id: UUID) -> HttpResponse:
    """A new secret, shown once; the old one stays good for a while."""
    found, form = _visible(request, subscription_id), RotateForm(request.POST)
    if form.is_valid():
        secret = services.rotate_secret(
            found.pk, replaces=form.cleaned_data["replaces"], overlap=form.overlap(), by=request.officer
        )
        return _secret(request, found, secret)
    return _page(request, found, rotate_form=form, status=422)


@desk("organisation")
@require_POST
def redeliver_all(request: DeskRequest, subscription_id: UUID) -> HttpResponse:
    """Everything on the dead-letter list of a system once more."""
    number = services.redeliver_all(_visible(request, subscription_id).pk, by=request.officer)
    messages.success(request, _("%(n)s条已重新排队") % {"n": number})
    return redirect("exchange:subscription", subscription_id)


@desk("organisation")
@require_POST
def redeliver(request: DeskRequest, delivery_id: UUID) -> HttpResponse:
    """One of them."""
    found = _delivery(request, delivery_id)
    services.redeliver(found.pk, by=request.officer)
    messages.success(request, _("已重新排队"))
    return redirect("exchange:subscription", found.subscription_id)


@desk("organisation")
@require_POST
def give_up(request: DeskRequest, delivery_id: UUID) -> HttpResponse:
    """Or never, with the reason."""
    found, form = _delivery(request, delivery_id), GiveUpForm(request.POST)
    if not form.is_valid():
        return _page(request, found.subscription, give_up_form=form, failed=found.pk, status=422)
    services.give_up(found.pk, reason=form.cleaned_data["reason"], by=request.officer)
    messages.success(request, _("已放弃，后面的会继续投递"))
    return redirect("exchange:subscription", found.subscription_id)


def _visible(request: DeskRequest, subscription_id: UUID) -> Subscription:
    found = queries.subscriptions(request.officer).filter(pk=subscription_id).first()
    if found is None:
        raise Http404
    return found


def _delivery(request: DeskRequest, delivery_id: UUID) -> Delivery:
    found = Delivery.objects.filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    found.subscription = _visible(request, found.subscription_id)
    return found


def _form(request: DeskRequest, form: SubscriptionForm, found: Subscription | None) -> HttpResponse:
    context = {
        "form": form,
        "subscription": found,
        "may_name": request.officer.has(Role.MANAGER, jurisdiction=form.place),
    }
    return render(request, "exchange/subscription_form.html", context, status=422 if form.errors else 200)


def _secret(request: DeskRequest, subscription: Subscription, secret: str) -> HttpResponse:
    return render(request, "exchange/secret.html", {"subscription": subscription, "secret": secret})


def _page(request: DeskRequest, found: Subscription, *, status: int = 200, **forms) -> HttpResponse:
    state = request.GET.get("state", "")
    page = page_by_key(request, queries.deliveries(found, state), keys=("-created_at", "-id"), size=30)
    newest = found.secrets.filter(expires_at=None).first()
    context = {
        "subscription": found,
        "page": page,
        "state": state,
        "states": DeliveryState.choices,
        "secrets": found.secrets.all(),
        "rotate_form": forms.get("rotate_form")
        or RotateForm(initial={"hours": 24, "replaces": newest.pk if newest else None}),
        "give_up_form": forms.get("give_up_form") or GiveUpForm(),
        "failed": forms.get("failed"),
    }
    return render(request, "exchange/subscription.html", context, status=status)
