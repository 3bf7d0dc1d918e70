"""The porters of the cases' room. Safe to run twice, late, or in several workers."""

from __future__ import annotations

import logging

from celery import shared_task

from hall.errors import HallError

from . import services
from .bundle_models import BundleCase

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
