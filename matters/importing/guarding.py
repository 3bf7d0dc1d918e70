"""What a workbook must not be, looked at before anything opens it: bombs, macros, links, other formats."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _

from hall.errors import Invalid

ZIP_MAGIC = b"PK\x03\x04"
COMPOUND_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LARGEST_UNPACKED = 200 * 1024 * 1024  # all members of a workbook together
MOST_RATIO = 200  # a sheet of text packs ten to forty times
RATIO_COUNTS_FROM = 20 * 1024 * 1024
MOST_MEMBERS = 5_000
WORKBOOK = "xl/workbook.xml"
LINKS = "xl/externalLinks/"
MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def refuse_compound(content: bytes) -> None:
    """Raise Invalid for the old binary format, which is also the wrapping of a workbook with a password."""
    if not content.startswith(COMPOUND_MAGIC):
        return
    if ENCRYPTED in content:
        raise Invalid(_("工作簿设有打开密码，请在Excel中取消密码后再导入"))
    raise Invalid(_("这是旧版格式的文件，请另存为XLSX或者CSV后再导入"))


def refuse_harm(content: bytes) -> None:
    """Raise Invalid unless this is a whole workbook without bombs, macros, links or foreign declarations."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_size(archive)
            _refuse_kind(archive)
            for data in _parts(archive):
                if DECLARATION.search(data) or data.startswith(WIDE_MARKS):
                    raise Invalid(_("工作簿含有外部实体声明，不能导入，请用Excel重新保存为XLSX"))
    # NotImplementedError is what zipfile raises for a way of packing that it does not know.
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise Invalid(_("工作簿已损坏或者没有传完整，请用Excel重新保存后再试")) from error


def _refuse_size(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    tight = unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(packed, 1)
    if unpacked > LARGEST_UNPACKED or tight or len(members) > MOST_MEMBERS:
        raise Invalid(_("工作簿解压后过大，请分成几个文件"))
    if any(member.flag_bits & 0x1 for member in members):
        raise Invalid(_("工作簿设有打开密码，请在Excel中取消密码后再导入"))


def _refuse_kind(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if WORKBOOK not in names:
        raise Invalid(_("这不是Excel工作簿（可能是文档或者压缩包），请另存为XLSX或者CSV"))
    if any(mark in name for name in names for mark in MACROS):
        raise Invalid(_("工作簿含有宏，请另存为不含宏的XLSX后再导入"))
    if any(name.startswith(LINKS.lower()) for name in names):
        raise Invalid(_("工作簿引用了别的文件，请把引用的单元格粘贴为数值、断开链接后再导入"))


def _parts(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for member in archive.infolist():
        if member.filename.lower().endswith((".xml", ".rels")):
            yield archive.read(member)
