"""Tables of plain text (CSV): taken only where a room asks for them, never as somebody's document."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from .refusal import Refused

ENCODINGS = ("utf-8-sig", "gb18030")
WIDE = ("utf-16",)
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def check(content: BinaryIO, extension: str) -> None:
    """Raise Refused unless this is text."""
    data = content.read()
    for encoding in WIDE if data.startswith(WIDE_MARKS) else ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return
    raise Refused(_("文件不是文本或者是乱码，请用UTF-8编码重新导出"))
