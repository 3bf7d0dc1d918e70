"""Reading the catalogue by API: matters with their versions in force, with ETag and `changed_since`."""

from __future__ import annotations

import dataclasses
import zlib
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, pagination, permissions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hall.clocks.limits import Unit
from hall.errors import Invalid
from hall.now import now
from hall.organisation.models import Jurisdiction

from . import formspec, guides, proofs, search, situations
from .models import CatalogueStamp, Material, Matter, MatterVersion, Step


class MaterialSerializer(serializers.ModelSerializer):
    """申请材料."""

    demanded = serializers.BooleanField(read_only=True)

    class Meta:
        model = Material
        exclude = ("id", "version", "order", "definition", "result_of")


class StepSerializer(serializers.ModelSerializer):
    """路径环节."""

    department = serializers.CharField(source="department.code")

    class Meta:
        model = Step
        exclude = ("id", "version", "order")


class VersionSerializer(serializers.ModelSerializer):
    """A version with materials and route, as a department system needs it."""

    department = serializers.CharField(source="department.code")
    materials = MaterialSerializer(many=True)
    steps = StepSerializer(many=True)

    class Meta:
        model = MatterVersion
        exclude = ("matter", "drafted_by", "approved_by", "created_at")


class MatterSerializer(serializers.ModelSerializer):
    """A matter in a list."""

    place = serializers.CharField(source="jurisdiction.slug")
    department = serializers.CharField(source="department.code")
    version = serializers.SerializerMethodField()
    promised = serializers.SerializerMethodField()
    visits = serializers.SerializerMethodField()

    class Meta:
        model = Matter
        fields = (
            "short_code",
            "name",
            "aliases",
            "kind",
            "domain",
            "theme",
            "level",
            "place",
            "department",
            "basic_code",
            "implementation_code",
            "state",
            "state_reason",
            "state_basis",
            "is_demo",
            "version",
            "promised",
            "visits",
        )

    def get_version(self, matter: Matter) -> int:
        return matter.current_versions[0].number

    def get_promised(self, matter: Matter) -> str:
        return guides.limit_in_words(matter.current_versions[0])

    def get_visits(self, matter: Matter) -> int:
        return matter.current_versions[0].visits


class WholeMatterSerializer(MatterSerializer):
    """A matter with the whole of its version in force."""

    content = serializers.SerializerMethodField()

    class Meta:
        model = Matter
        fields = (*MatterSerializer.Meta.fields, "content")

    @extend_schema_field(VersionSerializer)
    def get_content(self, matter: Matter) -> dict[str, Any]:
        version = MatterVersion.objects.whole().get(pk=matter.current_versions[0].pk)
        proofs.settle(matter.jurisdiction_id, version.materials.all())
        return VersionSerializer(version).data


class LimitSerializer(serializers.Serializer):
    """A limit: a number with its unit."""

    value = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=Unit.choices)


class AskedSerializer(serializers.Serializer):
    """A guiding question that is asked after the answers given, with its options."""

    key = serializers.CharField()
    ask = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField(), help_text="labels by value")
    answer = serializers.CharField(allow_blank=True)


class StopSerializer(serializers.Serializer):
    """An answer by which the matter is not the right one."""

    question = serializers.CharField()
    answer = serializers.CharField()
    reason = serializers.CharField()
    see = serializers.CharField(allow_blank=True)


class OutcomeSerializer(serializers.Serializer):
    """What the answers about the situation lead to."""

    questions = AskedSerializer(many=True)
    unanswered = serializers.ListField(child=serializers.CharField(), help_text="keys still to be answered")
    materials = serializers.ListField(child=serializers.CharField(), help_text="codes of what is needed")
    conditions = serializers.ListField(child=serializers.CharField())
    effects = serializers.ListField(child=serializers.CharField())
    promised = LimitSerializer()
    statutory = LimitSerializer(allow_null=True)
    statutory_basis = serializers.CharField(allow_blank=True)
    steps = serializers.ListField(child=serializers.CharField(), help_text="codes of the steps that run")
    stop = StopSerializer(allow_null=True)


class FormSerializer(serializers.Serializer):
    """The form of a matter."""

    schema = serializers.DictField(help_text="JSON Schema, 2020-12")
    ui = serializers.DictField(help_text="order of the fields, and how each is drawn")


class AnswersSerializer(serializers.Serializer):
    """Answers to the form, by field."""

    data = serializers.DictField()


def told(version: MatterVersion, outcome: situations.Outcome) -> dict[str, Any]:
    """An outcome as the API says it."""
    stop = outcome.stop
    return {
        "questions": [
            {
                "key": question["key"],
                "ask": question["ask"],
                "options": {str(option["value"]): option["label"] for option in question["options"]},
                "answer": outcome.answers.get(question["key"], ""),
            }
            for question in outcome.asked
        ],
        "unanswered": [question["key"] for question in outcome.unanswered],
        "materials": [material.code for material in outcome.materials(version.materials.all())],
        "conditions": [*version.conditions, *outcome.conditions],
        "effects": list(outcome.effects),
        "promised": outcome.promised.as_data(),
        "statutory": outcome.statutory.as_data() if outcome.statutory else None,
        "statutory_basis": outcome.statutory_basis,
        "steps": [step.code for step in outcome.steps(version.steps.all())],
        "stop": dataclasses.asdict(stop) if stop else None,
    }


