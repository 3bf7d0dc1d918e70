"""How an outside system proves who it is: its own signature over each request (see docs/exchange.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from hall.now import real_now

from .models import Subscription
from .services.signing import WINDOW, is_signed, request_content
from .services.subscriptions import secrets_in_force

MOST_BODY = 5 * 1024 * 1024


@dataclass(frozen=True)
class OutsideSystem:
    """Who asks, where a person would stand."""

    subscription: Subscription
    request_id: str
    is_authenticated: bool = True


class SignedBySystem(BaseAuthentication):
    """Headers `webhook-subscription`, `webhook-id`, `webhook-timestamp`, `webhook-signature`.

    Signed is `id.timestamp.METHOD path.body`, with the secret of the subscription; the path with its query
    string. A request older or newer than five minutes is refused.
    """

    def authenticate(self, request: Request) -> tuple[OutsideSystem, None] | None:
        given = request.headers.get("webhook-signature")
        if not given:
            return None
        subscription = self._subscription(request.headers.get("webhook-subscription", ""))
        request_id, told = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if not request_id or len(request_id) > 100 or not told.isdigit() or len(told) > 12:
            raise AuthenticationFailed(_("缺少签名的编号或者时间"))
        if abs(real_now().timestamp() - int(told)) > WINDOW:
            raise AuthenticationFailed(_("签名时间与本系统相差超过5分钟"))
        path = request.get_full_path()
        content = request_content(request.method or "", path, request.body)
        if not is_signed(secrets_in_force(subscription), request_id, int(told), content, given):
            raise AuthenticationFailed(_("签名不对"))
        return OutsideSystem(subscription, request_id), None

    def authenticate_header(self, request: Request) -> str:
        return "Signature"

    @staticmethod
    def _subscription(text: str) -> Subscription:
        try:
            pk = UUID(text)
        except ValueError:
            raise AuthenticationFailed(_("签名不对")) from None
        found = Subscription.objects.select_related("department", "jurisdiction").filter(pk=pk, active=True)
        subscription = found.first()
        if subscription is None:
            raise AuthenticationFailed(_("签名不对"))
        return subscription


class SignedBySystemScheme(OpenApiAuthenticationExtension):
    """How the scheme stands in the description of the API."""

    target_class = SignedBySystem
    name = "outsideSystem"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "webhook-signature",
            "description": "HMAC-SHA256 over `id.timestamp.METHOD path.body` with the subscription's secret,"
            " `v1,` and base64; with the headers webhook-subscription, webhook-id and webhook-timestamp.",
        }
