"""Which department of the place a file means. One that the place does not know is entered and reported."""

from __future__ import annotations

from django.utils.text import slugify

from hall.actors import Actor
from hall.organisation.choices import DepartmentKind
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from .. import codes, naming, wording

LONGEST_CODE = 30


class Departments:
    """Departments of one place by every name under which a file may mention them."""

    def __init__(self, place: Jurisdiction, by: Actor) -> None:
        self.place, self.by = place, by
        self.known = list(Department.objects.filter(jurisdiction=place))
        self.by_name = {name: d for d in self.known for name in (d.name, d.short_name) if name}
        self.codes = {d.code for d in self.known}
        self.made: list[str] = []

    def find(self, name: str, uscc: str = "") -> Department:
        """The department called `name`: by full or short name, else by the one full name that ends in it."""
        if name not in self.by_name:
            ending = [d for d in self.known if d.name.endswith(name)]
            self.by_name[name] = ending[0] if len(ending) == 1 else self._enter(name, uscc)
        return self.by_name[name]

    def _enter(self, name: str, uscc: str) -> Department:
        department = Department.objects.create(
            jurisdiction=self.place,
            code=self._free_code(name),
            name=name,
            short_name=name[:30],
            kind=DepartmentKind.ORGAN,
            uscc=uscc if codes.is_uscc(uscc) else "",
            domain=wording.domain_of(name),
            pinyin=naming.pinyin([name])[:400],
            order=len(self.known) + 1,
        )
        trail.record(
            "department_entered", subject=department, by=self.by, jurisdiction=self.place, data={"name": name}
        )
        self.known.append(department)
        self.codes.add(department.code)
        self.made.append(name)
        return department

    def _free_code(self, name: str) -> str:
        stem = slugify(naming.initials([name]))[:LONGEST_CODE] or "department"
        code, n = stem, 1
        while code in self.codes:
            n += 1
            code = f"{stem}-{n}"
        return code
