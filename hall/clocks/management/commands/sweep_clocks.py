"""Run the clocks' sweep once, or show what it would fire."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hall.clocks import sweep


class Command(BaseCommand):
    help = "Fire every clock that is due and send every warning that is due. --dry-run lists them only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what would fire; change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            self.stdout.write(f"warnings: {sweep.warn()}")
            self.stdout.write(f"clocks: {sweep.run()}")
            return
        clocks = sweep.would_fire()
        for clock in clocks:
            due = timezone.localtime(clock.due_at)
            where = clock.case_id or clock.subject_id
            self.stdout.write(
                f"{clock.pk}\t{due:%Y-%m-%d %H:%M}\t{clock.kind}\t{clock.subject_type}\t{where}"
            )
        self.stdout.write(f"{len(clocks)} would fire")
