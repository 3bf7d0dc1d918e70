"""Load working days: the package's national arrangement, or a published or local file."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hall.calendars import services
from hall.errors import HallError
from hall.organisation.models import Hall, Jurisdiction


class Command(BaseCommand):
    help = (
        "Load the national arrangement that comes with the hall (all its years, or --year), "
        "or with --file an iCalendar or CSV arrangement; with --jurisdiction as local days of one place."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--year", type=int, action="append", default=[], help="may be given more than once"
        )
        parser.add_argument("--file", type=Path, help="iCalendar or CSV (columns date, until, kind, name)")
        parser.add_argument("--source", default="", help="the notice that announces it")
        parser.add_argument("--announced-on", type=dt.date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--jurisdiction", help="slug; the file then holds local days")
        parser.add_argument("--hall", help="code of one hall of that jurisdiction")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._import(options) if options["file"] else self._load(options)
        except HallError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{report.created} created, {report.updated} updated, {report.removed} removed, "
            f"{report.unchanged} unchanged"
        )
        for year in report.computed:
            self.stdout.write(f"{year}: not announced; statutory days are computed, the year is provisional")
        if report.ignored:
            self.stdout.write(f"{len(report.ignored)} events say neither off nor working and were left out")

    def _load(self, options: dict[str, Any]) -> services.Report:
        if options["jurisdiction"] or options["hall"]:
            raise CommandError("--jurisdiction and --hall need --file")
        return services.load_national(options["year"] or None)

    def _import(self, options: dict[str, Any]) -> services.Report:
        path: Path = options["file"]
        place = hall = None
        try:
            if options["jurisdiction"]:
                place = Jurisdiction.objects.get(slug=options["jurisdiction"])
            if options["hall"]:
                hall = Hall.objects.get(jurisdiction=place, code=options["hall"])
            with path.open("rb") as file:
                return services.import_arrangement(
                    file,
                    years=options["year"],
                    source=options["source"] or path.name,
                    announced_on=options["announced_on"],
                    jurisdiction=place,
                    hall=hall,
                )
        except (OSError, Jurisdiction.DoesNotExist, Hall.DoesNotExist) as error:
            raise CommandError(str(error)) from error
