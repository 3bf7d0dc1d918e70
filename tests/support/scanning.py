"""What a scanner reads off a printed paper."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

# A reader sees one still picture of a code, a scanner in a hand many: of random codes a single look
# misses between two and nine in a hundred, these looks together missed none of 200.
_LOOKS = (96, 120, 150, 200)  # dots per inch
_NO_CODE_SEEN = 4


def codes_on(pdf: Path) -> list[str]:
    """The texts of the QR codes on the pages of `pdf`, each once, sorted."""
    found: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for dots in _LOOKS:
            subprocess.run(["pdftoppm", "-r", str(dots), "-png", pdf, f"{folder}/{dots}"], check=True)
        for page in Path(folder).iterdir():
            found |= _seen(page)
    return sorted(found)


def _seen(picture: Path) -> set[str]:
    done = subprocess.run(["zbarimg", "--quiet", "--xml", picture], capture_output=True)
    if done.returncode == _NO_CODE_SEEN:
        return set()
    done.check_returncode()
    return {
        data.text
        for data in ElementTree.fromstring(done.stdout).iter()
        if data.tag.endswith("data") and data.text
    }
