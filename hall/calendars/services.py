"""Changing calendars: the package's arrangement, published files, single days.

Every change is one CalendarChange and one journal event. Open clocks follow by themselves: the clocks'
sweep takes changes that are not applied yet (`pending_changes`, `mark_applied`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import chinese_calendar.constants as package
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Invalid, require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Hall, Jurisdiction
from hall.organisation.officers import Officer
from hall.trail.services import record

from . import queries, readers
from .choices import DayKind
from .models import AnnouncedYear, CalendarChange, CalendarDay

PACKAGE_SOURCE = "国务院办公厅节假日安排（chinesecalendar）"
PACKAGE_YEARS = range(min(package.holidays).year, max(package.holidays).year + 1)

_LOCK = 0x59_43_41_4C  # advisory lock of calendar changes: one at a time, so their numbers follow commits


@dataclass(slots=True)
class Report:
    """What a load or an import did. `computed` years have no arrangement yet and stay provisional."""

    created: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    days: dict[dt.date, str | None] = field(default_factory=dict)  # what each changed day is now; None: bare
    ignored: list[str] = field(default_factory=list)
    computed: list[int] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Did any day change?"""
        return bool(self.created or self.updated or self.removed)


@transaction.atomic
def load_national(years: Iterable[int] | None = None, *, by: Actor = SYSTEM) -> Report:
    """Load the national arrangement that comes with the hall; by default every year it knows.

    A later year has no arrangement: nothing is stored, its statutory days are computed where they are
    asked for, and it stays provisional. A year imported from a published notice is left as it is.
    """
    _lock()
    wanted = sorted(set(PACKAGE_YEARS if years is None else years))
    imported = set(AnnouncedYear.objects.exclude(source=PACKAGE_SOURCE).values_list("year", flat=True))
    report = Report(computed=[year for year in wanted if year not in PACKAGE_YEARS and year not in imported])
    loaded = [year for year in wanted if year in PACKAGE_YEARS and year not in imported]
    days = {day: told for day, told in _package_days().items() if day.year in loaded}
    _lay(report, days, None, None, PACKAGE_SOURCE, replaced_years=loaded)
    announced = AnnouncedYear.objects.bulk_create(
        [AnnouncedYear(year=year, source=PACKAGE_SOURCE) for year in set(loaded) - _announced()]
    )
    if loaded and (report.changed or announced):
        why = _("载入国家节假日安排 %(first)s—%(last)s年") % {"first": loaded[0], "last": loaded[-1]}
        _note(None, dt.date(loaded[0], 1, 1), dt.date(loaded[-1], 12, 31), why, by, report, years=loaded)
    return report


@transaction.atomic
def import_arrangement(
    file: BinaryIO,
    *,
    years: Collection[int] = (),
    source: str,
    announced_on: dt.date | None = None,
    jurisdiction: Jurisdiction | None = None,
    hall: Hall | None = None,
    by: Actor = SYSTEM,
) -> Report:
    """Import an arrangement from an iCalendar or CSV file.

    National (no jurisdiction): `years` are the years it arranges; their rows are replaced and they
    count as announced from now on. A day just outside (a notice may move a day of the December before)
    is added to what is known. Local: rows are laid over what the place has; `years` is not used.

    Raises NotAllowed if `by` may not change that calendar; Invalid if the file cannot be read, names no
    year or holds days far outside its years.
    """
    if hall is not None:
        jurisdiction = hall.jurisdiction
    _require_keeper(jurisdiction, by)
    _lock()
    reading = readers.read(file.read())
    national = jurisdiction is None
    if national:
        _check_years(reading.days, years)
    report = Report(ignored=reading.ignored)
    _lay(report, reading.days, jurisdiction, hall, source, replaced_years=years if national else ())
    if national:
        for year in years:
            AnnouncedYear.objects.update_or_create(
                year=year, defaults={"source": source, "announced_on": announced_on}
            )
    first, last = min(reading.days), max(reading.days)
    if national:
        first, last = min(first, dt.date(min(years), 1, 1)), max(last, dt.date(max(years), 12, 31))
    if national or report.changed:
        why = _("导入节假日安排：%(source)s") % {"source": source}
        _note(jurisdiction, first, last, why, by, report, hall=hall, years=years if national else ())
    return report


