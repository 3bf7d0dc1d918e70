"""Why a clock ends when it does: the page for the staff, and the same for department systems."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hall.access import staff
from hall.api import officer_of, opens
from hall.organisation.officers import Officer
from hall.requests import DeskRequest

from . import explaining, registry
from .choices import Ground as PauseGround
from .choices import Kind, LineKind, State
from .models import Clock


@staff
@require_safe
@never_cache
def clock(request: DeskRequest, clock_id: int) -> HttpResponse:
    """Each day with its reason, each pause, each move of the date, warnings. `?days=all`: all days open."""
    found = _visible(request.officer, clock_id)
    context = {
        "why": explaining.of_clock(found),
        "clock": found,
        "all_open": request.GET.get("days") == "all",
    }
    return render(request, "clocks/clock.html", context)


class RunningLimitSerializer(serializers.Serializer):
    """A number with its unit."""

    value = serializers.IntegerField()
    unit = serializers.CharField()
    text = serializers.CharField()


class ExplainedDaySerializer(serializers.Serializer):
    """One day: does it count, and why."""

    day = serializers.DateField()
    kind = serializers.ChoiceField(choices=LineKind.choices)
    counted = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    provisional = serializers.BooleanField()


class ClockPauseSerializer(serializers.Serializer):
    """One interval in which the clock stood still."""

    ground = serializers.ChoiceField(choices=PauseGround.choices)
    basis = serializers.CharField()
    to = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class ClockChangeSerializer(serializers.Serializer):
    """What moved the date, from where to where."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    why = serializers.CharField()
    before = serializers.DateTimeField(allow_null=True)
    after = serializers.DateTimeField(allow_null=True)


class ClockWarningSerializer(serializers.Serializer):
    """One warning before the end."""

    before = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    sent = serializers.DateTimeField(allow_null=True)


class ClockExplanationSerializer(serializers.Serializer):
    """Why a clock ends when it does."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    basis = serializers.CharField()
    started_at = serializers.DateTimeField()
    limit = RunningLimitSerializer()
    due_at = serializers.DateTimeField(allow_null=True)
    provisional = serializers.BooleanField()
    days = ExplainedDaySerializer(many=True)
    pauses = ClockPauseSerializer(many=True)
    changes = ClockChangeSerializer(many=True)
    warnings = ClockWarningSerializer(many=True)


class ExplanationView(APIView):
    """时限说明: why a clock ends when it does."""

    permission_classes = (opens("staff"),)

    @extend_schema(responses=ClockExplanationSerializer)
    def get(self, request: Request, clock_id: int) -> Response:
        """Each counted and skipped day, each pause, each move of the date."""
        found = _visible(officer_of(request), clock_id)
        return Response(ClockExplanationSerializer(explaining.as_data(explaining.of_clock(found))).data)


def _visible(officer: Officer, clock_id: int) -> Clock:
    clocks = Clock.objects.select_related("jurisdiction", "hall", "department")
    found = get_object_or_404(clocks.prefetch_related("pauses", "warnings"), pk=clock_id)
    if not registry.may_open(officer, found):
        raise Http404
    return found
