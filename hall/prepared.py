"""Reads that Django composes once.

Composing the SQL of a case with its version, matter, place and people costs Django five times what running
it and making the objects costs, and every verb begins with that read. A `Prepared` read is composed at its
first call; from then on only its values change. Same SQL, same objects as the queryset would give.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from . import statements

M = TypeVar("M", bound=Model)

# For each type of value a mark that no real value equals, made different by its number among the values.
_MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda n: -(987_654_321 + n),
    str: lambda n: f"\x01mark {n}",
    UUID: lambda n: UUID(int=n + 1),
    dt.date: lambda n: dt.date(1, 1, 1 + n),
    dt.datetime: lambda n: dt.datetime(1, 2, 1 + n, tzinfo=dt.UTC),
}


class Prepared(Generic[M]):
    """A read of whole model instances, with `select_related` and locks as the queryset asks for them.

    `build` makes the queryset from values of the `types` given, in that order, and must put each of them
    unchanged into the statement. It may not prefetch, and may ask nothing but its values (no `now()`).
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *types: type) -> None:
        self._build = build
        self._marks = [_MARKS[each](number) for number, each in enumerate(types)]
        self._plan: _Plan | None = None

    def all(self, *values: Any) -> list[M]:
        """Every row for these values."""
        plan = self._plan
        if plan is None:
            plan = self._plan = _compose(self._build(*self._marks), self._marks)
        if plan.locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        given = [values[which] if which is not None else fixed for which, fixed in plan.parameters]
        with connection.cursor() as cursor:
            statements.execute(cursor, plan.sql, given)
            rows = cursor.fetchall()
        return [plan.instance(list(row)) for row in rows]

    def first(self, *values: Any) -> M | None:
        """The first row for these values, or None. Give `build` a limit if there may be many."""
        return next(iter(self.all(*values)), None)


@dataclass(frozen=True)
class _Plan:
    """A composed statement, and how Django would read its rows (as ModelIterable does)."""

    sql: str
    parameters: Sequence[tuple[int | None, Any]]  # the number of a value, or a parameter that never changes
    locks: bool
    model: type[Model]
    names: Sequence[str]
    start: int
    end: int
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    related: Sequence[Any]

    def instance(self, row: list[Any]) -> Any:
        for at, converters, expression in self.converters:
            for convert in converters:
                row[at] = convert(row[at], expression, connection)
        found = self.model.from_db(connection.alias, self.names, row[self.start : self.end])
        for populator in self.related:
            populator.populate(row, found)
        return found


def _compose(queryset: QuerySet[Any], marks: Sequence[Any]) -> _Plan:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    placed = [(marks.index(each) if each in marks else None, each) for each in parameters]
    if {which for which, _each in placed if which is not None} != set(range(len(marks))):
        raise ValueError(f"not every value reaches the statement as it is: {sql}")
    columns = compiler.select[: compiler.col_count]
    converters = compiler.get_converters([expression for expression, _sql, _alias in columns])
    own = compiler.klass_info["select_fields"]
    start, end = own[0], own[-1] + 1
    return _Plan(
        sql=sql,
        parameters=placed,
        locks=bool(queryset.query.select_for_update),
        model=compiler.klass_info["model"],
        names=[column[0].target.attname for column in compiler.select[start:end]],
        start=start,
        end=end,
        converters=[(at, functions, expression) for at, (functions, expression) in converters.items()],
        # The stubs know a later Django, in which it takes one argument more.
        related=get_related_populators(compiler.klass_info, compiler.select, connection.alias),  # type: ignore[call-arg]
    )
