"""Telling people: a row in the transaction of the work, the sending after it, each notice at most once."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.errors import Invalid
from hall.now import now
from hall.people.models import User
from hall.transactions import insert_new, joining

from . import ports
from .choices import Channel, NoticeState
from .models import Notice

log = logging.getLogger(__name__)

# Minutes to wait after the first, second, … attempt that certainly failed.
BACK_OFF = (1, 5, 30, 120, 720)
# A sender that has not reported back for so long died on the way.
SENDING_MINUTES = 10


@joining
def notify(
    *,
    user: User | None = None,
    address: str = "",
    channel: str = Channel.IN_APP,
    subject: str,
    body: str,
    link: str = "",
    case_id: UUID | None = None,
    once_key: str | None = None,
) -> Notice | None:
    """Write a notice to `user`, or to a bare e-mail `address` or telephone number.

    An in-app notice is there at once; others leave with the next round of the porter, a few seconds after
    the commit: a nudge for each would cost the desk a tenth of an intake. A second call with the same
    `once_key` changes nothing and returns the first notice. Returns None when the user has no address
    for that channel. `link` is a path in this house.
    """
    if channel == Channel.IN_APP:
        if user is None:
            raise Invalid(_("站内通知须有收件人"))
    else:
        address = address or _address_of(user, channel)
        if not address:
            return None
    moment = now()
    fields = {
        "channel": channel,
        "user": user,
        "address": address,
        "subject": subject[:200],
        "body": body,
        "link": link,
        "case_id": case_id,
        "state": NoticeState.SENT if channel == Channel.IN_APP else NoticeState.QUEUED,
        "created_at": moment,
        "next_try_at": moment,
        "sent_at": moment if channel == Channel.IN_APP else None,
    }
    notice = Notice(once_key=once_key, **fields)
    if not insert_new(notice):
        return Notice.objects.get(once_key=once_key)
    return notice


def send_due(limit: int = 200) -> int:
    """Send what is due, one by one, until nothing is left or `limit` is reached. Returns how many left.

    Each notice is marked before it leaves, so a porter that dies on the way never makes it leave twice;
    such a notice is then shown as failed with its fate unknown. Call it outside any transaction.
    """
    _bury_the_lost()
    sent = 0
    for _i in range(limit):
        notice = _take_one()
        if notice is None:
            break
        sent += _send(notice)
    return sent


@transaction.atomic
def mark_read(user: User, notice_id: int | None = None) -> int:
    """Mark one notice of the user as read, or all. Returns how many were unread."""
    unread = Notice.objects.filter(user=user, channel=Channel.IN_APP, read_at__isnull=True)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=now())


def _address_of(user: User | None, channel: str) -> str:
    if user is None:
        return ""
    if channel == Channel.EMAIL:
        return user.email
    return user.person.phone if user.person else ""


@transaction.atomic
def _take_one() -> Notice | None:
    due = Notice.objects.filter(state=NoticeState.QUEUED, next_try_at__lte=now())
    notice = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True).first()
    if notice is not None:
        notice.state = NoticeState.SENDING
        notice.attempts += 1
        notice.next_try_at = now() + dt.timedelta(minutes=SENDING_MINUTES)
        notice.save(update_fields=["state", "attempts", "next_try_at"])
    return notice


def _send(notice: Notice) -> bool:
    """Hand a marked notice to its channel and write down what became of it."""
    try:
        if notice.channel == Channel.EMAIL:
            ports.send_mail(notice.address, notice.subject, notice.body)
        else:
            ports.sms().send(notice.address, f"{notice.subject}：{notice.body}")
    except ports.NotSent as error:
        log.warning("notice %s not sent, attempt %s: %s", notice.pk, notice.attempts, error)
        _put_back(notice, str(error))
        return False
    except Exception as error:  # a channel may fail in any way; the next notice must not wait for it
        log.exception("notice %s: delivery unknown", notice.pk)
        _finish(notice, NoticeState.FAILED, f"{_('发送中断，是否送达不明')}：{error}")
        return False
    notice.sent_at = now()
    _finish(notice, NoticeState.SENT, "")
    return True


def _put_back(notice: Notice, error: str) -> None:
    if notice.attempts > len(BACK_OFF):
        _finish(notice, NoticeState.FAILED, error)
        return
    notice.next_try_at = now() + dt.timedelta(minutes=BACK_OFF[notice.attempts - 1])
    _finish(notice, NoticeState.QUEUED, error)


def _finish(notice: Notice, state: NoticeState, error: str) -> None:
    notice.state = state
    notice.last_error = error[:300]
    notice.save(update_fields=["state", "last_error", "next_try_at", "sent_at"])


def _bury_the_lost() -> None:
    lost = Notice.objects.filter(state=NoticeState.SENDING, next_try_at__lt=now())
    lost.update(state=NoticeState.FAILED, last_error=_("发送中断，是否送达不明"))
