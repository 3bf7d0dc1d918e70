"""Writing in the caller's transaction, with as few statements as it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models, transaction

from . import statements

P = ParamSpec("P")
R = TypeVar("R")
FEW = 6  # rows


def joining(verb: Callable[P, R]) -> Callable[P, R]:
    """Run `verb` in the caller's transaction, or in one of its own where there is none.

    `transaction.atomic` would put a savepoint around every call: two statements more, a tenth of the time
    of an intake when kernel verbs are called by rooms' verbs. So: only for verbs that raise their domain
    errors before they write anything; there is then nothing for a savepoint to take back.
    """

    @wraps(verb)
    def joined(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return verb(*args, **kwargs)
        with transaction.atomic():
            return verb(*args, **kwargs)

    return joined


def insert_new(row: models.Model) -> bool:
    """Insert `row` and give it its key; False if a unique constraint already has such a row.

    Somebody else's row that is not committed yet is waited for. One statement instead of a savepoint, an
    INSERT that may fail, and a release. Sends no signals.
    """
    return _insert([row], "ON CONFLICT DO NOTHING") == 1


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model in one statement and give them their keys. Sends no signals.

    `bulk_create` does the same at three times the cost of the statement.
    """
    if rows:
        _insert(rows, "")


def _insert(rows: Sequence[models.Model], on_conflict: str) -> int:
    fields, head, places, tail = _insertion(type(rows[0]))
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        statement = f"{head} {', '.join([places] * len(rows))} {on_conflict} {tail}"
        _run(cursor, statement, values, len(rows))
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=not on_conflict):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    return len(keys)


def update_all(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of rows of one model in one statement. Sends no signals.

    `bulk_update` does the same by a CASE for every field, which costs five times the statement.
    """
    if not rows:
        return
    fields, statement, places = _updating(type(rows[0]), tuple(names))
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        _run(cursor, statement.format(", ".join([places] * len(rows))), values, len(rows))


def _run(cursor: Any, statement: str, values: Sequence[Any], rows: int) -> None:
    """Have the statement for a few rows planned once; one for many rows will hardly come again."""
    if rows <= FEW:
        statements.execute(cursor, statement, values)
    else:
        cursor.execute(statement, values)


@cache
def _updating(model: type[models.Model], names: tuple[str, ...]) -> tuple[list[models.Field], str, str]:
    """The key and the fields, the statement, and the places of one row in it, each with its type."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [model._meta.pk, *(by_name[name] for name in names)]
    columns = [_quoted(field) for field in fields]
    changes = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    statement = (
        f"UPDATE {connection.ops.quote_name(model._meta.db_table)} AS old SET {changes}"  # noqa: S608
        f" FROM (VALUES {{}}) AS new ({', '.join(columns)}) WHERE old.{columns[0]} = new.{columns[0]}"
    )
    places = ", ".join(f"%s::{field.rel_db_type(connection)}" for field in fields[:1])
    places += "".join(f", %s::{field.db_type(connection)}" for field in fields[1:])
    return fields, statement, f"({places})"


def _quoted(field: models.Field) -> str:
    return connection.ops.quote_name(str(field.column))


@cache
def _insertion(model: type[models.Model]) -> tuple[list[models.Field], str, str, str]:
    """The fields to write (a key only if the database does not give it), and the parts of the statement."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(map(_quoted, fields))
    places = ", ".join(["%s"] * len(fields))
    head = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES"
    return fields, head, f"({places})", f"RETURNING {_quoted(model._meta.pk)}"
