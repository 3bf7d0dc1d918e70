"""Reading and proving the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from . import services, words
from .models import ChainHead, DaySeal, Event


@dataclass(frozen=True)
class Fault:
    """A place where the journal does not hold."""

    chain: str
    seq: int
    what: str


def of_case(case_id: UUID) -> QuerySet[Event]:
    """Everything that happened to a case, oldest first."""
    return Event.objects.filter(case_id=case_id).order_by("id")


def of_subject(subject: services.Subject) -> QuerySet[Event]:
    """Everything that happened to one thing, oldest first."""
    subject_type, subject_id = services.name_of(subject)
    return Event.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


def faults(chain: str | None = None) -> Iterator[Fault]:
    """Recompute every link (of one chain, or of all) and yield what does not hold."""
    events = Event.objects.order_by("chain", "seq")
    heads = dict(ChainHead.objects.values_list("chain", "seq"))
    if chain:
        events, heads = events.filter(chain=chain), {chain: heads.get(chain, 0)}
    current, seq, digest = "", 0, ""
    for event in events.iterator(chunk_size=2000):
        if event.chain != current:
            if current and heads.pop(current, 0) != seq:
                yield Fault(current, seq, "chain ends before its head")
            current, seq, digest = event.chain, 0, ""
        if event.seq != seq + 1:
            yield Fault(current, event.seq, "link missing before this one")
        if services.link(digest, event) != event.hash:
            yield Fault(current, event.seq, "content does not match its hash")
        seq, digest = event.seq, event.hash
    if current and heads.pop(current, 0) != seq:
        yield Fault(current, seq, "chain ends before its head")
    for lost, head in heads.items():
        if head:
            yield Fault(lost, head, "chain has a head but no events")


def day_faults() -> Iterator[Fault]:
    """Recompute every day's seal and yield those that do not hold."""
    previous = ""
    for seal in DaySeal.objects.order_by("day"):
        digest, count, _last = services.day_digest(seal.day, previous)
        if (digest, count) != (seal.hash, seal.events):
            yield Fault(f"day {seal.day}", count, "day seal does not match its events")
        previous = seal.hash


def search(events: QuerySet[Event], q: str = "", since=None, until=None) -> QuerySet[Event]:
    """Events whose person, name or subject begins with `q`, or whose word contains it, between two dates.

    Both dates are inclusive.
    """
    if q:
        named = Q(what__startswith=q) | Q(what__in=words.events_called(q))
        events = events.filter(named | Q(actor_name__startswith=q) | Q(subject_id=q) | Q(chain=q))
    if since:
        events = events.filter(at__date__gte=since)
    if until:
        events = events.filter(at__date__lte=until)
    return events
