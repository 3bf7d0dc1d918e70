"""PDF: readable by everybody, without a password and without anything that runs.

The bytes are searched rather than parsed: a parser that meets a hostile file is itself the target. Names
may be written with #xx escapes and dictionaries may hide in compressed object streams; both are undone,
the second within limits.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from .refusal import Refused, wrong_kind

ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm)(?![A-Za-z])")
ENCRYPTED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
ESCAPED_NAME = re.compile(rb"/[^\s/<>\[\]()%]*#[0-9A-Fa-f]{2}[^\s/<>\[\]()%]*")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# An object stream begins with pairs of numbers: which object, and where.
OBJECT_STREAM_HEAD = re.compile(rb"\s*\d+\s+\d+\s")
HEAD = 64
MOST_INFLATED = 256 * 1024 * 1024


def check(content: BinaryIO, extension: str) -> None:
    """Raise Refused for another format, half a file, a password, scripts, or a decompression bomb."""
    data = content.read()
    if b"%PDF-" not in data[:1024]:
        raise wrong_kind(extension)
    if b"%%EOF" not in data[-4096:]:
        raise Refused(_("PDF 文件不完整，请重新导出后上传"))
    plain = _unescaped(data)
    if ENCRYPTED.search(plain):
        raise Refused(_("PDF 设有密码或编辑限制，审查人员无法使用，请解除密码后上传"))
    if ACTIVE.search(plain) or any(ACTIVE.search(_unescaped(part)) for part in _object_streams(plain)):
        raise Refused(_("PDF 内含脚本或可执行动作，不能上传，请重新“打印为 PDF”后上传"))


def _unescaped(data: bytes) -> bytes:
    def undo(name: re.Match[bytes]) -> bytes:
        return ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name[0])

    return ESCAPED_NAME.sub(undo, data) if b"#" in data else data


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Inflated streams that may hold objects. Known by how they begin: readers do not insist on the /Type."""
    left = MOST_INFLATED
    for found in STREAM.finditer(data):
        start = found.end()
        if not OBJECT_STREAM_HEAD.match(_inflated(data, start, HEAD)):
            continue
        part = _inflated(data, start, left)
        left -= len(part)
        if left <= 0:
            raise Refused(_("PDF 解压后过大，请拆分后上传"))
        yield part


def _inflated(data: bytes, start: int, most: int) -> bytes:
    """At most `most` bytes of what begins at `start`; nothing if it is not deflated."""
    with memoryview(data) as view:
        # A head needs little input; handing over the rest of the file for each stream would be quadratic.
        source = view[start : start + 1024] if most == HEAD else view[start:]
        try:
            return zlib.decompressobj().decompress(source, most)
        except zlib.error:
            return b""
        finally:
            source.release()
