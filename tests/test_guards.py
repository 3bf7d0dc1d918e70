"""What nobody would notice until it is too late: porters that never run, names in code, models without
migrations, admin pages that go round the verbs.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.template import engines
from django.test import RequestFactory

from fixtures import sources
from hall.celery import app
from hall.people.models import User

ROOT = Path(settings.BASE_DIR)
ROOMS = ("hall", "matters", "applications", "routing", "certificates", "supervision")
# The places are data: only the founding data and the tests may name one.
CODE = (*ROOMS, "templates", "static/js", "static/css", "deploy", "bin")


def _files(*suffixes: str) -> Iterator[Path]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and (path.suffix in suffixes or (folder == "bin" and not path.suffix)):
                yield path


@functools.cache
def _trees() -> dict[str, ast.Module]:
    """Every module of the rooms, parsed."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for room in (*ROOMS, "fixtures")
        for path in sorted((ROOT / room).rglob("*.py"))
    }


@pytest.fixture(scope="module", autouse=True)
def tasks() -> dict[str, Any]:
    """The porters as a worker knows them."""
    app.loader.import_default_modules()
    return app.tasks


class TestPorters:
    @pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
    def test_the_timetable_names_a_porter_and_gives_it_what_it_takes(self, tasks, name):
        entry = app.conf.beat_schedule[name]
        porter = tasks[entry["task"]]
        inspect.signature(porter.run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))

    def test_a_nudge_names_a_porter_that_takes_one_thing_at_most(self, tasks):
        nudged = dict(_nudges())
        assert nudged, "nobody nudges: this test looks in the wrong place"
        for name, given in nudged.items():
            assert name in tasks, f"nobody is called {name}"
            inspect.signature(tasks[name].run).bind(*[""] * given)

    def test_every_porter_has_a_queue_that_workers_take(self, tasks):
        queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
        for name in tasks:
            if not name.startswith("celery."):
                assert app.amqp.router.route({}, name)["queue"].name in queues, name

    def test_every_worker_takes_every_queue(self):
        """Without -Q a worker takes all; one that names queues leaves the others lying."""
        commands = [line.split(": ", 1)[1] for line in (ROOT / "Procfile").read_text().splitlines()]
        services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
        commands += [" ".join(map(str, each.get("command", []))) for each in services.values()]
        workers = [command for command in commands if "hall.celery" in command and " worker" in command]
        assert len(workers) >= 2
        assert not [command for command in workers if re.search(r"\s(-Q|--queues)", command)]

    def test_what_must_go_on_by_itself_is_on_the_timetable(self):
        planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
        swept = {name.partition(".")[0] for name in planned}
        assert {"clocks", "routing", "certificates", "supervision", "notices", "matters"} <= swept


def _nudges() -> Iterator[tuple[str, int]]:
    """Each literal `nudge("porter", …)`: the porter's name and how many things it is given."""
    for tree in _trees().values():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called == "nudge" and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, len(node.args) - 1


class TestPlaces:
    """A sixth place needs data and no code."""

    @pytest.fixture(scope="class")
    def names(self) -> re.Pattern[str]:
        told = [sources.place(slug)["jurisdiction"] for slug in sources.slugs()]
        chinese = {each["short_name"] for each in told} | {"東莞"}
        return re.compile("|".join(sorted(chinese | {rf"\b{slug}\b" for slug in sources.slugs()})))

    def test_no_code_and_no_page_names_one(self, names):
        found = [
            f"{path.relative_to(ROOT)}: {match[0]}"
            for path in _files(".py", ".html", ".js", ".css", ".conf")
            if (match := names.search(path.read_text(encoding="utf-8")))
        ]
        assert not found


def _named(rows: Iterable[Any] | None) -> dict[str, Any]:
    return {row.name: row for row in rows or ()}


class TestModels:
    def test_every_change_has_its_migration(self, db):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    def test_a_merged_migration_and_those_it_replaces_make_the_same_tables(self):
        """A database made anew goes by the one, a database made before by the others."""
        merged, others = (
            MigrationLoader(None, replace_migrations=which).project_state() for which in (True, False)
        )
        assert merged.models.keys() == others.models.keys()
        for key, model in merged.models.items():
            before = others.models[key]
            assert {n: f.deconstruct()[1:] for n, f in model.fields.items()} == {
                n: f.deconstruct()[1:] for n, f in before.fields.items()
            }, key
            for rows in ("indexes", "constraints"):
                assert _named(model.options.get(rows)) == _named(before.options.get(rows)), key

    def test_every_model_says_what_it_is(self):
        silent = [
            model.__name__
            for model in apps.get_models()
            if model.__module__.split(".")[0] in ROOMS and not (model.__doc__ or "").strip()
        ]
        assert not silent


class TestTechniciansAdmin:
    """Changes go through the verbs; whatever could go round them is only to be looked at."""

    @pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda m: m._meta.label))
    def test_it_only_looks(self, model):
        page = admin.site._registry[model]
        request = RequestFactory().get("/admin/")
        request.user = User(username="technician", is_staff=True, is_superuser=True, is_active=True)
        if model.__module__.startswith(ROOMS):
            assert not page.has_add_permission(request)
            assert not page.has_change_permission(request)
            assert not page.has_delete_permission(request)
            assert not [
                each for each in page.get_inline_instances(request) if each.has_add_permission(request, None)
            ]
            assert not page.get_actions(request)
        else:
            assert model._meta.app_label in {"auth", "axes"}

    def test_no_room_registers_one_that_it_could_change_by_list(self):
        assert not [page for page in admin.site._registry.values() if page.list_editable]


class TestPages:
    """What tests/hall/design says of the desks' templates holds for all that is served."""

    @pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.*")), ids=lambda path: path.name)
    def test_every_template_compiles(self, path):
        engines["django"].get_template(str(path.relative_to(ROOT / "templates")))

    def test_scripts_run_nothing_that_they_were_told_as_text(self):
        forbidden = re.compile(r"\beval\(|new Function\(|document\.write\(|set(Timeout|Interval)\(\s*[\"'`]")
        found = [path.name for path in _files(".js") if forbidden.search(path.read_text(encoding="utf-8"))]
        assert not found

    def test_scripts_and_sheets_ask_no_other_host(self):
        outside = re.compile(r"(?:url\(|import\s*\(?|fetch\(|from\s+)\s*[\"']?(?:https?:)?//")
        found = [
            path.name for path in _files(".js", ".css") if outside.search(path.read_text(encoding="utf-8"))
        ]
        assert not found


class TestCode:
    def test_no_code_compares_chinese_text(self):
        """Words are for people; code compares codes (choices.py)."""
        found = []
        for name, tree in _trees().items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Compare):
                    sides = [node.left, *node.comparators]
                    words = [
                        s.value for s in sides if isinstance(s, ast.Constant) and isinstance(s.value, str)
                    ]
                    if any(re.search(r"[\u4e00-\u9fff]", word) for word in words):
                        found.append(f"{name}:{node.lineno}")
        assert not found

    def test_nobody_asks_the_machine_what_time_it_is(self):
        """The present comes from hall.now, so that tests and demonstrations can move it."""
        allowed = {"hall/now.py"}
        found = []
        for name, tree in _trees().items():
            if name in allowed:
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    called = ast.unparse(node.func)
                    if called in {
                        "timezone.now",
                        "datetime.now",
                        "dt.datetime.now",
                        "datetime.datetime.now",
                        "dt.date.today",
                        "date.today",
                    }:
                        found.append(f"{name}:{node.lineno}: {called}")
        assert not found
