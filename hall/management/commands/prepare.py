"""`manage.py prepare`: bring the database to where the hall can open. Safe to repeat, safe to kill."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hall.models import Preparation

# One preparation at a time, however many containers start together. Any number will do, but always the same.
_LOCK = 0x79_69_63_68


class Command(BaseCommand):
    help = "Migrate, collect the static files, load founding and demonstration data where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        with _alone():
            self._migrate()
            self._collect()
            # A new release of the package brings the working days of another year.
            self._once("calendar", self._load_calendar, version("chinesecalendar"))
            if settings.DEMONSTRATION:
                self._once(
                    "places", lambda: call_command("load_places"), _fingerprint(settings.HALL_FIXTURES)
                )
                if settings.HALL_DEMO != 0:
                    self._once("demo", self._demonstrate)
                self._list_accounts()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"Migrating the database ({len(plan)} steps) …")
            call_command("migrate", interactive=False, verbosity=0)

    def _collect(self) -> None:
        if not settings.STATIC_ROOT:  # files are served from where they lie
            return
        root = Path(settings.STATIC_ROOT)
        if root.exists() and not os.access(
            root, os.W_OK
        ):  # an image brings them, collected when it was built
            return
        stamp = root / ".collected"
        fingerprint = _fingerprint(*settings.STATICFILES_DIRS)
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=root.exists())
        stamp.write_text(fingerprint)

    def _once(self, step: str, work: Callable[[], Any], fingerprint: str = "") -> None:
        """Do `work` unless it was finished in this database with the same files."""
        if Preparation.objects.filter(step=step, fingerprint=fingerprint).exists():
            return
        work()
        Preparation.objects.update_or_create(step=step, defaults={"fingerprint": fingerprint})

    def _load_calendar(self) -> None:
        call_command("load_calendar", stdout=io.StringIO())

    def _demonstrate(self) -> None:
        """Demonstration cases, in an empty hall only: one that was interrupted keeps what it has."""
        try:
            call_command("make_demo")
        except CommandError as error:
            self.stderr.write(f"No more demonstration cases: {error}")

    def _list_accounts(self) -> None:
        """Leave the table of demonstration accounts where the caretaker finds it."""
        table = io.StringIO()
        call_command("demo_accounts", stdout=table)
        (settings.HALL_DATA / "accounts.txt").write_text(table.getvalue(), encoding="utf-8")


@contextmanager
def _alone() -> Iterator[None]:
    holder = connection.copy()  # a step may close the connections of its process; the lock must outlive that
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield
    finally:
        holder.close()  # and the lock with it


def _fingerprint(*folders: Path) -> str:
    """Changes when a file is added, removed or rewritten. Of names, sizes and times, not of contents."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            if file.suffix in (".py", ".pyc"):
                continue
            found = file.stat()
            digest.update(f"{file.relative_to(folder)}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
