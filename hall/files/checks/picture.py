"""Pictures: what they say they are, and small enough to be drawn."""

from __future__ import annotations

import warnings
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _
from PIL import Image

from .refusal import Refused, wrong_kind

FORMATS = {
    "jpg": ("JPEG", "image/jpeg"),
    "jpeg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "webp": ("WEBP", "image/webp"),
    "tif": ("TIFF", "image/tiff"),
    "tiff": ("TIFF", "image/tiff"),
}
MOST_PIXELS = 160_000_000  # a drawing in A0 at 300 dots per inch has 139 million
MOST_PAGES = 200


def check(content: BinaryIO, extension: str) -> None:
    """Raise Refused for another format, a broken picture, or a picture bomb. Nothing is decoded."""
    expected, mime = FORMATS[extension]
    kind = filetype.guess(content.read(262))
    content.seek(0)
    if kind is None or kind.mime != mime:
        raise wrong_kind(extension)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(content, formats=[expected])
            width, height = image.size
            pages = getattr(image, "n_frames", 1)
            if expected != "TIFF":  # its verify() decodes nothing and proves nothing
                image.verify()
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception:  # broken pictures make the decoder raise almost anything
        raise Refused(_("图片已损坏，请重新拍摄或扫描")) from None
    if width * height > MOST_PIXELS or pages > MOST_PAGES:
        raise _too_large()


def _too_large() -> Refused:
    return Refused(_("图片尺寸过大，打开时会占满内存，请降低分辨率后上传"))