class ByPinyin(pagination.CursorPagination):
    """Pages by key, in the order of the names."""

    ordering = ("pinyin", "id")
    page_size = 100


class MatterViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """The public catalogue: matters on show, suspended and cancelled ones with their reason."""

    permission_classes = (permissions.AllowAny,)
    authentication_classes = ()
    serializer_class = MatterSerializer
    pagination_class = ByPinyin
    filter_backends = ()
    lookup_field = "short_code"
    lookup_value_regex = "[a-z0-9]+"

    def get_queryset(self) -> QuerySet[Matter]:
        """What may be read; `place`, `domain`, `department` and `changed_since` narrow it."""
        asked = self.request.query_params
        matters = Matter.objects.on_show().with_cards().select_related("jurisdiction")
        for name, lookup in (
            ("place", "jurisdiction__slug"),
            ("domain", "domain"),
            ("department", "department__code"),
        ):
            if value := asked.get(name):
                matters = matters.filter(**{lookup: value})
        if text := asked.get("changed_since"):
            since = _moment(text)
            matters = matters.filter(versions__valid_from__gte=since).distinct()
        return matters

    @extend_schema(
        parameters=[
            OpenApiParameter("place", str, description="slug of the place"),
            OpenApiParameter("q", str, description="words, pinyin or initials; needs `place`"),
            OpenApiParameter("domain", str),
            OpenApiParameter("department", str, description="code of the department"),
            OpenApiParameter("changed_since", str, description="versions in force since then (ISO 8601)"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Matters by name, or by how well they answer `q`."""
        tag = _tag(request)
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        if text := request.query_params.get("q"):
            place = Jurisdiction.objects.filter(slug=request.query_params.get("place", "")).first()
            if place is None:
                raise Invalid(_("按文字查找须写明地方（place）"))
            found = [each.matter for each in search.find(place, text, limit=50)]
            for matter in found:
                matter.jurisdiction = place
            answer = Response(
                {"next": None, "previous": None, "results": self.get_serializer(found, many=True).data}
            )
        else:
            answer = super().list(request, *args, **kwargs)
        answer["ETag"] = tag
        return answer

    @extend_schema(
        parameters=[
            OpenApiParameter("q_key", str, description="an answer: `q_` and the key of its question")
        ],
        responses=OutcomeSerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def outcome(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What answers about the situation (情形引导) lead to: the same as the guide and the desk show."""
        version = self._version()
        given = {
            name.removeprefix("q_"): value
            for name, value in request.query_params.items()
            if name.startswith("q_")
        }
        return Response(told(version, situations.outcome(version, given)))

    @extend_schema(responses=FormSerializer)
    @action(detail=True, methods=["get"], pagination_class=None)
    def form(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The form of the matter: its JSON Schema (2020-12) and how it is drawn."""
        return Response(self._version().form)

    @extend_schema(request=AnswersSerializer, responses=AnswersSerializer)
    @form.mapping.post
    def check_form(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Check answers against the form, as desk and portal do; 422 names what is wrong by field."""
        version = self._version()
        sent = AnswersSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values, errors = formspec.clean(
            version.form_fields, sent.validated_data["data"], version.form["schema"]
        )
        if errors:
            raise Invalid(_("表单有%(n)s处需要修改") % {"n": len(errors)}, fields=errors)
        return Response({"data": values})

    def _version(self) -> MatterVersion:
        """The version in force of the matter at this address, whole."""
        return MatterVersion.objects.whole().get(pk=self.get_object().current_versions[0].pk)

    @extend_schema(responses=WholeMatterSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One matter with everything its version in force says."""
        matter = self.get_object()
        version = matter.current_versions[0]
        tag = f'"{version.pk}-{matter.state}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(WholeMatterSerializer(matter).data, headers={"ETag": tag})


def _tag(request: Request) -> str:
    """Changes whenever what this address shows may change: by a verb, or by a version coming into force."""
    stamps = CatalogueStamp.objects.order_by("pk").values_list("pk", "number")
    versions = MatterVersion.objects.filter(valid_from__lte=now())
    if place := request.query_params.get("place"):
        stamps = stamps.filter(jurisdiction__slug=place)
        versions = versions.filter(matter__jurisdiction__slug=place)
    newest = versions.aggregate(at=Max("valid_from"))["at"]
    told = f"{list(stamps)} {newest} {request.get_full_path()}"
    return f'"{zlib.crc32(told.encode()):08x}"'


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(_("changed_since应为带时区的时间，例如2026-11-21T00:00:00+08:00"))
    return found
