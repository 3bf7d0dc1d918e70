"""Verbs about blank forms and samples: keepers put them up with a draft, or where a version has none yet."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid, WrongState
from hall.files import services as files
from hall.now import now
from hall.trail import services as trail

from .. import formfiles
from ..choices import FormFileKind
from ..models import FormFile, MatterVersion
from .drafting import locked_version
from .rights import require_keeper, touch


@transaction.atomic
def put_form_file(
    version_id: int, material_code: str, kind: str, file_id: UUID | str, *, by: Actor
) -> FormFile:
    """Hand out an uploaded file with a material, from this version on.

    In a draft it may take the place of another; a published version only gains what it did not have, for
    what people have filled in is not changed behind their back.

    Raises Invalid for an unknown material or kind, WrongState where a published version has a file already,
    and what `hall.files.services.claim` raises.
    """
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    if kind not in FormFileKind.values or not version.materials.filter(code=material_code).exists():
        raise Invalid(_("没有这样的材料"))
    if version.is_frozen and (material_code, kind) in formfiles.of_version(version).rows:
        raise WrongState(_("已发布的版本已有这份表格，请起草新版本后替换"))
    row = _row(version, material_code, kind, by=by)
    row.save()
    row.file = files.claim(file_id, formfiles.SUBJECT, row.pk, by=by)
    row.save(update_fields=["file"])
    _tell("form_file_put", version, row, by=by)
    return row


@transaction.atomic
def drop_form_file(version_id: int, material_code: str, kind: str, *, by: Actor) -> None:
    """Hand the file out no longer, from this draft on. Raises WrongState for a published version."""
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    if version.is_frozen:
        raise WrongState(_("已发布的版本不能撤下表格，请起草新版本"))
    if (material_code, kind) not in formfiles.of_version(version).rows:
        raise WrongState(_("这项材料没有上传表格"))
    row = _row(version, material_code, kind, by=by)
    row.file = None
    row.save()
    _tell("form_file_dropped", version, row, by=by)


def _row(version: MatterVersion, material_code: str, kind: str, *, by: Actor) -> FormFile:
    """The row of this version, whether it is there yet or not."""
    key = {"matter": version.matter, "material_code": material_code, "kind": kind}
    row = FormFile.objects.filter(**key, from_number=version.number).first()
    row = row or FormFile(**key, from_number=version.number)
    row.put_by_id, row.put_at = by.user_id, now()
    return row


def _tell(what: str, version: MatterVersion, row: FormFile, *, by: Actor) -> None:
    trail.record(
        what,
        subject=version,
        by=by,
        jurisdiction=version.matter.jurisdiction_id,
        data={"material": row.material_code, "kind": row.kind, "file": str(row.file_id or "")},
    )
    touch(version.matter.jurisdiction_id)
