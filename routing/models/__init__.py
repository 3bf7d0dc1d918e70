"""Departments' tasks, their opinions, silence, special procedures, and the decision."""

from .procedures import Extension, Hearing, Procedure
from .sessions import AgendaItem, BroughtTask, CalendarFeed, Convened, JointSession, SessionNotice
from .tasks import CaseRoute, Decision, EvidencePack, Opinion, SpecialReport, Task

__all__ = [
    "AgendaItem",
    "BroughtTask",
    "CalendarFeed",
    "CaseRoute",
    "Convened",
    "Decision",
    "EvidencePack",
    "Extension",
    "Hearing",
    "JointSession",
    "Opinion",
    "Procedure",
    "SessionNotice",
    "SpecialReport",
    "Task",
]
