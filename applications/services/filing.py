"""Pages that belong to a material of a case."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hall.actors import Actor
from hall.files import services as files

from ..models import CaseMaterial

CLAIMED_AS = "applications.casematerial"


def claim(row: CaseMaterial, file_ids: Sequence[UUID | str], *, by: Actor) -> None:
    """Make uploaded files pages of this material. From then on this room says who reads them."""
    for file_id in file_ids:
        files.claim(file_id, CLAIMED_AS, row.pk, by=by)
