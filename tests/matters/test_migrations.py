"""What is stored is carried over into a new shape, though published versions are frozen by triggers."""

from __future__ import annotations

import importlib
import json

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from matters import formschema

from .conftest import form_field

BEFORE = ("matters", "0003_elements_and_life_of_a_version")
CARRIES_OVER = ("matters", "0004_form_schema_step_codes_and_regime_versions")
ITEMS = [form_field("name", "名称", "text", required=True)]
# The tables as far as the migration touches them, before those of the schema in the search path.
TABLES = """
    CREATE TEMP TABLE matters_matterversion (
        id int PRIMARY KEY, matter_id int, number int, form_fields jsonb, form jsonb DEFAULT '{}');
    CREATE TEMP TABLE matters_step (id int, version_id int, stage int, "order" int, code text);
    CREATE TEMP TABLE matters_regime (code text, family text);
    INSERT INTO matters_step VALUES (11, 1, 2, 1, ''), (10, 1, 1, 1, ''), (12, 2, 1, 1, '');
    INSERT INTO matters_regime VALUES ('licensing', '');
    CREATE FUNCTION pg_temp.frozen() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'frozen'; END $$;
"""
FREEZE = "CREATE TRIGGER frozen BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION pg_temp.frozen()"


@pytest.mark.django_db(transaction=True)
def test_every_version_gets_its_form_and_every_step_its_code():
    loader = MigrationLoader(connection, replace_migrations=False)
    state = loader.graph.nodes[CARRIES_OVER].mutate_state(loader.project_state([BEFORE]))
    migration = importlib.import_module(f"matters.migrations.{CARRIES_OVER[1]}")
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        rows = "INSERT INTO matters_matterversion (id, form_fields) VALUES (1, %s), (2, '[]')"
        cursor.execute(rows, [json.dumps(ITEMS)])
        for table in ("matters_matterversion", "matters_step"):
            cursor.execute(FREEZE.format(table))
        try:
            with connection.schema_editor() as editor:
                migration.fill(state.apps, editor)
            cursor.execute("SELECT form::text FROM matters_matterversion ORDER BY id")
            stored, empty = (json.loads(text) for (text,) in cursor.fetchall())
            assert stored == formschema.form_of(ITEMS)
            assert empty == {}
            cursor.execute("SELECT id, code FROM matters_step ORDER BY id")
            assert cursor.fetchall() == [(10, "s01"), (11, "s02"), (12, "s01")]
            cursor.execute("SELECT family FROM matters_regime")
            assert cursor.fetchall() == [("licensing",)]
            with pytest.raises(DatabaseError, match="frozen"):
                cursor.execute("UPDATE matters_step SET code = 'x'")
        finally:
            cursor.execute("DISCARD TEMP")
