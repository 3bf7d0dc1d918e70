"""Addresses of the exchange between approval and supervision (审管互动)."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from .exchange_api import PushViewSet
from .views import duties, exchange, subscriptions

app_name = "exchange"
router = SimpleRouter()
router.register("exchange/pushes", PushViewSet, basename="api-push")
urlpatterns = [
    path("exchange/", exchange.inbox, name="inbox"),
    path("exchange/sign/", exchange.acknowledge_many, name="acknowledge_many"),
    path("exchange/advice/", exchange.advice, name="advice"),
    path("exchange/<uuid:push_id>/", exchange.push, name="push"),
    path("exchange/<uuid:push_id>/sign/", exchange.acknowledge, name="acknowledge"),
    path("exchange/<uuid:push_id>/notes/", exchange.add_note, name="add_note"),
    path("exchange/notes/<uuid:note_id>/", exchange.note, name="note"),
    path("exchange/notes/<uuid:note_id>/answer/", exchange.answer_advice, name="answer_advice"),
    path("cases/<uuid:case_id>/exchange/", exchange.case_panel, name="case_panel"),
    path("cases/<uuid:case_id>/holder/", exchange.holder_mark, name="holder_mark"),
    path("manage/duties/", duties.duties, name="duties"),
    path("manage/duties/<int:matter_id>/", duties.duty, name="duty"),
    path("manage/duties/<int:matter_id>/<int:department_id>/release/", duties.release, name="release"),
    path("manage/exchange/", subscriptions.subscriptions, name="subscriptions"),
    path("manage/exchange/new/", subscriptions.new, name="new_subscription"),
    path("manage/exchange/<uuid:subscription_id>/", subscriptions.subscription, name="subscription"),
    path("manage/exchange/<uuid:subscription_id>/edit/", subscriptions.edit, name="edit_subscription"),
    path("manage/exchange/<uuid:subscription_id>/secret/", subscriptions.rotate, name="rotate"),
    path(
        "manage/exchange/<uuid:subscription_id>/redeliver/", subscriptions.redeliver_all, name="redeliver_all"
    ),
    path(
        "manage/exchange/deliveries/<uuid:delivery_id>/redeliver/", subscriptions.redeliver, name="redeliver"
    ),
    path("manage/exchange/deliveries/<uuid:delivery_id>/give-up/", subscriptions.give_up, name="give_up"),
    path("api/v1/", include(router.urls)),
]
