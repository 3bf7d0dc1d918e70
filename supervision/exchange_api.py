"""Systems of supervising departments sign for pushes and push supervision information back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiWebhook, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from hall.api import officer_of, opens
from hall.errors import Invalid
from hall.files import services as files
from hall.organisation.officers import Officer

from . import exchange_queries as queries
from . import services
from .choices import MessageKind, NoteKind
from .exchange_auth import OutsideSystem, SignedBySystem
from .models import Push, Subscription
from .services.once import once
from .services.payload import conditions, holder
from .services.signing import request_content

_MORE = ("case__enterprise", "case__decision", "case__certificate")


class HolderSerializer(serializers.Serializer):
    """Who holds the decision. A person is masked; document numbers only by a subscription's basis in law."""

    kind = serializers.ChoiceField(choices=["person", "enterprise"])
    name = serializers.CharField()
    uscc = serializers.CharField(required=False)
    id_type = serializers.CharField(required=False)
    id_number = serializers.CharField(required=False)


class PushSerializer(serializers.ModelSerializer):
    """One push in the inbox of a supervising department."""

    kind = serializers.ChoiceField(choices=MessageKind.choices, source="message.kind", read_only=True)
    case_number = serializers.CharField(source="case.number", read_only=True)
    matter = serializers.CharField(source="case.version.matter.name", read_only=True)
    decided_by = serializers.CharField(source="case.version.department.name", read_only=True)
    department = serializers.CharField(source="department.name", read_only=True)
    happened_at = serializers.DateTimeField(source="message.happened_at", read_only=True)
    holder = serializers.SerializerMethodField()
    certificate = serializers.SerializerMethodField()
    conditions = serializers.SerializerMethodField()

    class Meta:
        model = Push
        fields = (
            "id",
            "kind",
            "state",
            "case_number",
            "matter",
            "decided_by",
            "department",
            "holder",
            "certificate",
            "conditions",
            "happened_at",
            "pushed_at",
            "acknowledged_at",
            "receipt",
        )

    @extend_schema(responses=HolderSerializer)
    def get_holder(self, push: Push) -> dict[str, str]:
        return holder(push.case, in_full=False)

    def get_certificate(self, push: Push) -> str:
        issued = push.message.certificate or getattr(push.case, "certificate", None)
        return issued.number if issued else ""

    def get_conditions(self, push: Push) -> str:
        return conditions(push.case)


class ReceiptSerializer(serializers.Serializer):
    """Under which number the department's system took it in."""

    receipt = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class AttachmentSerializer(serializers.Serializer):
    """A document, in the request so that its signature covers it."""

    name = serializers.CharField(max_length=200)
    content = serializers.CharField(help_text="base64")

    def validate_content(self, value: str) -> bytes:
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise serializers.ValidationError(_("不是base64")) from None


class NoteSerializer(serializers.Serializer):
    """监管信息 that is pushed back."""

    kind = serializers.ChoiceField(choices=NoteKind.choices)
    text = serializers.CharField(max_length=4000)
    happened_on = serializers.DateField()
    document_number = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    attachment = AttachmentSerializer(required=False)


class NoteTakenSerializer(serializers.Serializer):
    """What was taken in."""

    id = serializers.UUIDField()
    state = serializers.CharField(help_text="of the push")


class Newest(CursorPagination):
    """Newest first."""

    ordering = ("-pushed_at", "-id")


class IsParty(BasePermission):
    """The system of a supervising department, or an officer at the exchange's desk."""

    message = _("您的岗位不能使用这个接口")

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.user, OutsideSystem):
            return request.user.subscription.department_id is not None
        return opens("exchange")().has_permission(request, view)


class PushViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What was pushed to the caller's department: list, sign for it, push supervision information back.

    A system signs each request; the same `webhook-id` again gets the first answer and does nothing twice.
    """

    serializer_class = PushSerializer
    authentication_classes = (SignedBySystem, SessionAuthentication)
    permission_classes = (IsParty,)
    pagination_class = Newest
    filterset_fields = ("state",)
    queryset = Push.objects.none()

    def get_queryset(self) -> QuerySet[Push]:
        user: Any = self.request.user
        if isinstance(user, OutsideSystem):
            department = user.subscription.department_id
            found = queries.pushes_of_department(department) if department else Push.objects.none()
        else:
            found = queries.pushes(officer_of(self.request))
        return found.select_related(*_MORE)

    @extend_schema(request=ReceiptSerializer, responses=PushSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """签收."""
        push, told = self.get_object(), self._read(ReceiptSerializer)

        def do() -> tuple[int, dict[str, Any]]:
            services.acknowledge(push.pk, by=self._party(), receipt=told["receipt"])
            return 200, self._shown(push)

        return self._once(do)

    @extend_schema(request=NoteSerializer, responses={201: NoteTakenSerializer})
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, pk: str) -> Response:
        """反馈监管信息."""
        push, told = self.get_object(), self._read(NoteSerializer)
        attachment = told.pop("attachment", None)

        def do() -> tuple[int, dict[str, Any]]:
            stored = self._store(attachment) if attachment else None
            note = services.add_note(push.pk, by=self._party(), file_id=stored, **told)
            return 201, {"id": str(note.pk), "state": note.push.state}

        return self._once(do)

    def _party(self) -> Officer | Subscription:
        user: Any = self.request.user
        return user.subscription if isinstance(user, OutsideSystem) else officer_of(self.request)

    def _once(self, do: Callable[[], tuple[int, dict[str, Any]]]) -> Response:
        user: Any = self.request.user
        if isinstance(user, OutsideSystem):
            request = self.request
            content = request_content(request.method or "", request.get_full_path(), request.body)
            status, answer = once(user.subscription, user.request_id, content, do)
        else:
            status, answer = do()
        return Response(answer, status=status)

    def _store(self, attachment: dict[str, Any]) -> Any:
        user: Any = self.request.user
        owner = None if isinstance(user, OutsideSystem) else user
        try:
            return files.store(SimpleUploadedFile(attachment["name"], attachment["content"]), owner).pk
        except Invalid as error:
            raise Invalid(str(error), fields={"attachment": [str(error)]}) from None

    def _shown(self, push: Push) -> dict[str, Any]:
        fresh = self.get_queryset().get(pk=push.pk)
        shown: dict[str, Any] = json.loads(json.dumps(PushSerializer(fresh).data, default=str))
        return shown

    def _read(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        read = serializer(data=self.request.data)
        read.is_valid(raise_exception=True)
        return read.validated_data


# -- What the hall itself sends -----------------------------------------------------------------------------


class ToldPlaceSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class ToldCaseSerializer(serializers.Serializer):
    number = serializers.CharField()
    matter = serializers.CharField()
    matter_code = serializers.CharField()
    project_code = serializers.CharField(allow_blank=True)


class ToldDecisionSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=["granted", "refused"])
    decided_at = serializers.DateTimeField()
    department = serializers.CharField()
    department_uscc = serializers.CharField(allow_blank=True)
    conditions = serializers.CharField(allow_blank=True)


class ToldCertificateSerializer(serializers.Serializer):
    number = serializers.CharField()
    name = serializers.CharField()
    issued_on = serializers.DateField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    superseded_by = serializers.CharField(allow_null=True)


class DecisionMessageSerializer(serializers.Serializer):
    """The body of a webhook, version 1. New fields may be added; none changes its meaning."""

    version = serializers.IntegerField()
    type = serializers.ChoiceField(choices=[f"decision.{kind}" for kind in MessageKind.values])
    message = serializers.CharField(help_text="the same for every system that is told")
    push = serializers.UUIDField(allow_null=True, help_text="what the department's own system may sign for")
    sequence = serializers.IntegerField(help_text="order of the messages of one case")
    occurred_at = serializers.DateTimeField()
    place = ToldPlaceSerializer()
    case = ToldCaseSerializer()
    decision = ToldDecisionSerializer()
    certificate = ToldCertificateSerializer(allow_null=True)
    holder = HolderSerializer()


class ReceivedSerializer(serializers.Serializer):
    """The answer; the receipt signs for the push where that was agreed."""

    receipt = serializers.CharField(required=False)


decision_webhook = OpenApiWebhook(
    name="decision",
    decorator=extend_schema(
        operation_id="decision_webhook",
        summary="A decision, or a later change of it",
        description="POST to the address of each subscription, signed by the Standard Webhooks scheme: "
        "webhook-id, webhook-timestamp and webhook-signature (`v1,` and base64 of HMAC-SHA256 over "
        "`id.timestamp.body`). Any 2xx is a receipt; anything else is tried again. See docs/exchange.md.",
        tags=["webhooks"],
        request=DecisionMessageSerializer,
        responses={200: ReceivedSerializer},
    ),
)
