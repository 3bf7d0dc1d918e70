"""办理流程: the route of a version as the rows of a chart and as sentences, from the same steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from hall.clocks.limits import Limit, Unit

from .choices import CaseType, Channel, DeliveryMode, ResultKind, SpecialProcedure, StepKind
from .models import MatterVersion, Step


class BoxKind:
    """How a box of the chart is drawn."""

    END = "end"
    WORK = "work"
    DECIDE = "decide"
    PAUSE = "pause"


@dataclass(frozen=True)
class Box:
    """One box: whose turn it is, and what happens. A box with a `condition` is there only then."""

    title: str
    lines: tuple[str, ...] = ()
    kind: str = BoxKind.WORK
    condition: str = ""

    @property
    def text(self) -> str:
        """The box as one phrase."""
        said = "，".join((self.title, *self.lines))
        return (
            _("%(condition)s时：%(said)s") % {"condition": self.condition, "said": said}
            if self.condition
            else said
        )


@dataclass(frozen=True)
class Row:
    """What happens at one time. Several boxes run side by side."""

    boxes: tuple[Box, ...]
    heading: str = ""

    @property
    def text(self) -> str:
        """The row as one sentence."""
        return "；".join(box.text for box in self.boxes)


@dataclass(frozen=True)
class Flow:
    """The whole way from the application to the result."""

    title: str
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        """The chart in words, for those who do not see it."""
        return _("。").join(f"{number}. {row.text}" for number, row in enumerate(self.rows, 1))


def flow(version: MatterVersion, *, closed: Iterable[str] = (), possible: Iterable[str] = ()) -> Flow:
    """The way of a case under `version` (from `whole()`).

    `closed` are codes of steps that the answers given leave out; those of them that are still `possible`
    stay in the chart as conditional ones.
    """
    left_out = set(closed) - set(possible)
    steps = [step for step in version.steps.all() if step.code not in left_out]
    conditions = _conditions(version)
    stages: dict[int, list[Step]] = {}
    for step in sorted(steps, key=lambda step: (step.stage, step.order, step.pk or 0)):
        stages.setdefault(step.stage, []).append(step)
    rows = [_application(version), _acceptance(version)]
    pauses = _pauses(version)
    for running in stages.values():
        boxes = tuple(_box(step, conditions) for step in running)
        if pauses and any(step.decides for step in running):
            rows.append(Row(pauses, _("需要时进行的特别程序")))
            pauses = ()
        rows.append(Row(boxes, _("同时进行") if len(boxes) > 1 else ""))
    if pauses:
        rows.append(Row(pauses, _("需要时进行的特别程序")))
    rows.append(_delivery(version))
    return Flow(_("%(name)s办理流程图") % {"name": version.matter.name}, tuple(rows))


def _application(version: MatterVersion) -> Row:
    ways = "、".join(_labels(Channel, version.channels))
    return Row((Box(_("申请人提出申请"), (ways,) if ways else (), BoxKind.END),))


def _acceptance(version: MatterVersion) -> Row:
    if version.case_type == CaseType.INSTANT or not version.regime.acceptance_days:
        limit = _("材料齐全的，当场受理")
    else:
        limit = _("%(limit)s内决定是否受理") % {"limit": Limit(version.regime.acceptance_days)}
    return Row((Box(_("窗口收件、受理"), (limit, _("材料不齐的，一次性告知要补什么"))),))


def _box(step: Step, conditions: dict[str, str]) -> Box:
    lines = [_("%(kind)s：%(limit)s") % {"kind": StepKind(step.kind).label, "limit": _limit(step.limit)}]
    if step.receipt:
        lines.append(_("%(limit)s内签收") % {"limit": step.receipt})
    if step.silent_consent:
        lines.append(_("逾期不答复，视为同意"))
    if step.countersigns:
        lines.append(_("各机关都签署后决定生效"))
    if step.by_town:
        lines.append(_("在镇街收件的，由该镇街承办"))
    if step.decides and step.kind != StepKind.DECIDE:
        lines.append(_("作出决定"))
    return Box(
        step.department.name,
        tuple(lines),
        BoxKind.DECIDE if step.decides or step.countersigns else BoxKind.WORK,
        step.opens_when or conditions.get(step.code, ""),
    )


def _pauses(version: MatterVersion) -> tuple[Box, ...]:
    return tuple(_pause(stored) for stored in version.special_procedures if isinstance(stored, dict))


def _pause(stored: dict[str, Any]) -> Box:
    kind = stored.get("kind")
    name = str(SpecialProcedure(kind).label) if kind in SpecialProcedure.values else _("特别程序")
    lines = []
    if stored.get("limit_value"):
        lines.append(str(Limit(stored["limit_value"], stored.get("limit_unit") or Unit.WORKING_DAY)))
    stops = bool(stored.get("stops_clock"))
    if kind == SpecialProcedure.WAITING_PERIOD:
        stops = True
        lines.append(_("届满前不作决定"))
    else:
        lines.append(_("期间不计入办理时限") if stops else _("期间计入办理时限"))
    return Box(name, tuple(lines), BoxKind.PAUSE if stops else BoxKind.WORK, stored.get("when") or "")


def _delivery(version: MatterVersion) -> Row:
    if version.result_kind == ResultKind.NONE:
        return Row((Box(_("办结，告知申请人"), (), BoxKind.END),))
    modes = "、".join(_labels(DeliveryMode, version.delivery_modes))
    lines = [version.result_name] if version.result_name else []
    if version.case_type == CaseType.INSTANT:
        lines.append(_("当场发给"))
    else:
        lines.append(_("决定后%(limit)s内送达") % {"limit": Limit(version.regime.delivery_days)})
    return Row((Box(_("送达结果"), (*lines, modes) if modes else tuple(lines), BoxKind.END),))


def _limit(limit: Limit) -> str:
    return str(limit) if limit.value else _("当场")


def _labels(words: type[TextChoices], values: Iterable[str]) -> list[str]:
    return [str(words(value).label) for value in values if value in words.values]


def _conditions(version: MatterVersion) -> dict[str, str]:
    """For each step that an answer opens: the answers that open it, in words."""
    found: dict[str, list[str]] = {}
    for question in version.questions:
        for option in question.get("options") or ():
            for code in option.get("opens") or ():
                found.setdefault(code, []).append(str(option.get("label", "")))
    return {code: _("或者").join(labels) for code, labels in found.items()}
