"""What every template owes to the design system and to the content security policy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR)
# Papers are drawn by WeasyPrint with a style sheet of their own; no browser policy holds there.
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "papers" not in path.relative_to(ROOT).parts
)
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
TAGS = re.compile(r"{[%{#].*?[%}#]}", re.S)


def plain(path: Path) -> str:
    """The template without comments."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.S)


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name):
    engines["django"].get_template(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
class TestPolicy:
    """style-src and script-src are 'self': a browser would silently drop what stands in the page."""

    def test_no_style_attribute_or_element(self, path):
        assert not re.search(r"\sstyle\s*=|<style", plain(path))

    def test_no_script_or_handler_in_the_page(self, path):
        html = plain(path)
        assert not re.search(r"\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|hx-vals\s*=\s*[\"']js:", html)
        for script in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in script or 'type="application/json"' in script, script

    def test_nothing_from_another_host(self, path):
        outside = re.findall(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//[^\"']+", plain(path))
        assert not outside


def _classes_in_use() -> dict[str, str]:
    used: dict[str, str] = {}
    for path, name in zip(TEMPLATES, NAMES, strict=True):
        for value in re.findall(r'\bclass="((?:{%.*?%}|{{.*?}}|[^"])*)"', plain(path)):
            # What a tag prints is glued to what stands beside it; only whole words are checked.
            for word in TAGS.sub("\0", value).split():
                if "\0" not in word:
                    used.setdefault(word, name)
            for word in re.findall(r"{%\s*(?:el)?if[^%]*%}([^{]*)", value):
                for part in word.split():
                    used.setdefault(part, name)
    return used


def test_every_class_in_use_is_drawn_somewhere():
    drawn: set[str] = set()
    for sheet in (ROOT / "static" / "css").glob("*.css"):
        drawn |= set(re.findall(r"\.([a-zA-Z][\w-]*)", sheet.read_text(encoding="utf-8")))
    unknown = {word: name for word, name in _classes_in_use().items() if word not in drawn}
    assert not unknown


def test_every_icon_in_use_is_on_the_sheet():
    sheet = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["assets"]["icons"]
    unknown = set()
    for path in TEMPLATES:
        html = plain(path)
        names = re.findall(r'{%\s*icon\s+"([^"]+)"', html)
        names += re.findall(r'{%\s*tag\s+\S+?\s+"[a-z]+"\s+"([^"]+)"', html)
        unknown |= {(name, path.name) for name in names if name not in sheet}
    assert not unknown


def test_every_look_has_its_icon_on_the_sheet():
    from hall.looks import LOOKS

    sheet = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["assets"]["icons"]
    assert {look.icon for look in LOOKS.values()} <= set(sheet)


def test_no_script_asks_for_eval():
    for script in (ROOT / "static" / "js").glob("*.js"):
        assert not re.search(r"\beval\(|new Function\(", script.read_text(encoding="utf-8")), script.name
