"""An officer: a user with the posts held today. What verbs and pages ask for rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from hall.actors import Actor
from hall.now import today
from hall.prepared import Prepared

from .choices import Role
from .models import Department, Hall, Jurisdiction, Post

if TYPE_CHECKING:
    from hall.people.models import User


# Read at every request of a member of staff.
posts_on: Prepared[Post] = Prepared(
    lambda user_id, day: (
        Post.objects.filter(user_id=user_id, starts_on__lte=day)
        .exclude(ends_on__lt=day)
        .select_related("jurisdiction", "department", "hall", "window")
    ),
    int,
    dt.date,
)


@dataclass(frozen=True)
class Officer(Actor):
    """A member of staff with today's posts. Rights come from posts alone, never from flags on the user."""

    user_id: int = 0  # an officer is always somebody
    posts: tuple[Post, ...] = ()

    @classmethod
    def of(cls, user: User) -> Officer:
        """The officer that `user` is today. One query; whose deputy they are is looked up when asked."""
        posts = tuple(posts_on.all(user.pk, today()))
        for post in posts:
            for place in (post.department, post.hall):
                if place and place.jurisdiction_id == post.jurisdiction_id:
                    place.jurisdiction = post.jurisdiction  # verbs ask their hall for its place
        first = posts[0] if posts else None
        return cls(
            user_id=user.pk,
            name=user.name,
            role=first.role if first else "",
            office=first.office if first else "",
            posts=posts,
        )

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role held today."""
        return frozenset(post.role for post in self.posts)

    @cached_property
    def jurisdiction_ids(self) -> frozenset[int]:
        return frozenset(post.jurisdiction_id for post in self.posts)

    @property
    def jurisdiction(self) -> Jurisdiction | None:
        """Where the officer works; the first post decides when there are several."""
        return self.posts[0].jurisdiction if self.posts else None

    def has(
        self,
        *roles: str,
        jurisdiction: Jurisdiction | int | None = None,
        department: Department | int | None = None,
        hall: Hall | int | None = None,
    ) -> bool:
        """Does the officer hold one of `roles` today in that jurisdiction, department and hall?"""
        return self.post_for(*roles, jurisdiction=jurisdiction, department=department, hall=hall) is not None

    def post_for(
        self,
        *roles: str,
        jurisdiction: Jurisdiction | int | None = None,
        department: Department | int | None = None,
        hall: Hall | int | None = None,
    ) -> Post | None:
        """The post that gives the right asked for, or None."""
        for post in self.posts:
            if (
                post.role in roles
                and _same(jurisdiction, post.jurisdiction_id)
                and _same(department, post.department_id)
                and _same(hall, post.hall_id)
            ):
                return post
        return None

    def acting_as(self, post: Post) -> Officer:
        """The same officer, written into the journal in the office of `post`."""
        boss = post.deputises.user.name if post.deputises else ""
        return replace(self, role=post.role, office=post.office, on_behalf=boss)

    def departments(self, *roles: str) -> list[int]:
        """Ids of the departments in which one of `roles` is held today."""
        return [p.department_id for p in self.posts if p.department_id and p.role in (roles or Role.values)]

    def halls(self, *roles: str) -> list[int]:
        """Ids of the halls in which one of `roles` is held today."""
        return [p.hall_id for p in self.posts if p.hall_id and p.role in (roles or Role.values)]

    def places(self, *roles: str) -> list[int]:
        """Ids of the jurisdictions in which one of `roles` is held today."""
        return sorted({p.jurisdiction_id for p in self.posts if p.role in (roles or Role.values)})

    def desks(self) -> Iterable[str]:
        """Codes of the desks that the officer's roles open."""
        return [desk for desk, roles in DESK_ROLES.items() if self.roles & roles]


# Which roles may sit at which desk. Every staff URL names one of these desks.
DESK_ROLES: dict[str, frozenset[str]] = {
    "desk": frozenset({Role.CLERK}),
    "review": frozenset({Role.REVIEWER, Role.HEAD}),
    "sessions": frozenset({Role.REVIEWER, Role.HEAD, Role.SUPERVISOR, Role.MANAGER}),
    "issue": frozenset({Role.ISSUER}),
    "supervision": frozenset({Role.SUPERVISOR, Role.MANAGER, Role.HEAD}),
    # 审管互动: supervising departments at their inboxes, and who watches over the exchange.
    "exchange": frozenset({Role.REVIEWER, Role.HEAD, Role.SUPERVISOR, Role.MANAGER}),
    "manage": frozenset({Role.KEEPER, Role.MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "catalogue": frozenset({Role.KEEPER}),
    "regimes": frozenset({Role.KEEPER, Role.MANAGER}),
    # The reform's targets: those who keep the catalogue, and those who answer for it.
    "targets": frozenset({Role.KEEPER, Role.SUPERVISOR, Role.MANAGER, Role.HEAD}),
    "organisation": frozenset({Role.MANAGER, Role.SYSTEM_ADMIN}),
    # Who may stop silent consent at once (DESIGN §3).
    "silence": frozenset({Role.MANAGER, Role.SYSTEM_ADMIN, Role.SUPERVISOR}),
    "users": frozenset({Role.SECURITY_ADMIN}),
    "clock": frozenset({Role.MANAGER, Role.SYSTEM_ADMIN, Role.SUPERVISOR}),
    "audit": frozenset({Role.AUDIT_ADMIN}),
    "staff": frozenset(Role.values),
}


def _same(asked: object, held: int | None) -> bool:
    if asked is None:
        return True
    return getattr(asked, "pk", asked) == held
