"""A real Chromium, and what a page may not do in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, Page, Playwright

_AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 15_000  # milliseconds that a page may take to show what is expected, on a busy machine
# WCAG 2.1 AA, the floor of DESIGN §6.
_AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def launch(playwright: Playwright) -> Browser:
    """The Chromium of the system."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "Chromium is missing: `make test` installs it"
    options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]
    return playwright.chromium.launch(executable_path=program, args=options)


class Watch:
    """Collects what went wrong in a page behind its back: script errors, refused styles, failed requests."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def _response(self, response: Any) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.complaints.append(f"{response.status} {response.url}")


def axe_violations(page: Page, *, within: str | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.1 AA on the page, or inside the element `within`."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([within, tags]) => axe.run(within || document, {runOnly: {type: 'tag', values: tags}})"
        ".then(result => result.violations)",
        [within, _AXE_RULES],
    )
    return [
        f"{violation['id']}: {violation['help']} — {node['target']} {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]
