"""Other systems read cases, and the desk's verdicts can be given from them. The verbs are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from hall.api import officer_of, opens

from . import evidence, queries, services, timeline
from .choices import CheckResult, RefusalGround
from .models import Application, CaseMaterial


class CaseSerializer(serializers.ModelSerializer):
    """A case without personal data: what it is, where it stands, when what happened."""

    matter = serializers.CharField(source="version.matter.name", read_only=True)
    implementation_code = serializers.CharField(source="version.matter.implementation_code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    department = serializers.CharField(source="version.department.name", read_only=True)
    hall = serializers.CharField(source="hall.name", read_only=True, default="")

    class Meta:
        model = Application
        fields = (
            "id",
            "number",
            "matter",
            "implementation_code",
            "version",
            "department",
            "hall",
            "channel",
            "state",
            "outcome",
            "accepted_how",
            "submitted_at",
            "received_at",
            "accepted_at",
            "decided_at",
            "ready_at",
            "delivered_at",
            "ended_at",
            "visits",
        )


class TraceSerializer(serializers.Serializer):
    """One step of the trace, as the applicant may read it."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField()


class CaseMaterialSerializer(serializers.Serializer):
    """A material of a case: whether it is asked for at all, and what stands in for it."""

    code = serializers.CharField(source="material.code")
    name = serializers.CharField(source="material.name")
    verdict = serializers.CharField()
    demanded = serializers.BooleanField(source="material.demanded")
    obtained_from = serializers.CharField(source="material.shared_source")
    certificate = serializers.CharField(source="stands_in.number", default="")
    checked = serializers.SerializerMethodField()

    def get_checked(self, row: CaseMaterial) -> str:
        """The result of the last check by a department; empty if there was none."""
        return row.shared_checked[-1].result if row.shared_checked else ""


class CheckSerializer(serializers.Serializer):
    """How a department obtained or checked a material itself (部门核查)."""

    code = serializers.CharField(max_length=20)
    result = serializers.ChoiceField(choices=CheckResult.choices)
    reference = serializers.CharField(required=False, default="", max_length=80, allow_blank=True)
    note = serializers.CharField(required=False, default="", max_length=300, allow_blank=True)


class PledgeSerializer(serializers.Serializer):
    """A document promised for later (容缺)."""

    code = serializers.CharField(max_length=20)
    days = serializers.IntegerField(min_value=1, max_value=99)
    promise = serializers.CharField(required=False, default="", max_length=500, allow_blank=True)


class AcceptSerializer(serializers.Serializer):
    """Acceptance, with the promises of what is missing, and answers about the situation (情形)."""

    answers = serializers.DictField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="by the keys of the guiding questions; those given before stay as they are",
    )
    deferrals = PledgeSerializer(many=True, required=False, default=list)


class RefusalSerializer(serializers.Serializer):
    """Why an application is not accepted."""

    ground = serializers.ChoiceField(choices=RefusalGround.choices)
    reason = serializers.CharField(max_length=1000)
    right_organ = serializers.CharField(required=False, default="", max_length=100, allow_blank=True)


class NewestFirst(CursorPagination):
    """Newest cases first."""

    ordering = ("-created_at", "id")


class CaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Cases of the officer's halls and places."""

    serializer_class = CaseSerializer
    permission_classes = (opens("staff"),)
    pagination_class = NewestFirst
    filterset_fields = ("state", "number")
    queryset = Application.objects.none()

    def get_queryset(self) -> QuerySet[Application]:
        visible = Application.objects.visible_to(officer_of(self.request))
        return visible.select_related("version__matter", "version__department", "hall")

    def get_permissions(self) -> Sequence[Any]:
        """Verdicts are the desk's; reading is for whoever sees the case."""
        if self.action in ("accept", "refuse", "check"):
            return [opens("desk")()]
        return super().get_permissions()

    @extend_schema(responses=TraceSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_fields=())
    def timeline(self, request: Request, pk: str) -> Response:
        """What happened to the case, newest first, in the words for the applicant."""
        steps = timeline.for_public(self.get_object().pk)
        return Response(TraceSerializer(steps, many=True).data)

    @extend_schema(responses=CaseMaterialSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_fields=())
    def materials(self, request: Request, pk: str) -> Response:
        """The materials of the case; what the government obtains itself is not demanded."""
        return self._materials_of(self.get_object())

    @extend_schema(request=CheckSerializer, responses=CaseMaterialSerializer(many=True))
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Write down how a department obtained or checked a material itself."""
        sent = _checked(CheckSerializer, request)
        case = self.get_object()
        services.record_check(case.pk, sent.pop("code"), by=officer_of(request), **sent)
        return self._materials_of(case)

    def _materials_of(self, case: Application) -> Response:
        rows = queries.materials_of(case)
        evidence.dress(case, rows, offering=False)
        return Response(CaseMaterialSerializer(rows, many=True).data)

    @extend_schema(request=AcceptSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """受理, with 容缺 promises where documents are missing."""
        sent = _checked(AcceptSerializer, request)
        pledges = [services.Pledge(**each) for each in sent["deferrals"]]
        case, officer = self.get_object(), officer_of(request)
        with transaction.atomic():
            if given := sent.get("answers"):
                services.keep_at_desk(case.pk, answers={**case.answers, **given}, by=officer)
            services.accept(case.pk, by=officer, deferrals=pledges)
        return self._told(pk)

    @extend_schema(request=RefusalSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """不予受理."""
        sent = _checked(RefusalSerializer, request)
        services.refuse_acceptance(self.get_object().pk, by=officer_of(request), **sent)
        return self._told(pk)

    def _told(self, pk: str) -> Response:
        return Response(CaseSerializer(self.get_queryset().get(pk=pk)).data)


def _checked(kind: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
