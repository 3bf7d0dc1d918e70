"""Move the hall forward in time, in demonstration mode only."""

from __future__ import annotations

import datetime as dt
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.actors import SYSTEM
from hall.clocks import demo
from hall.clocks.limits import Limit, Unit
from hall.errors import HallError

_STEP = re.compile(r"(\d{1,4})(wd|d|h|m)")


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
            present = demo.move_forward(_read(options["step"]), by=SYSTEM)
        except HallError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"the hall's time is now {timezone.localtime(present):%Y-%m-%d %H:%M}")


def _read(text: str) -> Limit | dt.timedelta:
    if not (match := _STEP.fullmatch(text)):
        raise CommandError("say 3wd, 2d, 5h, 30m or reset")
    number = int(match[1])
    match match[2]:
        case "wd":
            return Limit(number, Unit.WORKING_DAY)
        case "d":
            return Limit(number, Unit.CALENDAR_DAY)
        case "h":
            return dt.timedelta(hours=number)
        case _:
            return dt.timedelta(minutes=number)
