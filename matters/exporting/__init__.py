"""The catalogue going out: a workbook that can be edited and imported, JSON, the public's open data."""

from .opendata import Fields, csv_lines, json_lines, stamp_of
from .records import export_json
from .template import template
from .workbook import export_workbook

__all__ = [
    "Fields",
    "csv_lines",
    "export_json",
    "export_workbook",
    "json_lines",
    "stamp_of",
    "template",
]
