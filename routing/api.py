"""Department systems exchange tasks, opinions and decisions with the hall."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from applications.choices import Outcome
from hall.api import officer_of, opens

from . import services
from .choices import OpinionVerdict
from .models import Opinion, Task


class TaskSerializer(serializers.ModelSerializer):
    """A department's task. The applicant is named only as far as the task needs."""

    case_number = serializers.CharField(source="case.number", read_only=True)
    matter = serializers.CharField(source="case.version.matter.name", read_only=True)
    applicant = serializers.CharField(source="case.applicant_name", read_only=True)
    department = serializers.CharField(source="department.name", read_only=True)
    silent_consent = serializers.BooleanField(source="may_be_silent", read_only=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "case_number",
            "matter",
            "applicant",
            "department",
            "stage",
            "kind",
            "decides",
            "state",
            "silent_consent",
            "opened_at",
            "received_at",
            "due_at",
            "finished_at",
        )


class OpinionSerializer(serializers.Serializer):
    """A department's opinion, as it is sent in."""

    verdict = serializers.ChoiceField(choices=OpinionVerdict.choices)
    reasons = serializers.CharField(required=False, default="", max_length=4000, allow_blank=True)
    conditions = serializers.CharField(required=False, default="", max_length=2000, allow_blank=True)
    legal_basis = serializers.CharField(required=False, default="", max_length=300, allow_blank=True)


class SignedOpinionSerializer(serializers.ModelSerializer):
    """A department's opinion, as it stands."""

    class Meta:
        model = Opinion
        fields = ("verdict", "reasons", "conditions", "legal_basis", "late", "given_at")


class DecisionSerializer(serializers.Serializer):
    """The decision of the deciding organ."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reasons = serializers.CharField(required=False, default="", max_length=4000, allow_blank=True)
    conditions = serializers.CharField(required=False, default="", max_length=2000, allow_blank=True)
    result = serializers.DictField(child=serializers.CharField(max_length=500), required=False, default=dict)


class ReturnSerializer(serializers.Serializer):
    """Why a task goes back to the front desk."""

    reasons = serializers.CharField(max_length=2000)


class ByUrgency(CursorPagination):
    """Nearest due date first."""

    ordering = ("due_at", "id")


class TaskViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Live tasks of the officer's departments, and what is done to them."""

    serializer_class = TaskSerializer
    permission_classes = (opens("review"),)
    pagination_class = ByUrgency
    queryset = Task.objects.none()

    def get_queryset(self) -> QuerySet[Task]:
        tasks = Task.objects.visible_to(officer_of(self.request))
        if self.action == "list":
            tasks = tasks.live()
        return tasks.select_related("case__version__matter", "department", "step")

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """签收."""
        return self._told(services.sign_for(self.get_object().pk, by=officer_of(request)))

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """认领."""
        return self._told(services.claim(self.get_object().pk, by=officer_of(request)))

    @extend_schema(request=OpinionSerializer, responses=SignedOpinionSerializer)
    @action(detail=True, methods=["post"])
    def opinion(self, request: Request, pk: str) -> Response:
        """签署意见."""
        opinion = services.give_opinion(
            self.get_object().pk, by=officer_of(request), **self._read(OpinionSerializer)
        )
        return Response(SignedOpinionSerializer(opinion).data, status=201)

    @extend_schema(request=DecisionSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """作出决定."""
        decision = services.decide(
            self.get_object().pk, by=officer_of(request), **self._read(DecisionSerializer)
        )
        return self._told(decision.task)

    @extend_schema(request=ReturnSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, pk: str) -> Response:
        """退回前台."""
        task = services.return_to_front(
            self.get_object().pk, by=officer_of(request), **self._read(ReturnSerializer)
        )
        return self._told(task)

    def _read(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        read = serializer(data=self.request.data)
        read.is_valid(raise_exception=True)
        return read.validated_data

    def _told(self, task: Task) -> Response:
        return Response(TaskSerializer(task).data)
