"""Papers of joint sessions: the notice to the departments, and the minutes, for the file of each case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .base import CasePaper


@dataclass(frozen=True, kw_only=True)
class AttendanceLine:
    """One convened department: whether it came, who signed in and when, and what it said of this case."""

    department: str
    attendance: str
    name: str = ""
    signed_in_at: dt.datetime | None = None
    verdict: str = ""
    said: str = ""
    deemed: bool = False


@dataclass(frozen=True, kw_only=True)
class SessionNotice(CasePaper):
    """联审会、联合踏勘……通知: when, where, who, and what absence means (S0 §18)."""

    kind = "session_notice"
    layout = "notice"

    session: str
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    sign_in_until: dt.datetime
    venue: str
    convenor: str
    chair: str
    departments: tuple[str, ...]
    moved: str = ""
    silence: str = ""

    @property
    def title(self) -> str:
        return f"{self.session}通知"


@dataclass(frozen=True, kw_only=True)
class SessionMinutes(CasePaper):
    """联审会议纪要、联合踏勘记录: who came, what each department said of this case, what was found."""

    kind = "session_minutes"
    layout = "form"

    session: str
    on_site: bool = False
    name: str
    starts_at: dt.datetime
    ended_at: dt.datetime
    venue: str
    convenor: str
    chair: str
    attendance: tuple[AttendanceLine, ...]
    minutes: str
    conclusion: str = ""
    summary: str = ""

    @property
    def title(self) -> str:
        return f"{self.session}记录" if self.on_site else f"{self.session}纪要"
