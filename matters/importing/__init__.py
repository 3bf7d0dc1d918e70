"""Bringing lists of matters into the catalogue: read a file, understand its rows, apply them, report."""

from .report import Flagged, Refusal, Report
from .running import import_matters

__all__ = ["Flagged", "Refusal", "Report", "import_matters"]
