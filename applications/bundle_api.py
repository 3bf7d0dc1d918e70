"""Other systems read bundles in hand: where each part stands, and the one date."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets

from hall.api import officer_of, opens

from . import bundle_queries
from .api import NewestFirst
from .bundle_models import BundleCase


class BundlePartSerializer(serializers.Serializer):
    """One part of a bundle in hand."""

    code = serializers.CharField(source="row.part.code")
    matter = serializers.CharField(source="name")
    state = serializers.CharField(source="row.state")
    case = serializers.UUIDField(source="row.case_id", allow_null=True)
    case_state = serializers.CharField(source="row.case.state", default="")
    outcome = serializers.CharField(source="row.case.outcome", default="")


class BundleCaseSerializer(serializers.ModelSerializer):
    """A bundle in hand without personal data."""

    bundle = serializers.CharField(source="version.bundle.name", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    hall = serializers.CharField(source="hall.name", read_only=True, default="")
    parts = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()

    class Meta:
        model = BundleCase
        fields = (
            "id",
            "number",
            "bundle",
            "version",
            "hall",
            "channel",
            "state",
            "singly",
            "received_at",
            "accepted_at",
            "ready_at",
            "delivered_at",
            "ended_at",
            "due_at",
            "parts",
        )

    @extend_schema_field(BundlePartSerializer(many=True))
    def get_parts(self, bundle: BundleCase) -> Any:
        return BundlePartSerializer(bundle_queries.part_lines(bundle), many=True).data

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, bundle: BundleCase) -> Any:
        clock = bundle_queries.own_clock(bundle)
        return clock.due_at if clock else None


class BundleCaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Bundles of the officer's halls and places."""

    serializer_class = BundleCaseSerializer
    permission_classes = (opens("staff"),)
    pagination_class = NewestFirst
    filterset_fields = ("state", "number")
    queryset = BundleCase.objects.none()

    def get_queryset(self) -> QuerySet[BundleCase]:
        visible = BundleCase.objects.visible_to(officer_of(self.request))
        return visible.select_related("version__bundle", "hall")
