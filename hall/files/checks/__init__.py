"""What an uploaded file must be before anybody may open it.

A hall takes documents that a reviewer can read on the screen: PDF, OFD, pictures, Word and Excel.
Archives and drawings are refused: what is in them cannot be looked at, piece by piece, as materials.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from . import office, pdf, picture, table
from .refusal import Refused

__all__ = ["CONTENT_TYPES", "INLINE", "TABLE_TYPES", "Refused", "check", "extension_of"]

# Extension → type under which the file is kept and served. The browser's own word counts for nothing.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Taken only where a room asks for tables: a list that is imported is no document of a case.
TABLE_TYPES = {"csv": "text/csv", "txt": "text/csv", "xlsx": CONTENT_TYPES["xlsx"]}
# What a browser may show by itself; everything else is downloaded.
INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}

_CHECKS: dict[str, Callable[[BinaryIO, str], None]] = {
    "pdf": pdf.check,
    "ofd": office.check_package,
    "docx": office.check_package,
    "xlsx": office.check_package,
    "doc": office.check_compound,
    "xls": office.check_compound,
    "csv": table.check,
    "txt": table.check,
}


def extension_of(name: str) -> str:
    """The extension of a file name, lower case, without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def check(content: BinaryIO, name: str, size: int, types: Mapping[str, str] = CONTENT_TYPES) -> None:
    """Raise Refused, with the reason in Chinese, unless the file is what its name says and does no harm.

    `types` are the extensions that may come here: documents, or TABLE_TYPES.
    """
    extension = extension_of(name)
    if extension not in types and types is not CONTENT_TYPES:
        kinds = "、".join(sorted(each.upper() for each in types))
        raise Refused(_("不能上传这种文件，请使用 %(kinds)s") % {"kinds": kinds})
    if extension not in types:
        kinds = "、".join(["PDF", "OFD", "JPG", "PNG", "WEBP", "TIFF", "DOC(X)", "XLS(X)"])
        raise Refused(_("不能上传这种文件，请使用 %(kinds)s；压缩包请解压后逐个上传") % {"kinds": kinds})
    if size == 0:
        raise Refused(_("文件是空的，请重新选择"))
    if size > settings.HALL_FILE_MAX_BYTES:
        limit = settings.HALL_FILE_MAX_BYTES // (1024 * 1024)
        raise Refused(_("文件超过%(limit)dMB，请压缩图片或分成几个文件上传") % {"limit": limit})
    content.seek(0)
    _CHECKS.get(extension, picture.check)(content, extension)
    content.seek(0)
