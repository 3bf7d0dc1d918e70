"""In which order the files of the suite are run.

Each worker takes whole files (`--dist loadfile`), so that what the tests of a file share is made once and not
by each worker anew. A file of three minutes that came last would keep one worker busy and the other waiting:
the longest files come first, all others after them in whatever order they were in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

# All that take more than half a minute. The first needs founding data, which one worker then loads while the
# other is busy with the second; only after that do others ask for it.
LONGEST_FIRST = (
    "tests/browser/test_whole_way.py",
    "tests/test_access.py",
    "tests/faults/test_faults.py",
    "tests/hall/embedded/test_caretaker.py",
    "tests/browser/test_new_version.py",
    "tests/browser/test_joint_survey.py",
    "tests/matters/test_round_trip.py",
    "tests/test_query_budgets.py",
    "tests/browser/test_silence.py",
    "tests/hall/design/test_style_page.py",
    "tests/proofs/test_clocks.py",
    "tests/browser/test_hearing.py",
    "tests/certificates/test_handouts.py",
    "tests/browser/test_project.py",
    "tests/fixtures/test_demo.py",
    "tests/applications/test_desk_browser.py",
)


def longest_first(items: Sequence[pytest.Item], root: Path) -> list[pytest.Item]:
    """The tests of the longest files, longest first, then all others; within a file nothing changes."""
    place = {root / name: number for number, name in enumerate(LONGEST_FIRST)}
    return sorted(items, key=lambda item: place.get(item.path, len(place)))
