"""The floor: Django, the same database, no middleware and nothing but bare views."""

from benchmarks.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = []
