"""`manage.py found_place`: the first step of a real hall."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.errors import HallError, Invalid
from hall.organisation.choices import Level, Role
from hall.organisation.models import Jurisdiction
from hall.people.services.founding import Administrator, found_place

OFFICES = {
    "system_admin": Role.SYSTEM_ADMIN,
    "security_admin": Role.SECURITY_ADMIN,
    "audit_admin": Role.AUDIT_ADMIN,
}


class Command(BaseCommand):
    help = "Found a place with its three administrators, and print their temporary passwords once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name in addresses, such as xinghe")
        parser.add_argument("--code", required=True, help="行政区划代码, 6 or 12 digits")
        parser.add_argument("--name", required=True)
        parser.add_argument("--short-name", required=True)
        parser.add_argument("--level", required=True, choices=Level.values)
        parser.add_argument("--document", default="", help="依据文件")
        parser.add_argument("--phone", default="", help="咨询电话")
        parser.add_argument("--complaint-phone", default="", help="投诉电话")
        parser.add_argument("--opens", type=dt.time.fromisoformat, default=dt.time(9))
        parser.add_argument("--closes", type=dt.time.fromisoformat, default=dt.time(17))
        for option in OFFICES:
            flag = f"--{option.replace('_', '-')}"
            parser.add_argument(flag, required=True, metavar="USERNAME:NAME", type=_administrator)

    def handle(self, *args: Any, **options: Any) -> None:
        place = Jurisdiction(
            slug=options["slug"],
            code=options["code"],
            name=options["name"],
            short_name=options["short_name"],
            level=options["level"],
            founding_document=options["document"],
            phone=options["phone"],
            complaint_phone=options["complaint_phone"],
            opens_at=options["opens"],
            closes_at=options["closes"],
            is_demo=False,
            order=Jurisdiction.objects.count() + 1,
        )
        try:
            passwords = found_place(place, {role: options[option] for option, role in OFFICES.items()})
        except HallError as error:
            wrong = error.fields if isinstance(error, Invalid) else {}
            told = "；".join(f"{name}: {'、'.join(map(str, each))}" for name, each in wrong.items())
            raise CommandError(f"{error} {told}".strip()) from error
        self.stdout.write(f"{place} ({place.slug}) is founded. Temporary passwords, shown only now:")
        for username, password in passwords.items():
            self.stdout.write(f"  {username}  {password}")


def _administrator(text: str) -> Administrator:
    username, _colon, name = text.partition(":")
    if not username or not name:
        raise ValueError(text)
    return Administrator(username, name)
