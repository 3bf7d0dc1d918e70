"""Departments' tasks, their opinions, silence, special procedures, and the decision."""

from .procedures import Extension, Hearing, Procedure
from .tasks import CaseRoute, Decision, EvidencePack, Opinion, SpecialReport, Task

__all__ = [
    "CaseRoute",
    "Decision",
    "EvidencePack",
    "Extension",
    "Hearing",
    "Opinion",
    "Procedure",
    "SpecialReport",
    "Task",
]
