"""Projects near or over the promise of the whole."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications import project_queries
from hall.access import desk
from hall.requests import DeskRequest


@desk("supervision")
@require_safe
def projects(request: DeskRequest) -> HttpResponse:
    """Projects under way, the one that is due first on top; those that stand still last."""
    context = {"projects": project_queries.near_or_over(request.officer)}
    return render(request, "supervision/projects.html", context)
