"""推送 (S1 二(七)): what the journal tells of decisions goes to those who supervise, and to subscribers.

In two steps. `read_journal` only lays messages into the tray, with the consumer's cursor, so that it holds
no chain of any case. `hand_on` then takes one message at a time, with all that follows from it. Nothing is
lost with the broker down, and doing either twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications.choices import Outcome
from applications.models import Application
from certificates.models import Certificate
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.notices.services import notify
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.organisation.queries import holders
from hall.trail.models import Event
from hall.trail.services import consume, name_of, record

from .. import exchange_queries as queries
from ..choices import MessageKind
from ..models import Delivery, ExchangeMessage, Push
from .webhooks import TRIES

CONSUMER = "supervision.exchange"
STAFF = (Role.REVIEWER, Role.HEAD)
# What happened to a certificate; a decision says itself whether it granted.
KIND_OF_EVENT = {
    "certificates.issued": MessageKind.ISSUED,
    "certificates.superseded": MessageKind.SUPERSEDED,
    "certificates.revoked": MessageKind.REVOKED,
    "certificates.cancelled": MessageKind.CANCELLED,
    "certificates.expired": MessageKind.EXPIRED,
}
DECIDED = "applications.decided"
_CERTIFICATE = Certificate._meta.label_lower


def read_journal(limit: int = 5_000) -> int:
    """Lay a message into the tray for each decision beyond the cursor. Returns how many events were read."""
    read = 0
    while read < limit and (count := consume(CONSUMER, lay_in_tray)):
        read += count
    return read


def begin_after(event: Event) -> None:
    """Let this exchange begin after `event`: what was decided before is not pushed any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_cursor (consumer, xid, event_id)"
            " SELECT %s, xid, id FROM trail_event WHERE id = %s"
            " ON CONFLICT (consumer) DO UPDATE SET xid = EXCLUDED.xid, event_id = EXCLUDED.event_id",
            [CONSUMER, event.pk],
        )


def hand_on_all(limit: int = 500) -> int:
    """Hand on what lies in the tray, each message in a transaction of its own. Returns how many."""
    done = 0
    for pk in list(_tray().values_list("pk", flat=True)[:limit]):
        done += hand_on(pk)
    return done


@transaction.atomic
def hand_on(message_id: int) -> bool:
    """Push one message to each supervising department, and queue it for each subscription that wants it.

    False when another porter has it, or has done it.
    """
    message = (
        _tray()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("case__version__matter", "case__jurisdiction")
        .filter(pk=message_id)
        .first()
    )
    if message is None:
        return False
    departments = _supervisors(message)
    for department in departments:
        _push(message, department)
    _queue_deliveries(message, departments)
    message.handed_on_at = now()
    message.save(update_fields=["handed_on_at"])
    if departments:
        record(
            "supervision.pushed",
            subject=message,
            case_id=message.case_id,
            jurisdiction=message.jurisdiction_id,
            data={"kind": message.kind, "departments": [each.name for each in departments]},
        )
    return True


def _tray() -> QuerySet[ExchangeMessage]:
    return ExchangeMessage.objects.filter(handed_on_at=None).order_by("pk")


def lay_in_tray(events: Sequence[Event]) -> None:
    """Lay a message into the tray for each of `events` that tells of a decision; each once for ever."""
    told = [event for event in events if event.case_id and _kind(event)]
    if not told:
        return
    places = dict(
        Application.objects.filter(pk__in={event.case_id for event in told}).values_list("pk", "jurisdiction")
    )
    certificates = {name_of(each): each for each in Certificate.objects.filter(case__in=list(places))}
    ExchangeMessage.objects.bulk_create(
        [
            ExchangeMessage(
                event_id=event.pk,
                case_id=event.case_id,
                jurisdiction_id=places[event.case_id],
                kind=_kind(event),
                sequence=event.seq,
                happened_at=event.at,
                reason=event.reason,
                certificate=certificates.get((event.subject_type, event.subject_id)),
            )
            for event in told
            if event.case_id and event.case_id in places
        ],
        ignore_conflicts=True,
    )


def _kind(event: Event) -> str:
    if event.what == DECIDED:
        granted = event.data.get("outcome") == Outcome.GRANTED
        return MessageKind.GRANTED if granted else MessageKind.REFUSED
    return KIND_OF_EVENT.get(event.what, "") if event.subject_type == _CERTIFICATE else ""


def _supervisors(message: ExchangeMessage) -> list[Department]:
    """Who supervises the matter, but for the deciding organ itself: it need not be told."""
    matter = message.case.version.matter_id
    found = queries.supervisors([matter]).get(matter, [])
    return [each for each in found if each.pk != message.case.version.department_id]


def _push(message: ExchangeMessage, department: Department) -> None:
    place = message.case.jurisdiction
    push = Push.objects.create(
        message=message,
        case_id=message.case_id,
        jurisdiction=place,
        department=department,
        pushed_at=now(),
    )
    # Not on the case's own list of clocks: its applicant and its departments have nothing to do with it.
    clocks.start(
        push,
        Kind.PUSH_RECEIPT,
        Limit(place.policies.push_receipt_days, Unit.WORKING_DAY),
        jurisdiction=place,
        department=department,
        basis=_("审管互动：及时接收并跟踪落实"),
        warn=(1,),
    )
    _announce(push)


def _announce(push: Push) -> None:
    """One notice a day that there is something in the inbox; a revocation is told by itself at once."""
    urgent = push.message.kind in (MessageKind.REVOKED, MessageKind.CANCELLED)
    subject = _("有新的审批结果推送到本部门")
    if urgent:
        subject = f"{push.message.get_kind_display()}：{push.case.version.matter.name}"
    for user in holders(*STAFF, department=push.department):
        once = f"push:{push.pk}" if urgent else f"pushes:{push.department_id}:{today()}"
        notify(
            user=user,
            subject=subject,
            body=_("请在%(days)s个工作日内签收。") % {"days": push.jurisdiction.policies.push_receipt_days},
            link=f"/exchange/{push.pk}/" if urgent else "/exchange/",
            once_key=f"{once}:{user.pk}",
        )


def _queue_deliveries(message: ExchangeMessage, departments: Iterable[Department]) -> None:
    moment = now()
    supervising = {each.pk for each in departments}
    Delivery.objects.bulk_create(
        [
            Delivery(
                subscription=subscription,
                message=message,
                case_id=message.case_id,
                sequence=message.sequence,
                tries_left=TRIES,
                next_try_at=moment,
                created_at=moment,
            )
            for subscription in queries.subscribers(message, supervising)
        ],
        ignore_conflicts=True,
    )
