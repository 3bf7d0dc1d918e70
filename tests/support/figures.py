"""Measured figures in a document that is otherwise written by hand."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def put(document: str, name: str, text: str) -> None:
    """Write `text` between the marks <!-- name --> and <!-- /name --> of docs/`document`."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    path = DOCS / document
    before, rest = path.read_text(encoding="utf-8").split(begin)
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")
