"""Applies the rows of a file to the catalogue of one place, in a fixed number of statements a batch."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from .. import codes, naming, services, wording
from ..choices import Certainty, Flag, VersionState
from ..models import ListEntry, Matter, MatterList, MatterVersion
from ..services.creating import prepare
from ..services.loading import BATCH, profile_elements
from ..services.rights import require_keeper, touch
from .departments import Departments
from .parsing import Parsed, parse
from .reading import read
from .report import Flagged, Refusal, Report

CODE_FLAGS = {Flag.USCC_DOUBTFUL, Flag.CODE_FORM_UNKNOWN, Flag.CODE_MADE_HERE}
DEFAULT_DOMAIN = "social_affairs"


@dataclass
class Entry:
    """A row with its matter: new ones have no key yet."""

    parsed: Parsed
    matter: Matter
    changed: dict[str, Any]


@transaction.atomic
def import_matters(
    content: bytes,
    place: Jurisdiction,
    *,
    by: Actor,
    name: str = "",
    list_code: str = "",
    publish: bool = False,
    is_demo: bool = False,
    dry_run: bool = False,
) -> Report:
    """Bring the matters of a CSV or XLSX file into the catalogue of `place`. A second run changes nothing.

    A matter is known by its implementation code; without one, by department and name under a code made
    here. Official names are kept as they are, oddities flagged. New matters get a version from the profile
    of their type: a draft, or with `publish` one in force. Worked-out versions are never replaced.
    Unknown departments are entered. With `list_code` every matter goes into that list. `dry_run` does
    everything and takes it back.

    Raises NotAllowed unless `by` keeps this catalogue, Invalid for a file that cannot be read.
    """
    require_keeper(by, place)
    run = _Run(place, by, publish=publish, is_demo=is_demo, list_code=list_code)
    run.report.dry_run = dry_run
    run.take(read(content, name))
    trail.record(
        "matters_imported",
        subject=place,
        by=by,
        jurisdiction=place,
        data={"file": name, "list": list_code, **run.report.as_data()},
    )
    if dry_run:
        transaction.set_rollback(True)
    return run.report


class _Run:
    """One import: what it knows of the place, and the report that it fills."""

    def __init__(
        self, place: Jurisdiction, by: Actor, *, publish: bool, is_demo: bool, list_code: str
    ) -> None:
        self.place, self.by, self.publish, self.is_demo = place, by, publish, is_demo
        self.report = Report()
        self.departments = Departments(place, by)
        self.lists = {
            key: found
            for found in MatterList.objects.filter(jurisdiction=place)
            for key in (found.code, found.name)
        }
        if list_code and list_code not in self.lists:
            raise Invalid(_("本地没有代码为%(code)s的清单") % {"code": list_code})
        self.every_list = [list_code] if list_code else []
        self.known = {m.implementation_code: m for m in Matter.objects.filter(jurisdiction=place)}
        self.seen: dict[str, int] = {}

    def take(self, rows: Sequence[Any]) -> None:
        """Apply every row."""
        self.report.read = len(rows)
        entries = [entry for row in rows if (entry := self._entry(parse(row)))]
        new = [entry for entry in entries if entry.matter.pk is None]
        old = [entry for entry in entries if entry.matter.pk is not None]
        self._give_short_codes([entry.matter for entry in new])
        Matter.objects.bulk_create([entry.matter for entry in new], batch_size=BATCH)
        for entry in new:
            self._record("matter_created", entry.matter, {"code": entry.matter.implementation_code})
        with_versions = self._versions(entries)
        with_changes = self._save_changes(old)
        with_lists = self._put_in_lists(entries)
        touched = (with_versions | with_changes | with_lists) - {entry.matter.pk for entry in new}
        self.report.created = len(new)
        self.report.updated = len(touched)
        self.report.unchanged = len(old) - len(touched)
        self.report.departments = self.departments.made
        self._flag(entries)
        touch(self.place)

    def _entry(self, parsed: Parsed) -> Entry | None:
        unknown = [code for code in parsed.lists if code not in self.lists]
        if unknown:
            parsed.faults.append(_("没有这个清单：%(lists)s") % {"lists": "、".join(unknown)})
        if parsed.faults:
            self._refuse(parsed, "；".join(dict.fromkeys(parsed.faults)))
            return None
        department = self.departments.find(parsed.department, parsed.department_uscc)
        made_here = not parsed.code
        code = parsed.code or _made_code(self.place, department, parsed)
        if code in self.seen:
            self._refuse(
                parsed, _("实施编码%(code)s与第%(row)s行重复") % {"code": code, "row": self.seen[code]}
            )
            return None
        self.seen[code] = parsed.row
        stated = {"name": parsed.name, "department": department, **parsed.identity}
        matter = self.known.get(code)
        if matter is None:
            return Entry(parsed, self._new(code, stated, made_here), {})
        changed = {key: value for key, value in stated.items() if getattr(matter, key) != value}
        return Entry(parsed, matter, changed)

    def _refuse(self, parsed: Parsed, reason: str) -> None:
        self.report.refused.append(Refusal(parsed.row, parsed.name, reason))

    def _new(self, code: str, stated: Mapping[str, Any], made_here: bool) -> Matter:
        matter = Matter(
            jurisdiction=self.place,
            implementation_code=code,
            is_demo=self.is_demo,
            **{"domain": "", "level": "", **stated},
        )
        prepare(matter, self.place)
        matter.domain = matter.domain or _domain(matter)
        matter.level = matter.level or codes.level_of(matter.code_segments) or self.place.level
        matter.flags = sorted({*matter.flags, *_code_flags(matter, made_here)})
        return matter

    def _give_short_codes(self, matters: Sequence[Matter]) -> None:
        """The rare second matter with the same short code gets the next one."""
        taken = set(
            Matter.objects.filter(short_code__in=[m.short_code for m in matters]).values_list(
                "short_code", flat=True
            )
        )
        for matter in matters:
            attempt = 0
            while matter.short_code in taken:
                attempt += 1
                matter.short_code = naming.short_code(self.place.slug, matter.implementation_code, attempt)
            taken.add(matter.short_code)

    def _save_changes(self, entries: Sequence[Entry]) -> set[int]:
        changed = [entry for entry in entries if entry.changed]
        for entry in changed:
            for key, value in entry.changed.items():
                setattr(entry.matter, key, value)
            naming.spell(entry.matter)
        fields = [
            "name",
            "department",
            "kind",
            "domain",
            "theme",
            "level",
            "basic_code",
            "aliases",
            "source",
            "pinyin",
            "initials",
        ]
        Matter.objects.bulk_update([entry.matter for entry in changed], fields, batch_size=BATCH)
        for entry in changed:
            self._record("matter_changed", entry.matter, {"changed": sorted(entry.changed)})
        return {entry.matter.pk for entry in changed}

    def _versions(self, entries: Sequence[Entry]) -> set[int]:
        """Make, replace or change versions that come from profiles; those worked out are left alone."""
        newest = _newest([entry.matter.pk for entry in entries])
        wanted: list[services.Profiled] = []
        changed: set[int] = set()
        for entry in entries:
            version = newest.get(entry.matter.pk)
            if version is None:
                wanted.append(services.Profiled(entry.matter, entry.parsed.elements))
            elif _differs(version, entry):
                if version.certainty != Certainty.PROFILE:
                    self._flag_one(entry, Flag.LIST_DIFFERS)
                    continue
                changed.add(entry.matter.pk)
                if version.is_frozen:
                    wanted.append(services.Profiled(entry.matter, entry.parsed.elements))
                else:
                    elements = profile_elements(entry.matter, entry.parsed.elements)
                    services.change_draft(version.pk, by=self.by, elements=elements)
        made = services.publish_profiles(wanted, by=self.by, publish=self.publish) if wanted else []
        if self.publish:
            self.report.versions = len(made)
        else:
            self.report.drafts = len(made)
        return changed | {version.matter_id for version in made}

    def _put_in_lists(self, entries: Sequence[Entry]) -> set[int]:
        touched: set[int] = set()
        wanted: dict[int, list[Entry]] = {}
        for entry in entries:
            for code in [*self.every_list, *entry.parsed.lists]:
                wanted.setdefault(self.lists[code].pk, []).append(entry)
        for list_id, members in wanted.items():
            touched |= self._fill_list(list_id, members)
        return touched

    def _fill_list(self, list_id: int, members: Sequence[Entry]) -> set[int]:
        there = {e.matter_id: e for e in ListEntry.objects.filter(matter_list=list_id)}
        last = max((e.order for e in there.values()), default=0)
        rows, touched = [], set()
        for entry in members:
            parsed, pk = entry.parsed, entry.matter.pk
            old = there.get(pk)
            order = parsed.order or (old.order if old else last + 1)
            last = max(last, order)
            if old and (old.order, old.batch, old.role) == (order, parsed.batch, parsed.role):
                continue
            rows.append(
                ListEntry(
                    matter_list_id=list_id, matter_id=pk, order=order, batch=parsed.batch, role=parsed.role
                )
            )
            touched.add(pk)
        ListEntry.objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["matter_list", "matter"],
            update_fields=["order", "batch", "role"],
        )
        self.report.listed += len(rows)
        return touched

    def _flag(self, entries: Sequence[Entry]) -> None:
        """Name what is odd, on the matters and in the report. Names used twice are counted over the place."""
        times = Counter(Matter.objects.filter(jurisdiction=self.place).values_list("name", flat=True))
        stale = []
        for entry in entries:
            matter = entry.matter
            flags = {*naming.oddities(matter.name), *(CODE_FLAGS & set(matter.flags))}
            if times[matter.name] > 1:
                flags.add(str(Flag.NAME_TWICE))
            if sorted(flags) != matter.flags:
                matter.flags = sorted(flags)
                stale.append(matter)
            for flag in matter.flags:
                self._flag_one(entry, Flag(flag))
        Matter.objects.bulk_update(stale, ["flags"], batch_size=BATCH)

    def _flag_one(self, entry: Entry, flag: Flag) -> None:
        self.report.flagged.append(Flagged(entry.parsed.row, entry.parsed.name, str(flag)))

    def _record(self, what: str, matter: Matter, data: dict[str, Any]) -> None:
        trail.record(what, subject=matter, by=self.by, jurisdiction=self.place, data=data)


def _newest(matter_ids: Iterable[int]) -> dict[int, MatterVersion]:
    """The newest version of each matter: an open draft, else the one published last."""
    versions = MatterVersion.objects.filter(matter__in=matter_ids).exclude(state=VersionState.SUPERSEDED)
    return {version.matter_id: version for version in versions.order_by("matter", "number")}


def _differs(version: MatterVersion, entry: Entry) -> bool:
    """Does the file state an element otherwise than the version, once its consequences are drawn?"""
    wanted = profile_elements(entry.matter, entry.parsed.elements)
    return any(getattr(version, key) != wanted[key] for key in entry.parsed.elements)


def _domain(matter: Matter) -> str:
    return (
        matter.department.domain or wording.domain_of(matter.department.name, matter.name) or DEFAULT_DOMAIN
    )


def _code_flags(matter: Matter, made_here: bool) -> set[str]:
    if made_here:
        return {str(Flag.CODE_MADE_HERE)}
    if matter.code_segments["form"] == "other":
        return {str(Flag.CODE_FORM_UNKNOWN)}
    return set() if matter.code_segments["uscc_valid"] else {str(Flag.USCC_DOUBTFUL)}


def _made_code(place: Jurisdiction, department: Department, parsed: Parsed) -> str:
    """A code for a matter that came without one: the same each time, so that a second import finds it."""
    digest = hashlib.sha256(f"{department.name}/{parsed.name}".encode()).hexdigest()[:12].upper()
    return f"{place.code[:6]}-{department.code}-{digest}"[:80]
