"""The ways out of the house: e-mail, and short messages through a port."""

from __future__ import annotations

import json
import logging
import smtplib
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from hall.now import real_now
from hall.people.masking import mask_phone

log = logging.getLogger(__name__)

ADAPTERS = {"console": "hall.notices.ports.ConsoleSms", "file": "hall.notices.ports.FileSms"}


class NotSent(Exception):
    """Certainly not delivered, so it may be tried again. Any other error leaves the delivery unknown."""


class SmsPort(Protocol):
    """What a short-message gateway does. An adapter is named in `settings.HALL_SMS`."""

    def send(self, phone: str, text: str) -> None:
        """Hand one message over. Raises NotSent when the gateway surely has not taken it."""


class ConsoleSms:
    """Writes messages to the log, with the number masked."""

    def send(self, phone: str, text: str) -> None:
        log.info("SMS to %s: %s", mask_phone(phone), text)


class FileSms:
    """Appends messages to `HALL_DATA/sms/<day>.jsonl`, for halls whose gateway picks up files."""

    def send(self, phone: str, text: str) -> None:
        moment = real_now()
        folder = Path(settings.HALL_DATA) / "sms"
        line = json.dumps({"at": moment.isoformat(), "phone": phone, "text": text}, ensure_ascii=False)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (folder / f"{moment:%Y-%m-%d}.jsonl").open("a", encoding="utf-8") as out:
                out.write(line + "\n")
        except OSError as error:
            raise NotSent(str(error)) from error


def sms() -> SmsPort:
    """The adapter that the settings name: `console`, `file`, or a dotted path."""
    name = settings.HALL_SMS
    return import_string(ADAPTERS.get(name, name))()


def send_mail(address: str, subject: str, body: str) -> None:
    """One letter. Raises NotSent when no server took it or the server refused it."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"no mail server: {error}") from error
    letter = EmailMessage(subject.replace("\n", " "), body, to=[address], connection=connection)
    try:
        letter.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise NotSent(f"refused by the mail server: {error}") from error
    finally:
        connection.close()
