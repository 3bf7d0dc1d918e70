"""Put a database into a known state: after a test that really commits, or with founding data.

Django would empty every table, which our append-only triggers refuse (rightly), and would lose the rows
that migrations wrote. So: remember those rows once, and after each such test delete what is there and copy
them back, with triggers off for that one transaction.
"""

from __future__ import annotations

import io

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from psycopg2 import sql


class Snapshot:
    """All rows of a database."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}

    def take(self) -> None:
        """Remember every row."""
        with connection.cursor() as cursor:
            for table in _tables_with_rows(cursor):
                buffer = io.BytesIO()
                copy = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
                cursor.cursor.copy_expert(copy.as_string(cursor.cursor), buffer)
                self.rows[table] = buffer.getvalue()

    def restore(self) -> None:
        """Delete what is there and copy back what was remembered."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, no foreign keys
            for table in _tables_with_rows(cursor):
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table, rows in self.rows.items():
                copy = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
                cursor.cursor.copy_expert(copy.as_string(cursor.cursor), io.BytesIO(rows))

    def restore_with_sequences(self) -> None:
        """As `restore`, into a database that has not seen these rows: new rows must not get their numbers."""
        self.restore()
        with connection.cursor() as cursor:
            models = apps.get_models(include_auto_created=True)
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)


def _tables_with_rows(cursor) -> list[str]:
    """Names of the tables that hold rows; partitions count through their parent."""
    cursor.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relname <> 'django_migrations' ORDER BY 1"
    )
    names = [name for (name,) in cursor.fetchall()]
    questions = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in names
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(questions))
    return [name for (name,) in cursor.fetchall()]
