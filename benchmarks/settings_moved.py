"""The hall as it runs in production, with a clock that can be moved: due is what the benchmark says."""

from benchmarks.settings import *  # noqa: F403

HALL_MOVABLE_CLOCK = True
