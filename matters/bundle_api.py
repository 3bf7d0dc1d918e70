"""Reading bundles (一件事) by API: what is in force, with its parts, its joint form and its one promise."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, pagination, permissions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from . import bundles
from .models import Bundle, BundleVersion


class BundlePartRowSerializer(serializers.Serializer):
    """One matter of a bundle."""

    code = serializers.CharField()
    matter = serializers.CharField(source="name")
    short_code = serializers.CharField(source="row.matter.short_code")
    after = serializers.ListField(source="row.after", child=serializers.CharField())
    opens_when = serializers.CharField(source="row.opens_when")
    sinks = serializers.BooleanField(source="row.sinks")


class BundleSerializer(serializers.ModelSerializer):
    """A bundle in a list."""

    place = serializers.CharField(source="jurisdiction.slug")
    department = serializers.CharField(source="department.code")
    version = serializers.SerializerMethodField()
    promised_days = serializers.SerializerMethodField()

    class Meta:
        model = Bundle
        fields = (
            "short_code",
            "code",
            "name",
            "aliases",
            "place",
            "department",
            "version",
            "promised_days",
            "is_demo",
        )

    def _current(self, bundle: Bundle) -> BundleVersion:
        return bundle.current[0]  # type: ignore[attr-defined]  # set by the view's queryset

    def get_version(self, bundle: Bundle) -> int:
        return self._current(bundle).number

    def get_promised_days(self, bundle: Bundle) -> int:
        return self._current(bundle).promised_value


class WholeBundleSerializer(BundleSerializer):
    """A bundle with its parts, one guidance and one form."""

    parts = serializers.SerializerMethodField()
    questions = serializers.SerializerMethodField()
    form_fields = serializers.SerializerMethodField()
    basis = serializers.SerializerMethodField()

    class Meta:
        model = Bundle
        fields = (*BundleSerializer.Meta.fields, "basis", "parts", "questions", "form_fields")

    @extend_schema_field(BundlePartRowSerializer(many=True))
    def get_parts(self, bundle: Bundle) -> Any:
        return BundlePartRowSerializer(self._whole(bundle).members, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_questions(self, bundle: Bundle) -> Any:
        return [entry.item for entry in self._whole(bundle).questions]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_form_fields(self, bundle: Bundle) -> Any:
        whole = self._whole(bundle)
        return [{**entry.item, "parts": [code for code, _key in entry.parts]} for entry in whole.fields]

    def get_basis(self, bundle: Bundle) -> str:
        return self._current(bundle).basis

    def _whole(self, bundle: Bundle) -> bundles.Composition:
        if not hasattr(self, "_composed"):
            self._composed = bundles.compose(self._current(bundle))
        return self._composed


class ByName(pagination.CursorPagination):
    """Pages by key."""

    ordering = ("name", "id")
    page_size = 100


class BundleViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Bundles that can be applied for."""

    permission_classes = (permissions.AllowAny,)
    authentication_classes = ()
    serializer_class = BundleSerializer
    pagination_class = ByName
    filter_backends = ()
    lookup_field = "short_code"

    def get_queryset(self) -> QuerySet[Bundle]:
        """Those with a version in force; `place` narrows them."""
        current = BundleVersion.objects.in_force().select_related("bundle")
        found = Bundle.objects.filter(versions__in=current).distinct()
        if place := self.request.query_params.get("place"):
            found = found.filter(jurisdiction__slug=place)
        return found.select_related("jurisdiction", "department").prefetch_related(
            Prefetch("versions", queryset=current, to_attr="current")
        )

    @extend_schema(parameters=[OpenApiParameter("place", str, description="slug of the place")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Bundles by name."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=WholeBundleSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One bundle with parts, joint guidance and joint form."""
        return Response(WholeBundleSerializer(self.get_object()).data)
