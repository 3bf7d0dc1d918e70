"""Say why a clock is due when it is, day by day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.clocks import queries
from hall.clocks.models import Clock


class Command(BaseCommand):
    help = "Print the day-by-day explanation of a clock's due date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        clock = Clock.objects.select_related("jurisdiction", "hall").filter(pk=options["id"]).first()
        if clock is None:
            raise CommandError(f"there is no clock {options['id']}")
        due = queries.explain(clock)
        started = timezone.localtime(clock.started_at)
        self.stdout.write(f"{clock} · {clock.get_state_display()} · {started:%Y-%m-%d %H:%M} · {clock.basis}")
        for line in due.lines:
            mark = " (暂定)" if line.provisional else ""
            self.stdout.write(f"{line.day:%Y-%m-%d}\t{line.kind.label}\t{line.reason}{mark}")
        if due.at is None:
            self.stdout.write("中止中，没有届满日期")
            return
        self.stdout.write(f"届满 {due.at:%Y-%m-%d %H:%M:%S}{' (暂定)' if due.provisional else ''}")
        if due.at != clock.due_at:
            self.stdout.write(self.style.WARNING(f"stored: {clock.due_at}"))
