"""What an import did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..choices import Flag


@dataclass(frozen=True)
class Refusal:
    """A row that did not go in, and why."""

    row: int
    name: str
    reason: str


@dataclass(frozen=True)
class Flagged:
    """A row that went in as it was published, with something odd about it."""

    row: int
    name: str
    flag: str

    @property
    def label(self) -> str:
        """What is odd, in words."""
        return str(Flag(self.flag).label)


@dataclass
class Report:
    """Counts and particulars of one import. `read` is always the sum of the four others."""

    dry_run: bool = False
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    flagged: list[Flagged] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    versions: int = 0
    drafts: int = 0
    listed: int = 0

    def summary(self) -> str:
        """One line for the console and the journal."""
        return (
            _(
                "读取%(read)s行：新增%(created)s，更新%(updated)s，不变%(unchanged)s，拒绝%(refused)s；"
                "提示%(flagged)s处，新建部门%(departments)s个，发布版本%(versions)s个，草稿%(drafts)s个"
            )
            % self.as_data()
        )

    def as_data(self) -> dict[str, Any]:
        """The counts alone."""
        return {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": len(self.refused),
            "flagged": len(self.flagged),
            "departments": len(self.departments),
            "versions": self.versions,
            "drafts": self.drafts,
            "listed": self.listed,
        }
