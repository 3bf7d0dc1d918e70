"""Departments' tasks, their opinions, silence, special procedures, and the decision."""

from .consolidating import Consolidation, Countersignature, DecisionText, Treatment
from .passing import Delegation, DutyRuling, HandOver
from .procedures import Extension, Hearing, Procedure
from .sessions import AgendaItem, BroughtTask, CalendarFeed, Convened, JointSession, SessionNotice
from .slips import SlipItem, TransferSlip
from .tasks import CaseRoute, Decision, EvidencePack, Opinion, SpecialReport, Task

__all__ = [
    "AgendaItem",
    "BroughtTask",
    "CalendarFeed",
    "CaseRoute",
    "Consolidation",
    "Convened",
    "Countersignature",
    "Decision",
    "DecisionText",
    "Delegation",
    "DutyRuling",
    "EvidencePack",
    "Extension",
    "HandOver",
    "Hearing",
    "JointSession",
    "Opinion",
    "Procedure",
    "SessionNotice",
    "SlipItem",
    "SpecialReport",
    "Task",
    "TransferSlip",
    "Treatment",
]
