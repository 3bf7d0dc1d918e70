"""`manage.py declare_outage FROM TO REASON`: an outage that no heartbeat shows, taken out of every clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.actors import SYSTEM
from hall.clocks.outages import declare
from hall.errors import HallError


class Command(BaseCommand):
    help = "Note a past outage of the hall (local times as 2026-11-20T09:00) and credit it to every clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("from", type=_moment)
        parser.add_argument("to", type=_moment)
        parser.add_argument("reason")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outage = declare(options["from"], options["to"], options["reason"], SYSTEM)
        except HallError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"outage {outage.pk}: {outage.pauses.count()} clocks credited")


def _moment(text: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.fromisoformat(text))
