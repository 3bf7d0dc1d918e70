"""manage.py verify_trail: prove that the journal is whole."""

from django.core.management.base import BaseCommand, CommandError

from hall.trail import queries
from hall.trail.models import Event


class Command(BaseCommand):
    help = "Recompute every link and every day seal of the journal; exit 1 if one does not hold."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--case", help="only the chain of this case id")

    def handle(self, *args, **options) -> None:
        found = list(queries.faults(options["case"]))
        if not options["case"]:
            found += queries.day_faults()
        for fault in found:
            self.stderr.write(f"{fault.chain} #{fault.seq}: {fault.what}")
        if found:
            raise CommandError(f"{len(found)} faults")
        self.stdout.write(f"{Event.objects.count()} events, every link holds")
