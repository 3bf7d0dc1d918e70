"""Word, Excel and OFD: packages and old compound files, without macros, passwords or bombs."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from .refusal import Refused, wrong_kind

# A member that shows what a package is.
LANDMARKS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
MOST_MEMBERS = 10_000
MOST_INFLATED = 300 * 1024 * 1024
MOST_RATIO = 150
RATIO_COUNTS_FROM = 10 * 1024 * 1024
ENCRYPTED_MEMBER = 0x1
# A template fetched from elsewhere when the document is opened brings its macros along.
REMOTE_TEMPLATE = re.compile(
    rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*TargetMode\s*=\s*[\"']External)", re.IGNORECASE
)
MOST_RELATIONS = 1024 * 1024

COMPOUND_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
COMPOUND_LANDMARKS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}


def check_package(content: BinaryIO, extension: str) -> None:
    """Raise Refused unless this is the zip package that the extension says, without macros or bombs."""
    if content.read(8) == COMPOUND_MAGIC:
        raise Refused(_("文件设有打开密码，审查人员无法使用，请解除密码后上传"))
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as package:
            _check_members(package, extension)
    # NotImplementedError is what zipfile raises for a way of packing that it does not know.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise wrong_kind(extension) from None


def check_compound(content: BinaryIO, extension: str) -> None:
    """Raise Refused unless this is the compound file of Word or Excel 97, without macros."""
    data = content.read()
    if not data.startswith(COMPOUND_MAGIC):
        raise wrong_kind(extension)
    if _names(data, "EncryptedPackage"):
        raise Refused(_("文件设有打开密码，审查人员无法使用，请解除密码后上传"))
    if not any(_names(data, name) for name in COMPOUND_LANDMARKS[extension]):
        raise wrong_kind(extension)
    if _names(data, "_VBA_PROJECT"):
        raise _has_macros()


def _check_members(package: zipfile.ZipFile, extension: str) -> None:
    members = package.infolist()
    if len(members) > MOST_MEMBERS:
        raise _is_bomb()
    inflated, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if inflated > MOST_INFLATED or (inflated > RATIO_COUNTS_FROM and inflated > MOST_RATIO * max(packed, 1)):
        raise _is_bomb()
    names = {m.filename.replace("\\", "/").lstrip("/") for m in members}
    if LANDMARKS[extension] not in names:
        raise wrong_kind(extension)
    if any(m.flag_bits & ENCRYPTED_MEMBER for m in members):
        raise Refused(_("文件设有打开密码，审查人员无法使用，请解除密码后上传"))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _has_macros()
    for member in members:
        if member.filename.endswith("settings.xml.rels"):
            with package.open(member) as relations:
                if REMOTE_TEMPLATE.search(relations.read(MOST_RELATIONS)):
                    raise _has_macros()


def _names(data: bytes, name: str) -> bool:
    """Does the directory of a compound file have an entry of this name? Entries are UTF-16, zero-ended."""
    return f"{name}\0".encode("utf-16-le") in data


def _has_macros() -> Refused:
    return Refused(_("文件含有宏或外部模板，不能上传，请另存为不含宏的文件"))


def _is_bomb() -> Refused:
    return Refused(_("文件解压后过大，不能上传，请拆分或重新保存"))
