"""Other systems read a project by its code (一码): where it stands, its cases, its time."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets

from hall.api import officer_of, opens

from . import project_queries
from .api import NewestFirst
from .project_models import Project


class ProjectCaseSerializer(serializers.Serializer):
    """One case of a project, without personal data."""

    id = serializers.UUIDField(source="case.pk")
    number = serializers.CharField(source="case.number", allow_null=True)
    matter = serializers.CharField(source="case.version.matter.name")
    state = serializers.CharField(source="case.state")
    outcome = serializers.CharField(source="case.outcome")
    accepted_at = serializers.DateTimeField(source="case.accepted_at", allow_null=True)
    decided_at = serializers.DateTimeField(source="case.decided_at", allow_null=True)
    awaits_result = serializers.BooleanField(source="case.awaits_result")
    turn_at = serializers.DateTimeField(source="case.turn_at", allow_null=True)


class ProjectTimeSerializer(serializers.Serializer):
    """One limit of the whole: the days allowed, those that have counted, and the date."""

    kind = serializers.CharField(source="clock.kind")
    limit = serializers.IntegerField(source="used.limit.value")
    unit = serializers.CharField(source="used.limit.unit")
    counted = serializers.IntegerField(source="used.counted")
    due_at = serializers.DateTimeField(source="clock.due_at", allow_null=True)
    state = serializers.CharField(source="clock.state")


class ProjectSerializer(serializers.ModelSerializer):
    """A project without personal data."""

    scheme = serializers.CharField(source="scheme.name", read_only=True)
    stage = serializers.CharField(source="stage.name", read_only=True, default="")
    green_channel = serializers.BooleanField(source="is_green", read_only=True)
    cases = serializers.SerializerMethodField()
    time = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = (
            "id",
            "code",
            "name",
            "scheme",
            "nature",
            "investment",
            "address",
            "territory",
            "state",
            "stage",
            "green_channel",
            "created_at",
            "ended_at",
            "cases",
            "time",
        )

    @extend_schema_field(ProjectCaseSerializer(many=True))
    def get_cases(self, project: Project) -> Any:
        """The cases of the project, oldest first."""
        return ProjectCaseSerializer(project_queries.lines_of(project), many=True).data

    @extend_schema_field(ProjectTimeSerializer(many=True))
    def get_time(self, project: Project) -> Any:
        """The promise of the whole and the limit of the law, with the days used up."""
        return ProjectTimeSerializer(project_queries.timed(project), many=True).data


class ProjectViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Projects of the officer's places and departments, by their code."""

    serializer_class = ProjectSerializer
    permission_classes = (opens("staff"),)
    pagination_class = NewestFirst
    lookup_field = "code"
    lookup_value_regex = "[0-9-]{10,40}"
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        visible = Project.objects.visible_to(officer_of(self.request)).exclude(code="")
        return visible.select_related("scheme", "stage")