@transaction.atomic
def set_day(
    date: dt.date,
    kind: DayKind,
    name: str,
    *,
    jurisdiction: Jurisdiction,
    hall: Hall | None = None,
    source: str = "",
    by: Actor = SYSTEM,
) -> CalendarDay:
    """Say that `date` is off or worked in one place, or in one of its halls, whatever the nation does.

    `source` is the notice or the reason that says so. Raises NotAllowed if `by` may not change the
    calendar of that place, Invalid if the hall is not of that place.
    """
    _require_keeper(jurisdiction, by)
    if hall is not None and hall.jurisdiction_id != jurisdiction.pk:
        raise Invalid(_("该大厅不属于此辖区"))
    _lock()
    day, _created = CalendarDay.objects.update_or_create(
        jurisdiction=jurisdiction,
        hall=hall,
        date=date,
        defaults={"kind": kind, "name": name, "source": source},
    )
    why = _("%(date)s 设为%(kind)s（%(name)s）") % {"date": date, "kind": DayKind(kind).label, "name": name}
    _note(jurisdiction, date, date, _with_ground(why, source), by, Report(days={date: kind}), hall=hall)
    return day


@transaction.atomic
def clear_day(day: CalendarDay, *, reason: str = "", by: Actor = SYSTEM) -> None:
    """Take a local row away, so that the day follows the nation and the week again.

    Raises NotAllowed if `by` may not change the calendar of that place, Invalid for a national row:
    those change by importing the arrangement of their year.
    """
    if day.jurisdiction is None:
        raise Invalid(_("国家安排只能整年导入"))
    _require_keeper(day.jurisdiction, by)
    _lock()
    why = _("%(date)s 取消本地安排（%(name)s）") % {"date": day.date, "name": day.name}
    why = _with_ground(why, reason)
    day.delete()
    _note(day.jurisdiction, day.date, day.date, why, by, Report(days={day.date: None}), hall=day.hall)


@contextmanager
def tried() -> Iterator[Callable[[], list[CalendarChange]]]:
    """Inside the block calendars change by the verbs as usual; at its end nothing has happened.

    The function given tells the changes made so far. Other changes of calendars wait meanwhile.
    """
    with transaction.atomic():
        _lock()
        last = CalendarChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        yield lambda: list(
            CalendarChange.objects.filter(pk__gt=last).select_related("jurisdiction").order_by("pk")
        )
        transaction.set_rollback(True)
    queries.forget()


def pending_changes() -> list[CalendarChange]:
    """Changes that open clocks have not followed yet, oldest first."""
    return list(CalendarChange.objects.filter(applied_at=None).select_related("jurisdiction"))


def count_moved(change: CalendarChange, number: int) -> None:
    """So many more clocks have followed `change`; in the transaction in which they moved."""
    CalendarChange.objects.filter(pk=change.pk).update(moved=F("moved") + number)


@transaction.atomic
def mark_applied(change: CalendarChange) -> None:
    """Every open clock that `change` touches has been computed anew. Safe to say twice.

    The journal tells once how many clocks moved; each of them has an event of its own besides.
    """
    done = (
        CalendarChange.objects.select_for_update(of=("self",)).filter(pk=change.pk, applied_at=None).first()
    )
    if done is None:
        return
    done.applied_at = now()
    done.save(update_fields=["applied_at"])
    record(
        "calendar_applied",
        subject=done,
        jurisdiction=done.jurisdiction_id,
        reason=done.why,
        data={"moved": done.moved},
    )


def version_of(jurisdiction: Jurisdiction) -> int:
    """The number of the last change that touches a place: who saw this saw its calendar as it is."""
    changes = CalendarChange.objects.filter(Q(jurisdiction=jurisdiction) | Q(jurisdiction=None))
    return changes.order_by("-pk").values_list("pk", flat=True).first() or 0


def hold() -> None:
    """Until the end of the transaction nobody else changes a calendar."""
    _lock()


