"""Words about matters for templates: `{% load matters %}`."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .. import guides
from ..flowchart import NARROW, draw
from ..formfiles import Handout
from ..models import Material, MatterVersion

register = template.Library()


@register.filter
def how_long(version: MatterVersion) -> str:
    """当场办结, or the promised limit."""
    return guides.limit_in_words(version)


@register.filter
def how_often(version: MatterVersion) -> str:
    """How many times one must come."""
    return guides.visits_in_words(version.visits)


@register.filter
def how_many(material: Material) -> str:
    """Originals and copies of a material."""
    return guides.copies_in_words(material)


@register.filter
def handouts(guide: guides.Guide, material: Material) -> list[Handout]:
    """The blank form and the sample of a material, as far as there are any."""
    return guide.files.of(material)


@register.simple_tag
def flow_chart(guide: guides.Guide) -> SafeString:
    """The flow of a guide, drawn twice: for wide and for narrow pages. Style sheets show one of them."""
    wide = draw(guide.flow, ident="flow-wide")
    narrow = draw(guide.flow, width=NARROW, ident="flow-narrow")
    return format_html(
        '<div class="flow-wide">{}</div><div class="flow-narrow">{}</div>',
        wide,
        narrow,
    )


@register.filter
def breakable(name: str) -> SafeString:
    """A long name that may break after its brackets, not inside a word."""
    pieces = name.replace("）", "）\0").replace("、", "、\0").replace("（", "\0（").split("\0")
    return format_html_join(mark_safe("<wbr>"), "{}", ((piece,) for piece in pieces if piece))


@register.simple_tag
def marked(parts: list[tuple[str, bool]]) -> SafeString:
    """A name with the words that were asked for marked."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if mark else text,) for text, mark in parts)
    )
