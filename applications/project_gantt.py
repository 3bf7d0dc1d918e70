"""The Gantt chart of a project: what was done when, what is planned, what stood still, what waits for what.

Drawn here as SVG with presentation attributes alone, so that the same picture passes the content policy and
the printer (as matters.flowchart). Everything it shows stands in words in the table beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hall.calendars.queries import calendar_for
from hall.clocks.choices import Ground, Kind
from hall.clocks.models import Clock
from hall.now import now, today
from matters.flowchart import broken

from .choices import State
from .models import Application
from .project_models import Project
from .project_queries import CaseLine, StageLine, dependencies_of

WIDTH, LABELS, ROW, HEAD, LANE = 960, 236, 34, 46, 26
_INK, _QUIET, _LINE, _FAINT = "#1b2430", "#465263", "#7a8696", "#dde3ea"
_BRAND, _TINT, _WARN, _WARN_TINT, _RED = "#0f4c92", "#cfe0f3", "#7d5200", "#fff3d1", "#b3261e"


@dataclass(frozen=True)
class Piece:
    """A stretch of a bar, both days included: done, planned, or standing still."""

    kind: str  # actual | planned | paused
    first: dt.date
    last: dt.date
    text: str = ""


@dataclass
class Row:
    """One case (or a matter without one) in its lane."""

    name: str
    word: str
    matter_id: int
    pieces: list[Piece] = field(default_factory=list)
    case: Application | None = None

    @property
    def first(self) -> dt.date | None:
        """Where its bar begins."""
        return min((piece.first for piece in self.pieces), default=None)

    @property
    def last(self) -> dt.date | None:
        """Where it ends."""
        return max((piece.last for piece in self.pieces), default=None)


@dataclass
class Lane:
    """One stage."""

    name: str
    rows: list[Row]


@dataclass
class Chart:
    """The whole chart: lanes, arrows as pairs of rows, and the span of days."""

    title: str
    lanes: list[Lane]
    arrows: list[tuple[Row, Row]]
    first: dt.date
    last: dt.date
    today: dt.date

    @property
    def rows(self) -> list[Row]:
        """All rows from above to below."""
        return [row for lane in self.lanes for row in lane.rows]


def chart(project: Project, stages: Sequence[StageLine]) -> Chart:
    """What the chart of a project shows. Two queries beside those of the stages."""
    clocks = _clocks(project)
    lanes = []
    for stage in stages:
        rows = [_row(line, clocks) for matter in stage.matters for line in matter.lines]
        lanes.append(Lane(stage.stage.name, rows))
    known: dict[int, list[Row]] = {}
    for lane in lanes:
        for row in lane.rows:
            known.setdefault(row.matter_id, []).append(row)
    arrows = [
        (known[edge.prerequisite_id][-1], known[edge.dependent_id][-1])
        for edge in dependencies_of(project)
        if edge.prerequisite_id in known and edge.dependent_id in known
    ]
    for before, after in arrows:
        _plan_after(before, after)
    days = [day for lane in lanes for row in lane.rows for day in (row.first, row.last) if day]
    first = min([today(), *days]) - dt.timedelta(days=1)
    last = max([today(), *days]) + dt.timedelta(days=3)
    title = _("“%(name)s”进度图") % {"name": project.name}
    return Chart(title, lanes, arrows, first, last, today())


def _clocks(project: Project) -> dict[object, Clock]:
    found = Clock.objects.filter(case_id__in=project.cases.values("pk"), kind=Kind.PROMISED).prefetch_related(
        "pauses"
    )
    return {clock.case_id: clock for clock in found.order_by("pk")}


def _row(line: CaseLine, clocks: dict[object, Clock]) -> Row:
    case = line.case
    row = Row(case.version.matter.name, line.word, case.version.matter_id, case=case)
    start = case.accepted_at or case.received_at
    if start is None:
        return row
    clock = clocks.get(case.pk)
    end = case.decided_at or case.ended_at
    first, last = _day(start), _day(end or now())
    row.pieces.append(Piece("actual", first, max(last, first)))
    for pause in clock.pauses.all() if clock else ():
        if pause.ground != Ground.OUTAGE:
            until = _day(min(pause.ends_at or now(), end or now()))
            row.pieces.append(
                Piece(
                    "paused",
                    _day(pause.starts_at),
                    max(until, _day(pause.starts_at)),
                    pause.get_ground_display(),
                )
            )
    if end is None and clock is not None and clock.due_at is not None and _day(clock.due_at) > last:
        row.pieces.append(Piece("planned", last, _day(clock.due_at)))
    return row


def _plan_after(before: Row, after: Row) -> None:
    """A case that waits is planned from the working day after what it waits for is expected."""
    case = after.case
    if case is None or not case.awaits_result or case.state != State.ACCEPTED or before.last is None:
        return
    if before.case and before.case.outcome and before.case.outcome != "granted":
        return
    calendar = calendar_for(case.jurisdiction)
    turn = _day(case.turn_at) if case.turn_at else calendar.table.next_working_day(before.last)
    end = calendar.table.add_working_days(turn, max(case.version.promised_value - 1, 0))
    after.pieces = [piece for piece in after.pieces if piece.kind != "planned"]
    after.pieces.append(Piece("planned", turn, end))


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment).date()


# -- Drawing ---------------------------------------------------------------------------------------------


def draw(found: Chart, *, ident: str = "gantt") -> SafeString:
    """The chart as inline SVG, with a title and the legend; the table beside it tells the same in words."""
    height = HEAD + sum(LANE + ROW * max(len(lane.rows), 1) for lane in found.lanes) + 34
    pen = _Pen(found, height)
    pen.grid()
    y = float(HEAD)
    for lane in found.lanes:
        y = pen.lane(lane, y)
    pen.arrows()
    pen.now_line(y)
    pen.legend(y + 22)
    return mark_safe(  # every text was escaped on the way
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" aria-labelledby="{ident}-title"><title id="{ident}-title">{escape(found.title)}'
        f"</title>{''.join(pen.parts)}</svg>"
    )


class _Pen:
    def __init__(self, found: Chart, height: int) -> None:
        self.chart, self.height = found, height
        self.days = max((found.last - found.first).days, 7)
        self.unit = (WIDTH - LABELS - 12) / self.days
        self.parts: list[str] = []
        self.at: dict[int, float] = {}

    def x(self, day: dt.date) -> float:
        return LABELS + (day - self.chart.first).days * self.unit

    def grid(self) -> None:
        step = next(n for n in (1, 2, 7, 14, 30, 60, 120, 366) if n * self.unit >= 44 or n == 366)
        day = self.chart.first
        while day <= self.chart.last:
            x = self.x(day)
            self.parts.append(
                f'<path d="M{x:.1f} {HEAD - 6}V{self.height - 34}" stroke="{_FAINT}" fill="none"/>'
            )
            self.text(f"{day.month}-{day.day}", x, HEAD - 12, 12, _QUIET, "middle")
            day += dt.timedelta(days=step)

    def lane(self, lane: Lane, top: float) -> float:
        self.parts.append(f'<rect x="0" y="{top:.1f}" width="{WIDTH}" height="{LANE}" fill="#f4f6f9"/>')
        self.text(lane.name, 8, top + 18, 13, _INK, weight=600)
        y = top + LANE
        if not lane.rows:
            self.text(_("还没有收件"), 8, y + 22, 12, _QUIET)
            return y + ROW
        for row in lane.rows:
            self.row(row, y)
            y += ROW
        return y

    def row(self, row: Row, top: float) -> None:
        middle = top + ROW / 2
        self.at[id(row)] = middle
        lines = broken(row.name, 17)[:2]
        for number, line in enumerate(lines):
            offset = 4 if len(lines) == 1 else (number * 14 - 3)
            self.text(line, 8, middle + offset, 12, _INK)
        for kind in ("planned", "actual", "paused"):
            for piece in row.pieces:
                if piece.kind == kind:
                    self.piece(piece, middle)
        self.parts.append(f'<path d="M0 {top + ROW:.1f}H{WIDTH}" stroke="{_FAINT}" fill="none"/>')

    def piece(self, piece: Piece, middle: float) -> None:
        x = self.x(piece.first)
        width = max(self.x(piece.last) + self.unit - x, 3)
        look = {
            "actual": f'fill="{_BRAND}"',
            "planned": f'fill="{_TINT}" stroke="{_BRAND}" stroke-dasharray="4 3"',
            "paused": f'fill="{_WARN_TINT}" stroke="{_WARN}"',
        }[piece.kind]
        self.parts.append(
            f'<rect x="{x:.1f}" y="{middle - 8:.1f}" width="{width:.1f}" height="16" rx="3" {look}/>'
        )
        if piece.kind == "paused" and width >= 12:
            self.parts.append(
                f'<path d="M{x + 5:.1f} {middle - 4:.1f}v8m4-8v8" stroke="{_WARN}" stroke-width="2"/>'
            )

    def arrows(self) -> None:
        for before, after in self.chart.arrows:
            if before.last is None or after.first is None:
                continue
            planned = [piece.first for piece in after.pieces if piece.kind == "planned"]
            waits = after.case is not None and after.case.awaits_result
            goal = planned[0] if waits and planned else after.first
            x1, y1 = self.x(before.last) + self.unit, self.at[id(before)]
            x2, y2 = self.x(goal), self.at[id(after)]
            bend = max(x1 + 6, x2 - 8) if x2 > x1 else x1 + 6
            tip = y2 - 8 if y2 > y1 else y2 + 8
            head = -6 if y2 > y1 else 6
            self.parts.append(
                f'<path d="M{x1:.1f} {y1:.1f}H{bend:.1f}V{tip + head:.1f}" fill="none" stroke="{_LINE}" '
                f'stroke-width="1.4"/>'
                f'<path d="M{bend - 4:.1f} {tip + head:.1f}h8l-4 {-head}z" fill="{_LINE}"/>'
            )

    def now_line(self, bottom: float) -> None:
        x = self.x(self.chart.today) + self.unit / 2
        self.parts.append(
            f'<path d="M{x:.1f} {HEAD - 28}V{bottom:.1f}" stroke="{_RED}" stroke-width="1.6" '
            f'stroke-dasharray="6 3" fill="none"/>'
        )
        self.text(_("今天"), x, HEAD - 32, 12, _RED, "middle")

    def legend(self, y: float) -> None:
        x = 8.0
        for kind, word in (("actual", _("已办")), ("planned", _("预计")), ("paused", _("等待或中止"))):
            look = {"actual": _BRAND, "planned": _TINT, "paused": _WARN_TINT}[kind]
            line = {"actual": _BRAND, "planned": _BRAND, "paused": _WARN}[kind]
            self.parts.append(
                f'<rect x="{x}" y="{y - 10}" width="20" height="12" rx="2" fill="{look}" stroke="{line}"/>'
            )
            self.text(word, x + 26, y, 12, _QUIET)
            x += 110

    def text(
        self, text: str, x: float, y: float, size: int, fill: str, anchor: str = "start", weight: int = 400
    ) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" '
            f'font-weight="{weight}">{escape(text)}</text>'
        )
