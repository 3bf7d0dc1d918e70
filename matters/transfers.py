"""What a transfer (划转) makes of a matter: its next version's organ and route, and who may not act again.

Pure but for `settled`, which reads the transfers in effect once for a pass over many versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hall.organisation.models import Department, Jurisdiction

from . import standing
from .choices import StepKind, TransferState
from .models import Matter, Step, TransferItem
from .models.transfers import MOVING

# Steps by which an organ examines and decides: the former department has none of them left. In the others
# it may be heard or lend its experts, where a basis is named (S1 二(二), 二(四)).
APPROVING = frozenset({StepKind.EXAMINE, StepKind.REVIEW, StepKind.DECIDE})


@dataclass(frozen=True)
class Settled:
    """Who had a matter before, who has it now, and by which law a former department is still heard."""

    bureau: int
    former: frozenset[int] = frozenset()
    consult_basis: str = ""


@dataclass(frozen=True)
class Effect:
    """What a batch changes in one matter: organ and steps before and after."""

    item: TransferItem
    organ_before: Department | None = None
    steps_before: list[Step] = field(default_factory=list)
    steps_after: list[Step] = field(default_factory=list)
    version: int | None = None

    @property
    def changes(self) -> list[tuple[Step, Step]]:
        """Steps that another department does from then on, before and after."""
        pairs = zip(self.steps_before, self.steps_after, strict=True)
        return [
            (old, new) for old, new in pairs if (old.department_id, old.kind) != (new.department_id, new.kind)
        ]


def settled(place: Jurisdiction) -> Mapping[int, Settled]:
    """What transfers in effect have settled, by matter: one query for a pass over many versions."""
    return standing.kept(place, "transfers", lambda: _read(place))


def moved_steps(steps: Iterable[Step], item: TransferItem) -> list[Step]:
    """The route after the transfer, not saved: what the former department did, the bureau does.

    Where the item names a basis for hearing the former department, that keeps the steps in which it is
    heard or helps. Without one a consultation becomes the bureau's own examination.
    """
    return [_moved(step, item) for step in steps]


def _moved(step: Step, item: TransferItem) -> Step:
    bureau = item.transfer.bureau
    moved = Step(
        **{f.attname: getattr(step, f.attname) for f in Step._meta.concrete_fields if not f.primary_key}
    )
    moved.department = step.department
    if not step.decides:  # whoever decided, from now on it is the bureau
        heard = item.consult_basis and step.kind not in APPROVING
        if step.department_id != item.from_department_id or heard:
            return moved
    moved.department = bureau
    if step.kind == StepKind.CONSULT:
        # Nobody consults himself; and no silence counts where the deciding organ itself examines.
        moved.kind = StepKind.EXAMINE
    moved.silent_consent, moved.silent_basis = False, ""
    return moved


def effects(items: Iterable[TransferItem]) -> list[Effect]:
    """What a batch would change now, item by item; `items` with matter and transfer. Three queries."""
    rows = list(items)
    live = Matter.objects.filter(pk__in=[row.matter_id for row in rows if row.moves]).with_current()
    current = {matter.pk: matter.current_versions[0] for matter in live if matter.current_versions}
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(version__in=[v.pk for v in current.values()]).select_related(
        "department"
    ):
        steps.setdefault(step.version_id, []).append(step)
    found = []
    for row in rows:
        version = current.get(row.matter_id)
        if version is None or row.version_id:
            found.append(Effect(row))
            continue
        before = steps.get(version.pk, [])
        found.append(Effect(row, version.department, before, moved_steps(before, row), version.pk))
    return found


def _read(place: Jurisdiction) -> dict[int, Settled]:
    items = TransferItem.objects.filter(
        transfer__jurisdiction=place.pk, transfer__state=TransferState.EFFECTIVE, role__in=MOVING
    ).order_by("transfer__effective_on", "transfer_id")
    found: dict[int, Settled] = {}
    rows = items.values_list("matter", "from_department", "transfer__bureau", "consult_basis")
    for matter, giver, bureau, basis in rows:
        before = found[matter].former if matter in found else frozenset()
        found[matter] = Settled(bureau, (before | {giver}) - {bureau}, basis)
    return found
