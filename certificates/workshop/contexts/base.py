"""What all papers share, and all papers of a case."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from ..seal import SealSpec
from ..wording import Wording, wording
from .parts import NOWHERE, Contact, Party


@dataclass(frozen=True, kw_only=True)
class Paper(ABC):
    """Base of all. `organ` is the full legal name in whose name the paper speaks."""

    kind: ClassVar[str]
    layout: ClassVar[str] = "letter"

    organ: str
    dated: dt.date
    matter: str
    number: str = ""
    matter_code: str = ""
    matter_type: str = "01"
    demonstration: bool = True
    seal: SealSpec | None = None
    contact: Contact = NOWHERE
    legal_basis: tuple[str, ...] = ()

    @property
    @abstractmethod
    def title(self) -> str:
        """What the paper is called."""

    @property
    def words(self) -> Wording:
        """How this type of matter is spoken of."""
        return wording(self.matter_type)


@dataclass(frozen=True, kw_only=True)
class CasePaper(Paper):
    """A paper of one case, with the way to follow it."""

    case_number: str
    applicant: Party
    query_code: str = ""
    track_url: str = ""
