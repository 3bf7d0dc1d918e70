"""Reads about persons, enterprises and mandates. Numbers are found exactly or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hall.now import today
from hall.organisation.models import Post
from hall.prepared import Prepared

from . import index
from .models import Enterprise, Mandate, Person, User


def person_by_id(id_type: str, number: str) -> Person | None:
    """The person with this document, or None."""
    return _by_document.first(str(id_type), index.id_index(number))


_by_document: Prepared[Person] = Prepared(
    lambda id_type, id_index: Person.objects.filter(id_type=id_type, id_index=id_index), str, str
)


def accounts_of_person(person_id: UUID) -> list[User]:
    """The accounts in use of a person, as far as telling them something needs it: key and e-mail address."""
    return _accounts.all(person_id)


_accounts: Prepared[User] = Prepared(
    lambda person_id: User.objects.filter(person_id=person_id, is_active=True).only("email"), UUID
)


def persons_by_number(number: str) -> QuerySet[Person]:
    """Persons with this document number, whatever the kind of document."""
    return Person.objects.filter(id_index=index.id_index(number))


def persons_by_phone(phone: str) -> QuerySet[Person]:
    """Persons who gave this telephone number; a family may share one."""
    wanted = index.phone_index(phone)
    return Person.objects.filter(phone_index=wanted) if wanted else Person.objects.none()


def enterprise_by_uscc(code: str) -> Enterprise | None:
    """The enterprise with this unified social credit code, or None."""
    return Enterprise.objects.filter(uscc=index.normal_number(code)).first()


def mandates_in_force(on: dt.date | None = None) -> QuerySet[Mandate]:
    """Mandates that have begun, not ended and not been revoked on a day (today)."""
    day = on or today()
    return Mandate.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day).filter(
        revoked_at__isnull=True
    )


def mandate_for(
    agent: Person, principal: Person | Enterprise, scope: str, on: dt.date | None = None
) -> Mandate | None:
    """The mandate under which `agent` may do `scope` for `principal` on a day, or None."""
    whose = "principal_person" if isinstance(principal, Person) else "principal_enterprise"
    return mandates_in_force(on).filter(agent=agent, scope__contains=[scope], **{whose: principal}).first()


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """Mandates that a person gave or holds, newest first, also ended ones."""
    return (
        Mandate.objects.filter(Q(principal_person=person) | Q(agent=person))
        .select_related("principal_person", "principal_enterprise", "agent")
        .order_by("-created_at", "pk")
    )


def staff() -> QuerySet[User]:
    """Accounts of members of staff, by username."""
    return User.objects.filter(person__isnull=True).order_by("username")


def staff_of(jurisdiction_ids: Collection[int]) -> QuerySet[User]:
    """Staff with a post in one of these places, once or now, and accounts that never had one."""
    posts = Post.objects.filter(user=OuterRef("pk"))
    here = Exists(posts.filter(jurisdiction__in=jurisdiction_ids))
    return staff().filter(here | ~Exists(posts), is_staff=False)


def with_posts_today(users: QuerySet[User]) -> QuerySet[User]:
    """The same accounts with `posts_today`, and each of these with `deputies_today`; two queries more."""
    day = today()
    held = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    deputies = Prefetch("deputies", queryset=held.select_related("user"), to_attr="deputies_today")
    shown = held.select_related("jurisdiction", "department", "hall", "window", "deputises__user")
    posts = shown.order_by("role", "pk").prefetch_related(deputies)
    return users.prefetch_related(Prefetch("posts", queryset=posts, to_attr="posts_today"))
