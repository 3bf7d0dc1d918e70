"""Reading published calendars: iCalendar and CSV files become plain days."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from hall.errors import Invalid

from .choices import DayKind
from .workdays import ONE_DAY

_MARKS = Path(__file__).parent / "data" / "marks.json"
_LONGEST_RUN = 31  # days; a longer event is not a holiday but a mistake
_LARGEST_FILE = 2_000_000  # bytes
_ICS_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})")
_ICS_MARKS = ("X-APPLE-SPECIAL-DAY", "CATEGORIES", "SUMMARY")


@dataclass(frozen=True, slots=True)
class Day:
    """One day as a file tells it."""

    date: dt.date
    kind: DayKind
    name: str


@dataclass(slots=True)
class Reading:
    """What a file held: its days, and what in it said neither off nor working (shown, not guessed)."""

    days: dict[dt.date, Day] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    def add(self, first: dt.date, last: dt.date, kind: DayKind, name: str) -> None:
        """Take the days `first` to `last`. Raises Invalid if they run backwards, too long, or contradict."""
        if not dt.timedelta() <= last - first < _LONGEST_RUN * ONE_DAY:
            raise Invalid(_("“%(name)s”的起止日期有误") % {"name": name})
        for n in range((last - first).days + 1):
            day = Day(first + n * ONE_DAY, kind, name[:60])
            known = self.days.setdefault(day.date, day)
            if known.kind != kind:
                raise Invalid(_("%(date)s 既标为休又标为班") % {"date": day.date})


def read(content: bytes) -> Reading:
    """The days in an iCalendar or CSV file, told apart by content. Raises Invalid if it is neither."""
    if len(content) > _LARGEST_FILE:
        raise Invalid(_("文件过大"))
    text = _decode(content)
    reading = _read_ics(text) if text.lstrip().upper().startswith("BEGIN:VCALENDAR") else _read_csv(text)
    if not reading.days:
        raise Invalid(_("文件中没有标明休或班的日期"))
    return reading


def write_csv(days: Iterable[Day]) -> str:
    """The days as a CSV text that `read` reads back to the same."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("date", "kind", "name"))
    writer.writerows((day.date.isoformat(), str(day.kind), day.name) for day in days)
    return text.getvalue()


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("文件编码无法识别，请用 UTF-8"))


@cache
def _words() -> tuple[tuple[str, DayKind], ...]:
    """Words that mark a day, longest first, so that “补班” is found before “班”."""
    data = json.loads(_MARKS.read_text(encoding="utf-8"))
    found = [(word, kind) for kind in DayKind for word in data[kind.value]]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def _kind_in(text: str) -> DayKind | None:
    """The mark in `text`: a Latin word must stand alone, a Chinese one may stand anywhere."""
    upper = text.upper()
    latin = set(re.findall(r"[A-Z][A-Z-]*", upper))
    for word, kind in _words():
        if word in latin or (not word.isascii() and word in upper):
            return kind
    return None


def _read_ics(text: str) -> Reading:
    reading = Reading()
    for event in _events(text):
        name = event.get("SUMMARY", "")
        marks = (_kind_in(event[key]) for key in _ICS_MARKS if key in event)
        kind = next((mark for mark in marks if mark), None)
        if kind is None:
            reading.ignored.append(name)
            continue
        first = _ics_date(event.get("DTSTART", ""))
        after = _ics_date(event["DTEND"]) if "DTEND" in event else first + ONE_DAY
        reading.add(first, max(after - ONE_DAY, first), kind, name)
    return reading


def _events(text: str) -> Iterator[dict[str, str]]:
    """The VEVENTs of an iCalendar text (RFC 5545), folded lines joined, parameters left out."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    event: dict[str, str] | None = None
    for line in unfolded.splitlines():
        head, _colon, value = line.partition(":")
        key = head.split(";")[0].strip().upper()
        if key == "BEGIN" and value.strip().upper() == "VEVENT":
            event = {}
        elif key == "END" and value.strip().upper() == "VEVENT" and event is not None:
            yield event
            event = None
        elif event is not None:
            event[key] = re.sub(r"\\([,;\\])", r"\1", value.strip())


def _ics_date(value: str) -> dt.date:
    if not (match := _ICS_DATE.match(value)):
        raise Invalid(_("日期无法识别：%(value)s") % {"value": value})
    return _date(*map(int, match.groups()))


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise Invalid(_("日期不存在：%(value)s") % {"value": f"{year}-{month}-{day}"}) from error


def _read_csv(text: str) -> Reading:
    """Columns `date`, `kind` (off/work, 休/班), `name`, and optionally `until` for a run of days."""
    reading = Reading()
    rows = csv.DictReader(io.StringIO(text))
    if missing := {"date", "kind"} - {(column or "").strip() for column in rows.fieldnames or ()}:
        raise Invalid(_("缺少列：%(columns)s") % {"columns": "、".join(sorted(missing))})
    for number, row in enumerate(rows, start=2):
        cells = {(key or "").strip(): (value or "").strip() for key, value in row.items() if key}
        if not any(cells.values()):
            continue
        if (kind := _kind_in(cells["kind"])) is None:
            raise Invalid(_("第%(row)s行：“%(kind)s”不是休或班") % {"row": number, "kind": cells["kind"]})
        first = _csv_date(cells["date"], number)
        last = _csv_date(cells["until"], number) if cells.get("until") else first
        reading.add(first, last, kind, cells.get("name") or str(kind.label))
    return reading


def _csv_date(value: str, number: int) -> dt.date:
    if not (parts := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", value)):
        raise Invalid(_("第%(row)s行：日期无法识别：%(value)s") % {"row": number, "value": value})
    return _date(*map(int, parts.groups()))
