"""Put the database back after a test that really commits.

Django would empty every table, which our append-only triggers refuse (rightly), and would lose the rows
that migrations wrote. So: remember those rows once, and after each such test delete what is there and copy
them back, with triggers off for that one transaction.
"""

from __future__ import annotations

import io

from django.db import connection, transaction
from psycopg2 import sql


class Snapshot:
    """The rows of a freshly migrated test database."""

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
