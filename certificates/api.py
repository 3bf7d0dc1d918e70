"""What other systems ask: is this certificate genuine?"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from . import services
from .throttle import Busy, too_often
from .views.verify import MOST, SECONDS


class VerificationSerializer(serializers.Serializer):
    """The answer to a check, with as little as proves it."""

    state = serializers.ChoiceField(choices=["valid", "expired", "superseded", "revoked"])
    state_text = serializers.CharField(source="label")
    name = serializers.CharField()
    number = serializers.CharField()
    holder = serializers.CharField(help_text="masked for natural persons")
    issuer = serializers.CharField()
    issued_on = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField(help_text="of the PDF; empty while it is not drawn", allow_blank=True)
    demonstration = serializers.BooleanField()


class VerifyView(APIView):
    """GET /api/v1/certificates/{code}/: state and minimum data of a certificate; each check is logged."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(operation_id="verify_certificate", responses=VerificationSerializer)
    def get(self, request: Request, code: str) -> Response:
        if too_often(request, "verify", most=MOST, seconds=SECONDS):
            raise Busy
        found = services.verify(code)
        if found is None:
            raise NotFound
        return Response(VerificationSerializer(found).data)
