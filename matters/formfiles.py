"""Which blank forms and samples a version hands out, and who may take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from hall.now import now
from hall.requests import HallRequest

from .choices import FormFileKind, VersionState
from .models import FormFile, Material, MatterVersion

# The type under which hall.files knows them.
SUBJECT = "matters.form_file"


@dataclass(frozen=True)
class Handout:
    """One thing to take: what it is, and where. Without an address only its name is known."""

    kind: str
    name: str
    url: str = ""

    @property
    def label(self) -> str:
        """空白表格 or 示例样表."""
        return str(FormFileKind(self.kind).label)


@dataclass(frozen=True)
class FormFiles:
    """The files of one version by material and kind."""

    rows: dict[tuple[str, str], FormFile] = field(default_factory=dict)

    def of(self, material: Material) -> list[Handout]:
        """What can be taken for a material: the uploaded file, else the address or the name in its text."""
        texts = {FormFileKind.BLANK: material.blank_form, FormFileKind.SAMPLE: material.sample}
        found = []
        for kind, text in texts.items():
            row = self.rows.get((material.code, kind))
            if row and row.file:
                found.append(Handout(kind, row.file.name, reverse("files:file", args=[row.file.pk])))
            elif text.startswith(("https://", "http://")):
                found.append(Handout(kind, "", text))
            elif text:
                found.append(Handout(kind, text))
        return found


def of_version(version: MatterVersion) -> FormFiles:
    """The files that hold for `version`: for each material and kind those of the newest version up to it.

    What was put up for a version that was withdrawn before it came into force counts for that one only.
    """
    withdrawn = MatterVersion.objects.filter(
        matter=OuterRef("matter"), number=OuterRef("from_number"), state=VersionState.WITHDRAWN
    )
    rows = (
        FormFile.objects.filter(matter=version.matter_id, from_number__lte=version.number)
        .exclude(Exists(withdrawn.exclude(pk=version.pk)))
        .select_related("file")
        .order_by("from_number")
    )
    newest = {(row.material_code, row.kind): row for row in rows}
    return FormFiles({key: row for key, row in newest.items() if row.file})


def may_read(request: HttpRequest, form_file_id: str) -> bool:
    """Everybody, once a version that hands it out has come into force; before, officers of the place."""
    row = FormFile.objects.filter(pk=form_file_id).select_related("matter").first()
    if row is None:
        return False
    begun = MatterVersion.objects.filter(
        matter=row.matter_id,
        number__gte=row.from_number,
        state__in=(VersionState.PUBLISHED, VersionState.SUPERSEDED),
        valid_from__lte=now(),
    )
    officer = cast(HallRequest, request).officer
    return begun.exists() or bool(officer and row.matter.jurisdiction_id in officer.jurisdiction_ids)
