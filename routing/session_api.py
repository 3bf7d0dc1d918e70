"""Department systems read the joint sessions that concern them."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from hall.api import officer_of, opens

from .models import AgendaItem, BroughtTask, Convened, JointSession


class AgendaSerializer(serializers.ModelSerializer):
    """One case on the agenda."""

    case_number = serializers.CharField(source="case.number", read_only=True)
    matter = serializers.CharField(source="case.version.matter.name", read_only=True)

    class Meta:
        model = AgendaItem
        fields = ("order", "case_number", "matter", "conclusion")


class BroughtSerializer(serializers.ModelSerializer):
    """A task that the department brings."""

    task = serializers.UUIDField(source="task_id", read_only=True)
    case_number = serializers.CharField(source="item.case.number", read_only=True)

    class Meta:
        model = BroughtTask
        fields = ("task", "case_number")


class ConvenedSerializer(serializers.ModelSerializer):
    """One convened department."""

    department = serializers.CharField(source="department.name", read_only=True)
    brought = BroughtSerializer(many=True, read_only=True)

    class Meta:
        model = Convened
        fields = ("department", "noticed_at", "attendance", "signed_in_at", "brought")


class SessionSerializer(serializers.ModelSerializer):
    """A joint session, for lists."""

    convenor = serializers.CharField(source="convenor.name", read_only=True)
    chair = serializers.CharField(source="chair.name", read_only=True)

    class Meta:
        model = JointSession
        fields = (
            "id",
            "kind",
            "title",
            "venue",
            "starts_at",
            "ends_at",
            "sign_in_until",
            "state",
            "sequence",
            "convenor",
            "chair",
            "noticed_at",
            "ended_at",
        )


_LISTED = SessionSerializer.Meta.fields


class WholeSessionSerializer(SessionSerializer):
    """A joint session with its agenda, its departments, and its minutes once it was held."""

    agenda = AgendaSerializer(many=True, read_only=True)
    convened = ConvenedSerializer(many=True, read_only=True)

    class Meta:
        model = JointSession
        fields = (*_LISTED, "agenda", "convened", "minutes", "summary", "reason")


class ByDay(CursorPagination):
    """Latest first."""

    ordering = ("-starts_at", "-id")


class SessionViewSet(viewsets.ReadOnlyModelViewSet):
    """Joint sessions to which the officer's departments are convened, or that they watch over."""

    permission_classes = (opens("sessions"),)
    pagination_class = ByDay
    queryset = JointSession.objects.none()

    def get_serializer_class(self) -> type[serializers.ModelSerializer]:
        return SessionSerializer if self.action == "list" else WholeSessionSerializer

    def get_queryset(self) -> QuerySet[JointSession]:
        sessions = JointSession.objects.visible_to(officer_of(self.request)).select_related(
            "convenor", "chair"
        )
        if self.action == "list":
            return sessions
        return sessions.prefetch_related(
            "agenda__case__version__matter", "convened__department", "convened__brought__item__case"
        )
