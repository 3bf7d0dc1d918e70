"""The virus scanner, if the hall has one."""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from hall.errors import Conflict

from .checks import Refused

CHUNK = 64 * 1024
PATIENCE = 60.0


class ScannerPort(Protocol):
    """Looks for viruses."""

    def scan(self, content: BinaryIO) -> None:
        """Raise Refused for an infected file, Conflict when the scanner cannot be asked now."""


class NoScanner:
    """A hall without a scanner: what the checks let through is taken."""

    def scan(self, content: BinaryIO) -> None:
        """Nothing is looked for."""


class Clamd:
    """ClamAV's daemon, over its socket (command INSTREAM)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def scan(self, content: BinaryIO) -> None:
        try:
            answer = self._ask(content)
        except OSError as error:
            # A hall that set up a scanner wants every file scanned: none is taken unseen.
            raise Conflict(_("病毒扫描暂时不可用，请稍后再上传")) from error
        if answer.endswith("FOUND"):
            raise Refused(_("文件带有病毒，不能上传，请先在本机杀毒"))
        if not answer.endswith("OK"):
            raise Conflict(_("病毒扫描暂时不可用，请稍后再上传"), answer=answer)

    def _ask(self, content: BinaryIO) -> str:
        with self._connect() as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = b""
            while part := connection.recv(4096):
                answer += part
        return answer.decode(errors="replace").strip("\0 \n")

    def _connect(self) -> socket.socket:
        kind, _colon, where = self.address.partition(":")
        if kind == "unix":
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(PATIENCE)
            connection.connect(where)
            return connection
        host, _colon, port = where.rpartition(":")
        if kind != "tcp" or not port.isdigit():
            raise ImproperlyConfigured("HALL_CLAMD must be unix:<socket> or tcp:<host>:<port>")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)


def scanner() -> ScannerPort:
    """The scanner that the settings name."""
    return Clamd(settings.HALL_CLAMD) if settings.HALL_CLAMD else NoScanner()
