"""A process that goes when its parent goes, so that a killed supervisor leaves nothing running."""

from __future__ import annotations

import ctypes
import os

_PR_SET_PDEATHSIG = 1
# Looked up on import: after a change of user Python's own files may be out of reach.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


def die_with_parent(signal: int, parent: int | None = None) -> None:
    """Have the kernel send `signal` to this process when its parent dies (Linux; elsewhere nothing).

    Call it after any change of user, which clears it. `parent` is who the parent should be: if it is
    gone already, this process ends at once.
    """
    if _prctl:
        _prctl(_PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)
