"""Departments' tasks, their opinions, silence, special procedures, and the decision."""

from .consolidating import Consolidation, Countersignature, DecisionText, Treatment
from .passing import Delegation, DutyRuling, HandOver
from .procedures import Extension, Hearing, Procedure
from .sessions import AgendaItem, BroughtTask, CalendarFeed, Convened, JointSession, SessionNotice
from .silence import EvidencePack, HeldSilence, SilenceBatch, SpecialReport
from .slips import SlipItem, TransferSlip
from .tasks import CaseRoute, Decision, Opinion, Task

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
    "HeldSilence",
    "JointSession",
    "Opinion",
    "Procedure",
    "SessionNotice",
    "SilenceBatch",
    "SlipItem",
    "SpecialReport",
    "Task",
    "TransferSlip",
    "Treatment",
]
