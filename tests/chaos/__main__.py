"""`python -m tests.chaos [--seed N] [--cases N] [--minutes M]`: run the fault campaign, then audit it."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time

CASES, MINUTES = 5_000, 40.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=20180523, help="from which everything is drawn")
    parser.add_argument("--cases", type=int, default=CASES, help=f"visits to the window ({CASES:,})")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="after which nobody comes any more")
    parser.add_argument("--days", type=int, default=0, help="working days on which people come (≤ 20)")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--quiet", action="store_true", help="only the report")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        return _run(stack, options)


def _run(stack: contextlib.ExitStack, options: argparse.Namespace) -> int:
    from hall.embedded import lend

    data = stack.enter_context(lend.data_folder())
    servers = lend.embedded_postgres(data), lend.embedded_redis(data)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="hall.settings.test",
        DATABASE_URL=servers[0].url,
        REDIS_URL=servers[1].url,
        HALL_DATA=str(data),
        HALL_DEMO="none",
        HALL_MOVABLE_CLOCK="1",
        HALL_LOG="ERROR",
    )
    for server in servers:
        stack.callback(server.stop)
        os.environ["HALL_DATA"] = str(data)
        server.start()

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from hall.calendars.services import load_national
    from hall.clocks.services import apply_calendar_changes

    from . import (
        report,
        timetable,  # noqa: F401 - nudges of the people go by it too
    )
    from .audit import audit
    from .campaign import Campaign
    from .county import found
    from .drawing import draw
    from .house import House

    load_national()
    apply_calendar_changes()
    counties = [found("anhe"), found("linxian")]
    days = options.days or max(2, min(20, options.cases // 100))
    schedule = draw(options.seed, options.cases, len(counties), report.kills_for(options.cases), days)
    house = House(*servers, servers[0].url, data, workers=options.workers)
    say = (lambda _line: None) if options.quiet else (lambda line: print(line, flush=True))
    began = time.monotonic()
    course = Campaign(house, schedule, counties, minutes=options.minutes, say=say).run()
    took = time.monotonic() - began
    findings = audit(course)
    print(report.text(schedule, course, findings, house, took), flush=True)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
