"""What an import did, or would do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..choices import Flag


@dataclass(frozen=True)
class Fault:
    """One wrong cell: where it stands, what is wrong, how to mend it.

    `sheet` is "" for the first one; `column` is the code's name of the column, "" for the row as a whole.
    """

    row: int
    column: str
    heading: str
    problem: str
    remedy: str = ""
    sheet: str = ""

    def __str__(self) -> str:
        return self.problem


@dataclass(frozen=True)
class Refusal:
    """A row that did not go in, and why."""

    row: int
    name: str
    reason: str
    faults: tuple[Fault, ...] = ()
    sheet: str = ""


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


@dataclass(frozen=True)
class Batch:
    """One batch of a file that goes in as a whole or not at all; `name` is "" for what names none."""

    name: str
    rows: int
    refused: int

    @property
    def applied(self) -> bool:
        """Did it go in?"""
        return not self.refused


@dataclass
class Report:
    """Counts and particulars of one import. `read` is always the sum of the five others.

    `held` are rows without a fault of their own whose batch was not applied.
    """

    dry_run: bool = False
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    held: int = 0
    flagged: list[Flagged] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    versions: int = 0
    drafts: int = 0
    listed: int = 0
    examples: int = 0
    batches: list[Batch] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """Every wrong cell."""
        return [fault for refusal in self.refused for fault in refusal.faults]

    def add(self, other: Report) -> None:
        """Take over what another part of the same import did."""
        for name in ("created", "updated", "unchanged", "held", "versions", "drafts", "listed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused += other.refused
        self.flagged += other.flagged
        self.departments += [name for name in other.departments if name not in self.departments]

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
            "held": self.held,
            "flagged": len(self.flagged),
            "departments": len(self.departments),
            "versions": self.versions,
            "drafts": self.drafts,
            "listed": self.listed,
        }

    def as_json(self) -> dict[str, Any]:
        """Everything, to be kept with the run."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Report:
        """The report that `as_json` wrote."""
        told = dict(stored)
        told["refused"] = [_refusal(each) for each in told["refused"]]
        told["flagged"] = [Flagged(**each) for each in told["flagged"]]
        told["batches"] = [Batch(**each) for each in told["batches"]]
        return cls(**told)


def _refusal(stored: dict[str, Any]) -> Refusal:
    return Refusal(**{**stored, "faults": tuple(Fault(**each) for each in stored["faults"])})


def reasons(faults: Iterable[Fault]) -> str:
    """What is wrong with a row, each thing once."""
    return "；".join(dict.fromkeys(fault.problem for fault in faults))
