"""`python -m benchmarks [--quick] [NAME …]`: measure, print, and write docs/performance.md."""

from __future__ import annotations

import argparse
import importlib
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

NAMES = ("intake", "desk", "sweep", "clocks", "queue", "papers", "search")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="fewer rounds, less data; docs stay as they are")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    _prepare()
    from benchmarks.measure import machine
    from tests.support import figures

    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or NAMES:
            began = time.monotonic()
            print(f"… {name}", flush=True)
            result = importlib.import_module(f"benchmarks.{name}").run(Path(folder), quick=options.quick)
            print(f"{result.markdown()}({time.monotonic() - began:.0f} s)\n", flush=True)
            results.append(result)
    if not options.quick and not options.names:
        text = "\n".join([f"Machine: {machine()}.\n", *[each.markdown() for each in results]])
        figures.put("performance.md", "figures", text.strip())
    missed = [str(verdict) for result in results for verdict in result.verdicts if not verdict.met]
    print("\n".join(["Missed:", *missed] if missed else ["Every target is met."]))
    return 0


def _prepare() -> None:
    """A hall in production mode on the lent database, with its tables and the national calendar."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="benchmarks.settings",
        HALL_MODE="production",
        HALL_HTTPS="0",
        HALL_DEMO="none",
        HALL_ADDRESS="http://127.0.0.1:8000",
        SECRET_KEY=secrets.token_hex(32),
        HALL_FIELD_KEY=secrets.token_hex(32),
    )
    if "HALL_DATA" not in os.environ:
        sys.exit("Run it by `make bench`: it needs an embedded PostgreSQL and Redis of its own.")
    import django

    django.setup()
    from django.core.management import call_command

    from hall.calendars.services import load_national
    from hall.clocks.services import apply_calendar_changes

    call_command("migrate", verbosity=0)
    load_national()
    apply_calendar_changes()


if __name__ == "__main__":
    sys.exit(main())
