"""manage.py rebase_trail_cursors: after a dump was loaded into another cluster."""

from django.core.management.base import BaseCommand

from hall.trail.rebasing import rebase_cursors


class Command(BaseCommand):
    help = (
        "Let the journal's readers go on after pg_restore into another cluster. Run it with the hall closed."
    )

    def handle(self, *args, **options) -> None:
        if renumbered := rebase_cursors():
            self.stdout.write(f"{renumbered} events renumbered; every reader goes on where it was")
        else:
            self.stdout.write("nothing to do: the journal belongs to this cluster")
