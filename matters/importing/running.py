"""Applies the rows of a file to the catalogue of one place, in a fixed number of statements a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Invalid
from hall.organisation.models import Jurisdiction
from hall.trail import services as trail

from .. import naming, services
from ..choices import Certainty, Flag, ImportMode, VersionState
from ..models import Matter, MatterList, MatterVersion
from ..services.loading import BATCH, profile_elements
from ..services.rights import require_keeper, touch
from . import columns, editing, making, told
from .columns import Known
from .departments import Departments
from .entering import give_short_codes, made_code, new_matter
from .joining import join_parts
from .parsing import IN_WORDS, Faults, Parsed, Place, filled_cells, parse
from .placing import fill_list, keep_flags
from .reading import Book, Row, read_book
from .report import Batch, Fault, Flagged, Refusal, Report, reasons

RELATED = {"deciding", "regime"}  # elements that are rows of other tables
TELL_EVERY = 20  # matters between two words about the progress
Progress = Callable[[int, int], None]


@dataclass(eq=False)
class Entry:
    """A row with its matter: new ones have no key yet."""

    parsed: Parsed
    matter: Matter
    changed: dict[str, Any]
    is_new: bool = False

    @property
    def is_whole(self) -> bool:
        """Does the file say more of it than a plain list does?"""
        parsed = self.parsed
        return bool(parsed.base is not None or parsed.made_parts or RELATED & parsed.elements.keys())


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
    mode: str = ImportMode.ROWS,
) -> Report:
    """Bring the matters of a CSV or XLSX file into the catalogue of `place`. A second run changes nothing.

    A matter is known by its implementation code; without one, by department and name under a code made
    here. Official names are kept as they are, oddities flagged. New matters get a version from the profile
    of their type: a draft, or with `publish` one in force. Unknown departments are entered. With
    `list_code` every matter goes into that list. `dry_run` does everything and takes it back.

    A row of a plain list never replaces a worked-out version. A row of an export names the version from
    which it was made; what it changes, materials and steps included, becomes the next draft for review.
    With `publish` it is handed over for a second keeper's approval; run by the system, it is put in force if
    no rule speaks against it.

    `mode` says what one refused row does to the others: nothing (`ROWS`), or keep out its whole batch
    (`BATCH`): the rows with one value of the column 批次, or all rows that have none.

    Raises NotAllowed unless `by` keeps this catalogue, Invalid for a file that cannot be read.
    """
    require_keeper(by, place)
    return import_book(
        read_book(content, name), place, by=by, name=name, list_code=list_code, publish=publish,
        is_demo=is_demo, dry_run=dry_run, mode=mode,
    )  # fmt: skip


@transaction.atomic
def import_book(
    book: Book,
    place: Jurisdiction,
    *,
    by: Actor,
    name: str = "",
    list_code: str = "",
    publish: bool = False,
    is_demo: bool = False,
    dry_run: bool = False,
    mode: str = ImportMode.ROWS,
    progress: Progress | None = None,
) -> Report:
    """As `import_matters`, for a file that has been read."""
    require_keeper(by, place)
    run = _Run(place, by, publish=publish, is_demo=is_demo, list_code=list_code, progress=progress)
    run.report.dry_run = dry_run
    run.take(book, ImportMode(mode))
    trail.record(
        "matters_imported",
        subject=place,
        by=by,
        jurisdiction=place,
        data={"file": name, "list": list_code, "mode": str(mode), **run.report.as_data()},
    )
    if dry_run:
        transaction.set_rollback(True)
    return run.report


class _Run:
    """One import: what it knows of the place, and the report that it fills."""

    def __init__(
        self,
        place: Jurisdiction,
        by: Actor,
        *,
        publish: bool,
        is_demo: bool,
        list_code: str,
        progress: Progress | None,
    ) -> None:
        self.place, self.by, self.publish, self.is_demo = place, by, publish, is_demo
        self.progress = progress or (lambda done, total: None)
        self.report = Report()
        self.lists = {
            key: found
            for found in MatterList.objects.filter(jurisdiction=place)
            for key in (found.code, found.name)
        }
        if list_code and list_code not in self.lists:
            raise Invalid(_("本地没有代码为%(code)s的清单") % {"code": list_code})
        self.every_list = [list_code] if list_code else []
        self.seen: dict[str, int] = {}
        self._look_around()

    def _look_around(self) -> None:
        """What the place has now; asked again when a batch was taken back."""
        self.departments = Departments(self.place, self.by)
        self.known = {m.implementation_code: m for m in Matter.objects.filter(jurisdiction=self.place)}
        self.named = Known(self.place)

    def take(self, book: Book, mode: ImportMode) -> None:
        """Apply every row, batch by batch."""
        rows = [row for row in book.matters.rows if not row.is_example]
        self.report.examples = len(book.matters.rows) - len(rows)
        self.report.unknown = list(book.matters.unknown)
        self.report.read = len(rows)
        parsed = [parse(row) for row in rows]
        strays = join_parts(book, parsed)
        self.report.read += len(strays)
        self.report.refused += strays
        if mode == ImportMode.ROWS:
            self.report.add(self._apply(parsed))
        else:
            self._take_batches(parsed, bool(strays))
        touch(self.place)

    def _take_batches(self, parsed: Sequence[Parsed], spoilt: bool) -> None:
        """Each batch as a whole or not at all; a row of a part that belongs to no matter spoils every one."""
        batches: dict[str, list[Parsed]] = {}
        for each in parsed:
            batches.setdefault(each.batch, []).append(each)
        for name, members in batches.items():
            with transaction.atomic():
                report = self._apply(members)
                refused = len(report.refused) or int(spoilt)
                if refused:
                    transaction.set_rollback(True)
            if refused:
                report = Report(refused=report.refused, held=len(members) - len(report.refused))
                self._look_around()
            self.report.batches.append(Batch(name, len(members), refused))
            self.report.add(report)

    def _apply(self, parsed: Sequence[Parsed]) -> Report:
        """Apply these rows; what is refused is left out."""
        self.part = Report()
        self.entries = [entry for each in parsed if (entry := self._entry(each))]
        entries = self.entries
        whole = [entry for entry in entries if entry.is_new and entry.is_whole]
        plain = [entry for entry in entries if entry.is_new and not entry.is_whole]
        old = [entry for entry in entries if not entry.is_new]
        give_short_codes(self.place, [entry.matter for entry in [*plain, *whole]])
        Matter.objects.bulk_create([entry.matter for entry in plain], batch_size=BATCH)
        for entry in plain:
            self._record("matter_created", entry.matter, {"code": entry.matter.implementation_code})
        with_versions = self._versions([*plain, *(e for e in old if e.parsed.base is None)])
        made = self._make_whole(whole)
        with_versions |= self._edit([entry for entry in old if entry.parsed.base is not None])
        old = [entry for entry in old if not entry.parsed.faults]
        self.entries = [entry for entry in entries if not entry.parsed.faults]
        with_changes = self._save_changes(old)
        with_lists = self._put_in_lists(self.entries)
        touched = (with_versions | with_changes | with_lists) & {entry.matter.pk for entry in old}
        self.part.created = len(plain) + made
        self.part.updated = len(touched)
        self.part.unchanged = len(old) - len(touched)
        self.part.departments = self.departments.made
        self._flag(self.entries)
        return self.part

    def _entry(self, parsed: Parsed) -> Entry | None:
        unknown = [code for code in parsed.lists if code not in self.lists]
        unknown += [code for code, _spot in parsed.places if code not in self.lists]
        if unknown:
            told = {"lists": "、".join(unknown)}
            _note(parsed, "list_code", _("没有这个清单：%(lists)s") % told, _("先新建清单，或者改正代码"))
        matter = self.known.get(parsed.code)
        if parsed.base is not None:
            editing.read_identity(parsed, matter, self.named)
        else:
            self._read_rest(parsed, matter)
        if matter is None and parsed.base is not None:
            making.read_elements(parsed, self.named)
        if matter is None:
            editing.read_parts(parsed, self.named)
        if parsed.faults:
            self._refuse(parsed)
            return None
        return self._understood(parsed, matter)

    def _read_rest(self, parsed: Parsed, matter: Matter | None) -> None:
        """Elements that a list states beyond those that it has words of its own for."""
        if matter is not None and parsed.has_parts:
            remedy = _("先导出，在导出的表中修改")
            _note(parsed, "base", _("修改已有事项的材料或者环节，须填版本号"), remedy)
        faults = Faults(Row(parsed.number, {}))
        rest = {name: column for name, column in columns.elements().items() if name not in IN_WORDS}
        parsed.elements |= filled_cells(parsed.row, rest, self.named, faults)
        if matter is not None and (named := RELATED & parsed.elements.keys()):
            faults.note(min(named), _("修改已有事项的这一项，须填版本号"), _("先导出，在导出的表中修改"))
        parsed.faults += faults

    def _understood(self, parsed: Parsed, matter: Matter | None) -> Entry | None:
        if matter is not None and parsed.department == matter.department.name:
            department = matter.department
        else:
            department = self.departments.find(parsed.department, parsed.department_uscc)
        made_here = not parsed.code
        code = parsed.code or made_code(self.place, department, parsed.name)
        if code in self.seen:
            told = {"code": code, "row": self.seen[code]}
            _note(parsed, "implementation_code", _("实施编码%(code)s与第%(row)s行重复") % told, _("删去一行"))
            self._refuse(parsed)
            return None
        self.seen[code] = parsed.number
        matter = matter or self.known.get(code)
        stated = {"name": parsed.name, "department": department, **parsed.identity}
        if matter is None:
            made = new_matter(self.place, code, stated, made_here=made_here, is_demo=self.is_demo)
            return Entry(parsed, made, {}, is_new=True)
        if columns.identity()["name"].text(matter) == parsed.name:
            del stated["name"]
        changed = {key: value for key, value in stated.items() if getattr(matter, key) != value}
        return Entry(parsed, matter, changed)

    def _refuse(self, parsed: Parsed) -> None:
        faults = tuple(parsed.faults)
        self.part.refused.append(Refusal(parsed.number, parsed.name, reasons(faults), faults))

    def _make_whole(self, entries: Sequence[Entry]) -> int:
        """New matters with all that their rows and parts say. Returns how many were made."""
        for number, entry in enumerate(entries, 1):
            version = making.make(entry.matter, entry.parsed, by=self.by, publish=self.publish)
            if version is None:
                self._refuse(entry.parsed)
            elif version.is_frozen:
                self.part.versions += 1
            else:
                self.part.drafts += 1
                if self.publish:
                    self._flag_one(entry, Flag.LEFT_AS_DRAFT)
            self._tell(number, len(entries))
        return sum(not entry.parsed.faults for entry in entries)

    def _edit(self, entries: Sequence[Entry]) -> set[int]:
        """What an edited export changes, matter by matter; a refused one leaves no trace."""
        touched: set[int] = set()
        matters = [entry.matter for entry in entries]
        versions, open_numbers = told.versions(matters), editing.open_numbers(matters)
        for number, entry in enumerate(entries, 1):
            parsed, key = entry.parsed, entry.matter.pk
            edit = editing.read_edit(parsed, versions.get(key), open_numbers.get(key, ()), self.named)
            if edit and not parsed.faults:
                editing.apply(edit, parsed, entry.matter, by=self.by, publish=self.publish)
            if parsed.faults:
                self._refuse(parsed)
            elif edit:
                touched.add(key)
                in_force = self.publish and self.by == SYSTEM
                self.part.versions += in_force
                self.part.drafts += not in_force
            self._tell(number, len(entries))
        return touched

    def _tell(self, number: int, of: int) -> None:
        if number % TELL_EVERY == 0 or number == of:
            self.progress(number, of)

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
        if not entries:
            return set()
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
            self.part.versions += len(made)
        else:
            self.part.drafts += len(made)
        return changed | {version.matter_id for version in made}

    def _put_in_lists(self, entries: Sequence[Entry]) -> set[int]:
        """The lists of the first sheet and of the sheet of lists. Returns whom that moved."""
        wanted: dict[int, list[tuple[Matter, Place]]] = {}
        for entry in entries:
            parsed = entry.parsed
            spot = Place(parsed.order, parsed.batch, parsed.role)
            places = [(code, spot) for code in (*self.every_list, *parsed.lists)]
            for code, there in [*places, *parsed.places]:
                wanted.setdefault(self.lists[code].pk, []).append((entry.matter, there))
        moved = [fill_list(list_id, members) for list_id, members in wanted.items()]
        self.part.listed += sum(map(len, moved))
        return set().union(*moved)

    def _flag(self, entries: Sequence[Entry]) -> None:
        keep_flags(self.place, [entry.matter for entry in entries])
        for entry in entries:
            for flag in entry.matter.flags:
                self._flag_one(entry, Flag(flag))

    def _flag_one(self, entry: Entry, flag: Flag) -> None:
        self.part.flagged.append(Flagged(entry.parsed.number, entry.parsed.name, str(flag)))

    def _record(self, what: str, matter: Matter, data: dict[str, Any]) -> None:
        trail.record(what, subject=matter, by=self.by, jurisdiction=self.place, data=data)


def _note(parsed: Parsed, column: str, problem: str, remedy: str = "") -> None:
    parsed.faults.append(Fault(parsed.number, column, columns.heading(column), problem, remedy))


def _newest(matter_ids: Iterable[int]) -> dict[int, MatterVersion]:
    """The newest version of each matter: an open draft, else the one published last."""
    versions = MatterVersion.objects.filter(matter__in=matter_ids).exclude(state=VersionState.SUPERSEDED)
    return {version.matter_id: version for version in versions.order_by("matter", "number")}


def _differs(version: MatterVersion, entry: Entry) -> bool:
    """Does the file state an element otherwise than the version, once its consequences are drawn?"""
    wanted = profile_elements(entry.matter, entry.parsed.elements)
    return any(getattr(version, key) != wanted[key] for key in entry.parsed.elements)
