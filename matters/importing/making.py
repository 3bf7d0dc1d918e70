"""New matters whose row, materials and steps say all there is: made one by one, by the verbs."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import HallError
from hall.trail import services as trail

from .. import services
from ..models import Matter, MatterVersion
from ..services.publishing import release
from . import editing
from .columns import Known, elements
from .parsing import Faults, Parsed, filled_cells
from .reading import Row
from .report import Fault


def read_elements(parsed: Parsed, known: Known) -> None:
    """Every element that an exported row states, empty ones too. What is wrong is added to its faults."""
    faults = Faults(Row(parsed.number, {}))
    row = parsed.row
    empty = {n: c for n, c in elements().items() if row.has(n) and not row.get(n) and c.may_be_empty}
    parsed.elements = filled_cells(row, elements(), known, faults)
    parsed.elements |= {name: column.value("", known) for name, column in empty.items()}
    parsed.faults += faults


def make(matter: Matter, parsed: Parsed, *, by: Actor, publish: bool) -> MatterVersion | None:
    """Enter a new matter with its first version; what the file leaves out comes from its type's profile.

    With `publish` it is put in force if no rule speaks against it, else it stays a draft. None when a verb
    refused it: then nothing is left of it, and why is added to the row's faults.
    """
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
            trail.record(
                "matter_created",
                subject=matter,
                by=by,
                jurisdiction=matter.jurisdiction_id,
                data={"code": matter.implementation_code},
            )
            return _version(matter, parsed, by, publish)
    except HallError as error:
        parsed.faults += editing.refusals(parsed, error)
    except editing.MALFORMED:
        parsed.faults.append(
            Fault(parsed.number, "", "", _("内容的结构不正确，系统读不懂"), _("从导出的表中重新复制这一行"))
        )
    matter.pk = None
    return None


def _version(matter: Matter, parsed: Parsed, by: Actor, publish: bool) -> MatterVersion:
    stated = editing.elements_of(parsed.elements)
    organ, regime = stated.pop("department", None), stated.pop("regime", None)
    (version,) = services.publish_profiles([services.Profiled(matter, stated)], by=by, publish=False)
    if parsed.base is None:
        stated = {}  # the profile has drawn the consequences of what a list states
    if organ:
        stated["department"] = organ
    if regime:
        stated["regime"] = regime
    made = parsed.made_parts
    if stated or made:
        version = services.change_draft(
            version.pk, by=by, elements=stated, materials=made.get("materials"), steps=made.get("steps")
        )
    if publish and not any(finding.blocks for finding in services.check(version)):
        release(version, by=by)
    return version
