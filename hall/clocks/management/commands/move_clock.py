"""Move the hall forward in time, in demonstration mode only."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.actors import SYSTEM
from hall.clocks import demo
from hall.errors import HallError


class Command(BaseCommand):
    help = "Move the demonstration clock forward: 3wd (working days), 2d (days), 5h, 30m; or reset."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("step", help="3wd, 2d, 5h, 30m or reset")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["step"] == "reset":
                demo.reset(by=SYSTEM)
                self.stdout.write("the hall is back at real time")
                return
            present = demo.move_forward(demo.read_step(options["step"]), by=SYSTEM)
        except HallError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"the hall's time is now {timezone.localtime(present):%Y-%m-%d %H:%M}")
