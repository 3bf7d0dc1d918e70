"""Why a file is not taken."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Refused(Exception):
    """The file is not taken; the text says why, in Chinese, and what to do."""


def wrong_kind(extension: str) -> Refused:
    """The content does not match the extension."""
    return Refused(
        _("文件内容与扩展名 .%(extension)s 不符，请用原来的程序重新保存后上传") % {"extension": extension}
    )
