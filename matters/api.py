"""Reading the catalogue by API: matters with their versions in force, with ETag and `changed_since`."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
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

from . import formspec, guides, proofs, search, since, situations
from .models import Material, Matter, MatterVersion, Step


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
        # What is said among those who work on the catalogue or at the window is not for everybody.
        exclude = ("matter", "drafted_by", "approved_by", "created_at", "change_reason", "counter_tips")


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

    def get_version(self, matter: Matter) -> int | None:
        """The number of the version in force, null for a matter that is no longer on show."""
        return matter.current_versions[0].number if matter.current_versions else None

    def get_promised(self, matter: Matter) -> str:
        return guides.limit_in_words(matter.current_versions[0]) if matter.current_versions else ""

    def get_visits(self, matter: Matter) -> int | None:
        return matter.current_versions[0].visits if matter.current_versions else None


class WholeMatterSerializer(MatterSerializer):
    """A matter with the whole of its version in force."""

    content = serializers.SerializerMethodField()

    class Meta:
        model = Matter
        fields = (*MatterSerializer.Meta.fields, "content")

    @extend_schema_field(VersionSerializer)
    def get_content(self, matter: Matter) -> dict[str, Any]:
        version = MatterVersion.objects.whole().get(pk=matter.current_versions[0].pk)
        proofs.settle(matter.jurisdiction_id, list(version.materials.all()))
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

    data = serializers.DictField()  # type: ignore[assignment]  # a field of that name


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


def _unchanged(request: Request, tag: str) -> Response | None:
    """The answer to somebody who has this state already, None for everybody else."""
    found = get_conditional_response(request, etag=tag)
    return Response(status=found.status_code, headers={"ETag": tag}) if found is not None else None


class ByPinyin(pagination.CursorPagination):
    """Pages by key, in the order of the names; beside them the stamp of the place's catalogue."""

    ordering = ("pinyin", "id")
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        self.stamp = view.state.stamp  # read before the rows: what changes meanwhile is told again
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data["stamp"] = self.stamp
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = super().get_paginated_response_schema(schema)
        told["properties"]["stamp"] = {
            "type": "integer",
            "nullable": True,
            "description": "of the place's catalogue; the next `changed_since`",
        }
        return told


class MatterViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """The public catalogue: matters on show, suspended and cancelled ones with their reason."""

    permission_classes = (permissions.AllowAny,)
    authentication_classes = ()
    serializer_class = MatterSerializer
    pagination_class = ByPinyin
    filter_backends = ()
    lookup_field = "short_code"
    lookup_value_regex = "[a-z0-9]+"

    @functools.cached_property
    def place(self) -> Jurisdiction | None:
        """The place that is asked about."""
        return Jurisdiction.objects.filter(slug=self.request.query_params.get("place", "")).first()

    def get_queryset(self) -> QuerySet[Matter]:
        """What may be read; `place`, `domain`, `department` and `changed_since` narrow it.

        With `changed_since` also what is no longer on show, so that copies can forget it.
        """
        asked = self.request.query_params
        last = asked.get("changed_since") if self.action == "list" else None
        shown = since.ever_public() if last else Matter.objects.on_show()
        matters: QuerySet[Matter] = shown.with_cards().select_related("jurisdiction")
        for name, lookup in (
            ("place", "jurisdiction__slug"),
            ("domain", "domain"),
            ("department", "department__code"),
        ):
            if value := asked.get(name):
                matters = matters.filter(**{lookup: value})
        if last:
            matters = since.changed(matters, last, self.place)
        return matters

    @extend_schema(
        parameters=[
            OpenApiParameter("place", str, description="slug of the place"),
            OpenApiParameter("q", str, description="words, pinyin or initials; needs `place`"),
            OpenApiParameter("domain", str),
            OpenApiParameter("department", str, description="code of the department"),
            OpenApiParameter(
                "changed_since",
                str,
                description="what the public sees otherwise since a moment (ISO 8601) or a `stamp` (needs"
                " `place`); cancelled matters and those no longer on show included",
            ),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Matters by name, or by how well they answer `q`."""
        self.state = since.state(request.query_params.get("place", ""))
        tag = self.state.tag(request.get_full_path())
        if unchanged := _unchanged(request, tag):
            return unchanged
        if text := request.query_params.get("q"):
            if self.place is None:
                raise Invalid(_("按文字查找须写明地方（place）"))
            found = [each.matter for each in search.find(self.place, text, limit=50)]
            for matter in found:
                matter.jurisdiction = self.place
            rows = self.get_serializer(found, many=True).data
            answer = Response({"next": None, "previous": None, "results": rows, "stamp": self.state.stamp})
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
            name.removeprefix("q_"): str(value)
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
        tag = since.state(matter.jurisdiction.slug).tag(request.get_full_path())
        if unchanged := _unchanged(request, tag):
            return unchanged
        return Response(WholeMatterSerializer(matter).data, headers={"ETag": tag})

    @extend_schema(
        parameters=[OpenApiParameter("number", int, location="path", description="number of the version")],
        responses=VersionSerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def version(self, request: Request, short_code: str, number: int) -> Response:
        """A version that is or was in force, whole: running cases keep theirs for life."""
        versions = MatterVersion.objects.whole().filter(
            matter__short_code=short_code, state__in=since.EVER_PUBLIC, valid_from__lte=now()
        )
        found = get_object_or_404(versions, number=number)
        tag = since.state(found.matter.jurisdiction.slug).tag(request.get_full_path())
        if unchanged := _unchanged(request, tag):
            return unchanged
        proofs.settle(found.matter.jurisdiction_id, list(found.materials.all()))
        return Response(VersionSerializer(found).data, headers={"ETag": tag})
