"""Who acts: an officer in a post, a member of the public, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who is written into the journal: person, role and office then held, and on whose behalf."""

    user_id: int | None = None
    name: str = ""
    role: str = ""
    office: str = ""
    on_behalf: str = ""


SYSTEM = Actor(name="系统", role="system", office="一窗系统")
PUBLIC = Actor(name="公众", role="public", office="")
