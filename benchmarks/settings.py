"""The hall as it runs in production, with one thin view more."""

from hall.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
