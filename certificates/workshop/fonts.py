"""Which fonts the papers use: the Fandol family where it was put in place, Noto CJK otherwise.

GB/T 9704 asks for 仿宋 in the text and 小标宋 in the title. No licence-free 小标宋 exists; a bold Song
stands in for it. Characters that Fandol lacks fall through to Noto one by one.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Face:
    """One role of type on a paper and the file that plays it."""

    family: str
    weight: int
    file: str


FACES = (
    Face("PaperFang", 400, "FandolFang-Regular.otf"),
    Face("PaperSong", 400, "FandolSong-Regular.otf"),
    Face("PaperSong", 700, "FandolSong-Bold.otf"),
    Face("PaperKai", 400, "FandolKai-Regular.otf"),
    Face("PaperHei", 400, "FandolHei-Regular.otf"),
)
# Digits and Latin letters are set in Song: those of Fandol's 仿宋 are much heavier than its characters.
_LATIN = Face("PaperLatin", 400, "FandolSong-Regular.otf")


def folder() -> Path:
    """Where fonts of our own lie; may be absent."""
    return Path(settings.HALL_FONTS)


def present() -> dict[str, Path]:
    """The font files that are there, by name."""
    if not folder().is_dir():
        return {}
    return {path.name: path for path in sorted(folder().rglob("*.otf"))}


def stylesheet() -> str:
    """The @font-face rules of the faces that are present."""
    files = present()
    rules = [_rule(face, files[face.file].as_uri()) for face in FACES if face.file in files]
    if _LATIN.file in files:
        data = base64.b64encode(_latin_only(files[_LATIN.file])).decode()
        rules.append(_rule(_LATIN, f"data:font/otf;base64,{data}"))
    return "\n".join(rules)


def _rule(face: Face, address: str) -> str:
    return f"@font-face {{ font-family: {face.family}; font-weight: {face.weight}; src: url({address}) }}"


def _latin_only(file: Path) -> bytes:
    """The ASCII part of a font. Pango ignores unicode-range, so the rest must not be there.

    Spaces of every width stay: Pango sets a space in the font of the text before it.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(file, lazy=True)
    subsetter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True, hinting=False))
    subsetter.populate(unicodes=[*range(0x20, 0x7F), 0xA0, 0x3000])
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
