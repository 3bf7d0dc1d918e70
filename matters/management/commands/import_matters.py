"""`manage.py import_matters FILE --jurisdiction CODE [--list CODE] [--publish] [--dry-run] …`"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from hall.actors import SYSTEM
from hall.errors import HallError
from hall.organisation.models import Jurisdiction
from matters.choices import ImportMode
from matters.importing import Report, import_matters


class Command(BaseCommand):
    help = "Bring the matters of a CSV or XLSX file into the catalogue of a place; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--jurisdiction", required=True, help="slug or administrative code of the place")
        parser.add_argument("--list", default="", help="put every matter into this list")
        parser.add_argument(
            "--publish", action="store_true", help="publish profile versions instead of leaving drafts"
        )
        parser.add_argument(
            "--whole-batches",
            action="store_true",
            help="a refused row keeps out its whole batch (column 批次, or the file) instead of itself alone",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and take it back")
        parser.add_argument("--quiet", action="store_true", help="counts only")

    def handle(self, *args: Any, **options: Any) -> None:
        place = Jurisdiction.objects.filter(
            Q(slug=options["jurisdiction"]) | Q(code=options["jurisdiction"])
        ).first()
        if place is None:
            raise CommandError(f"no jurisdiction {options['jurisdiction']!r}")
        began = time.monotonic()
        try:
            report = import_matters(
                options["file"].read_bytes(),
                place,
                by=SYSTEM,
                name=options["file"].name,
                list_code=options["list"],
                publish=options["publish"],
                dry_run=options["dry_run"],
                mode=ImportMode.BATCH if options["whole_batches"] else ImportMode.ROWS,
            )
        except (OSError, HallError) as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            self._particulars(report)
        mark = "（试运行，没有写入）" if report.dry_run else ""
        self.stdout.write(f"{report.summary()}{mark} {time.monotonic() - began:.1f}s")

    def _particulars(self, report: Report) -> None:
        for refusal in report.refused:
            for fault in refusal.faults:
                where = f"{fault.sheet}第{fault.row}行 {fault.heading}".strip()
                told = f"{where} {refusal.name}：{fault.problem}；{fault.remedy}".rstrip("；")
                self.stdout.write(self.style.ERROR(told))
        for batch in report.batches:
            if not batch.applied:
                self.stdout.write(self.style.ERROR(f"批次“{batch.name}”有{batch.refused}行错，整批没有写入"))
        for flagged in report.flagged:
            self.stdout.write(f"第{flagged.row}行 {flagged.name}：{flagged.label}")
        for name in report.departments:
            self.stdout.write(f"新建部门：{name}")
