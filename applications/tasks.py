"""The porters of the cases' room. Safe to run twice, late, or in several workers."""

from __future__ import annotations

import logging

from celery import shared_task

from hall.errors import HallError

from . import services
from .bundle_models import BundleCase
from .project_models import Project

log = logging.getLogger(__name__)

_BATCH = 200


@shared_task(name="applications.follow_bundles")
def follow_bundles(bundle_id: str | None = None) -> int:
    """Look at bundles one of whose parts has moved: start what is due, end what waits in vain, conclude."""
    if bundle_id:
        waiting = [bundle_id]
    else:
        found = BundleCase.objects.to_follow().values_list("pk", flat=True)[:_BATCH]
        waiting = [str(pk) for pk in found]
    followed = 0
    for each in waiting:
        try:
            followed += services.follow_bundle(each)
        except HallError as error:  # one bad bundle must not stop the tray
            log.exception("bundle %s cannot be followed: %s", each, error)
    return followed


@shared_task(name="applications.follow_projects")
def follow_projects(project_id: str | None = None) -> int:
    """Look at projects one of whose cases has moved, and at cases that wait for a result.

    First the cases, which get their turn or learn that it will not come; then clocks and stage of the whole.
    """
    followed = 0
    for case_id in list(services.waits_to_follow())[:_BATCH]:
        try:
            followed += services.follow_wait(case_id)
        except HallError as error:
            log.exception("the wait of case %s cannot be followed: %s", case_id, error)
    waiting = (
        [project_id]
        if project_id
        else [str(pk) for pk in Project.objects.to_look_at().values_list("pk", flat=True)[:_BATCH]]
    )
    for each in waiting:
        try:
            followed += services.follow_project(each)
        except HallError as error:
            log.exception("project %s cannot be followed: %s", each, error)
    return followed