def _require_keeper(jurisdiction: Jurisdiction | None, by: Actor) -> None:
    """A place's days belong to its managers; the national arrangement to any system administrator."""
    if by == SYSTEM:
        return
    officer = by if isinstance(by, Officer) else None
    if jurisdiction is None:
        require(officer and officer.has(Role.SYSTEM_ADMIN), _("只有系统管理员可以导入国家节假日安排"))
        return
    allowed = officer and officer.has(Role.MANAGER, Role.SYSTEM_ADMIN, jurisdiction=jurisdiction)
    require(allowed, _("只有本辖区的大厅管理员或系统管理员可以修改日历"))


def _with_ground(why: str, ground: str) -> str:
    return _("%(why)s：%(ground)s") % {"why": why, "ground": ground.strip()} if ground.strip() else why


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _package_days() -> dict[dt.date, readers.Day]:
    names = {holiday.value: holiday.chinese for holiday in package.Holiday}
    days = {day: readers.Day(day, DayKind.OFF, names[key]) for day, key in package.holidays.items()}
    days |= {day: readers.Day(day, DayKind.WORK, names[key]) for day, key in package.workdays.items()}
    return days


def _announced() -> set[int]:
    return set(AnnouncedYear.objects.values_list("year", flat=True))


def _check_years(days: Mapping[dt.date, readers.Day], years: Collection[int]) -> None:
    if not years:
        raise Invalid(_("请写明这是哪一年的安排"))
    if empty := set(years) - {day.year for day in days}:
        raise Invalid(_("文件中没有%(year)s年的日期") % {"year": min(empty)})
    first, last = dt.date(min(years) - 1, 12, 1), dt.date(max(years) + 1, 1, 31)
    if outside := [day for day in days if not first <= day <= last]:
        raise Invalid(_("%(date)s 不属于所写的年度") % {"date": outside[0]})


def _lay(
    report: Report,
    days: Mapping[dt.date, readers.Day],
    jurisdiction: Jurisdiction | None,
    hall: Hall | None,
    source: str,
    replaced_years: Collection[int],
) -> None:
    """Make the rows of one place be `days`; in `replaced_years` rows that `days` lacks are taken away."""
    rows = CalendarDay.objects.filter(jurisdiction=jurisdiction, hall=hall)
    known = {row.date: row for row in rows}
    created, updated = [], []
    for date, told in days.items():
        row = known.get(date)
        if row is None:
            row = CalendarDay(jurisdiction=jurisdiction, hall=hall, date=date, kind=told.kind)
            row.name, row.source = told.name, source
            created.append(row)
        elif (row.kind, row.name) != (told.kind, told.name):
            row.kind, row.name, row.source = told.kind, told.name, source
            updated.append(row)
        else:
            report.unchanged += 1
    gone = [row for date, row in known.items() if date.year in replaced_years and date not in days]
    CalendarDay.objects.bulk_create(created)
    CalendarDay.objects.bulk_update(updated, ["kind", "name", "source"])
    CalendarDay.objects.filter(pk__in=[row.pk for row in gone]).delete()
    report.days |= {row.date: row.kind for row in [*created, *updated]} | {row.date: None for row in gone}
    report.created, report.updated, report.removed = len(created), len(updated), len(gone)


def _note(
    jurisdiction: Jurisdiction | None,
    first: dt.date,
    last: dt.date,
    why: str,
    by: Actor,
    report: Report,
    *,
    hall: Hall | None = None,
    years: Collection[int] = (),
) -> None:
    """Number the change, tell the journal, and let this thread's memory ask again.

    The event says what each changed day is now, and which years count as announced from now on: with it
    the journal alone can replay every due date (invariant 3).
    """
    change = CalendarChange.objects.create(
        jurisdiction=jurisdiction, first_day=first, last_day=last, why=why[:300], made_at=now()
    )
    told: dict[str, Any] = {"hall": hall.pk if hall else None, "years": sorted(years)}
    told["days"] = {str(day): kind for day, kind in sorted(report.days.items())}
    counts = {"created": report.created, "updated": report.updated, "removed": report.removed}
    record(
        "calendar_changed",
        subject=change,
        by=by,
        jurisdiction=jurisdiction,
        reason=why,
        data={"first_day": first, "last_day": last, **counts, **told},
    )
    queries.forget(uncommitted=change.pk)
    transaction.on_commit(queries.forget)
