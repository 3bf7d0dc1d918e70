"""docs/glossary.md has every word that is stored."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import TextChoices

GLOSSARY = (Path(settings.BASE_DIR) / "docs" / "glossary.md").read_text(encoding="utf-8")


def _vocabularies() -> list[type[TextChoices]]:
    found = []
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if not folder.is_relative_to(settings.BASE_DIR) or not (folder / "choices.py").exists():
            continue
        module = importlib.import_module(f"{app.name}.choices")
        members = inspect.getmembers(module, inspect.isclass)
        found += [each for _name, each in members if each.__module__ == module.__name__]
    return [each for each in found if issubclass(each, TextChoices)]


@pytest.mark.parametrize("vocabulary", _vocabularies(), ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_a_stored_word_stands_in_the_glossary(vocabulary: type[TextChoices]) -> None:
    name = f"`{vocabulary.__module__}.{vocabulary.__name__}`"
    line = next((line for line in GLOSSARY.splitlines() if name in line), "")
    assert line, f"{name} is missing"
    missing = [
        f"{each.label} `{each.value}`" for each in vocabulary if f"{each.label} `{each.value}`" not in line
    ]
    assert not missing, f"{name} lacks {missing}"


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:hall|[a-z]+)\.[\w.]+)`", GLOSSARY))))
def test_a_name_of_the_glossary_stands_in_the_code(name: str) -> None:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return
    pytest.fail(f"there is no {name}")
