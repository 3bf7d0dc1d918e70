"""Department systems exchange tasks, opinions and decisions with the hall."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from applications.choices import Outcome
from hall.api import officer_of, opens
from hall.organisation.models import Department
from hall.people.models import User

from . import services
from .choices import OpinionVerdict
from .models import Opinion, Task
from .services.consolidating import to_be_treated


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
    competent: Any = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Department.objects.none(),
        required=False,
        help_text="with `not_ours`: the code of the department of the same place whose matter it is",
    )

    def __init__(self, *args: Any, place: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        competent: Any = self.fields["competent"]
        competent.queryset = Department.objects.filter(jurisdiction=place)


class SignedOpinionSerializer(serializers.ModelSerializer):
    """A department's opinion, as it stands."""

    competent: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = Opinion
        fields = (
            "verdict",
            "reasons",
            "conditions",
            "legal_basis",
            "competent",
            "on_behalf",
            "late",
            "given_at",
        )


class DecisionSerializer(serializers.Serializer):
    """The decision of the deciding organ."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reasons = serializers.CharField(required=False, default="", max_length=4000, allow_blank=True)
    conditions = serializers.CharField(required=False, default="", max_length=2000, allow_blank=True)
    result = serializers.DictField(child=serializers.CharField(max_length=500), required=False, default=dict)


class ReturnSerializer(serializers.Serializer):
    """Why a task goes back to the front desk."""

    reasons = serializers.CharField(max_length=2000)


class WhySerializer(serializers.Serializer):
    """Why something is recalled or taken back."""

    reason = serializers.CharField(max_length=300)


class HandOverSerializer(serializers.Serializer):
    """Who takes the task, by account name, and why."""

    to = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True))
    reason = serializers.CharField(max_length=300)


class UnsignedSerializer(serializers.Serializer):
    """Why a co-signing organ does not sign, and by what law."""

    reasons = serializers.CharField(max_length=2000)
    legal_basis = serializers.CharField(max_length=300)


class TreatmentSerializer(serializers.Serializer):
    """Is a condition or objection adopted, and if not, why? `task` is whose opinion it is."""

    task = serializers.UUIDField()
    adopted = serializers.BooleanField()
    reason = serializers.CharField(required=False, default="", max_length=1000, allow_blank=True)


class ConsolidationSerializer(serializers.Serializer):
    """审查意见汇总, with an answer to every condition and objection."""

    text = serializers.CharField(max_length=4000)
    treatments = TreatmentSerializer(many=True, required=False, default=list)


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
        """签署意见; `not_ours` names whose matter it is, and waits for a ruling."""
        task = self.get_object()
        told = self._read(OpinionSerializer, place=task.case.jurisdiction_id)
        competent = told.pop("competent", None)
        if told["verdict"] == OpinionVerdict.NOT_OURS:
            if competent is None:
                raise serializers.ValidationError({"competent": [_("请写明应由哪个部门办理")]})
            told = {name: told[name] for name in ("reasons", "legal_basis")}
            opinion = services.disclaim(task.pk, competent=competent, by=officer_of(request), **told)
        else:
            opinion = services.give_opinion(task.pk, by=officer_of(request), **told)
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

    @extend_schema(request=WhySerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"], url_path="recall-return")
    def recall_return(self, request: Request, pk: str) -> Response:
        """撤回退回: as long as the front desk has not sent it again."""
        told = self._read(WhySerializer)
        return self._told(services.recall_return(self.get_object().pk, by=officer_of(request), **told))

    @extend_schema(request=HandOverSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """转交, by who holds it."""
        told = self._read(HandOverSerializer)
        return self._told(services.hand_over(self.get_object().pk, by=officer_of(request), **told))

    @extend_schema(request=HandOverSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def reassign(self, request: Request, pk: str) -> Response:
        """指派, by the head of the department."""
        told = self._read(HandOverSerializer)
        return self._told(services.reassign(self.get_object().pk, by=officer_of(request), **told))

    @extend_schema(request=ConsolidationSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def consolidate(self, request: Request, pk: str) -> Response:
        """汇总审查意见, by the lead department."""
        task, told = self.get_object(), self._read(ConsolidationSerializer)
        answers = {
            each["task"]: services.Adoption(each["adopted"], each["reason"]) for each in told["treatments"]
        }
        treatments = {
            opinion.pk: answers[opinion.task_id]
            for opinion in to_be_treated(task.case)
            if opinion.task_id in answers
        }
        by = officer_of(request)
        services.consolidate(task.pk, text=told["text"], treatments=treatments, by=by)
        return self._told(self.get_object())

    @extend_schema(request=DecisionSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"], url_path="lay-text")
    def lay_text(self, request: Request, pk: str) -> Response:
        """签署决定文本并送会签."""
        told = self._read(DecisionSerializer)
        return self._told(services.lay_text(self.get_object().pk, by=officer_of(request), **told).task)

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def countersign(self, request: Request, pk: str) -> Response:
        """会签."""
        return self._told(services.sign_text(self.get_object().pk, by=officer_of(request)).task)

    @extend_schema(request=UnsignedSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"], url_path="refuse-countersign")
    def refuse_countersign(self, request: Request, pk: str) -> Response:
        """不予会签."""
        told = self._read(UnsignedSerializer)
        services.refuse_text(self.get_object().pk, by=officer_of(request), **told)
        return self._told(self.get_object())

    def _read(self, serializer: type[serializers.Serializer], **how: Any) -> dict[str, Any]:
        read = serializer(data=self.request.data, **how)
        read.is_valid(raise_exception=True)
        return read.validated_data

    def _told(self, task: Task) -> Response:
        return Response(TaskSerializer(task).data)
