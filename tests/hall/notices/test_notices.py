"""Notices: a row in the transaction of the work, the sending after it, each at most once."""

import datetime as dt
import json
import smtplib

import pytest
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from hall.actors import SYSTEM
from hall.errors import Invalid
from hall.notices import ports, queries, services, tasks
from hall.notices.choices import Channel, NoticeState
from hall.notices.models import Notice
from hall.people import identity
from hall.people import services as people
from hall.people.models import User


@pytest.fixture
def citizen(db):
    return _citizen()


def _citizen():
    user = people.register_citizen(
        username="shili",
        password="Shifan-2026",
        name="示例丁",
        id_type="id_card",
        id_number=identity.synthetic_citizen_number(2),
        phone="13800000002",
        by=SYSTEM,
    )
    user.email = "shili@example.invalid"
    user.save()
    return user


def letter(user, **changed):
    return services.notify(
        **{"user": user, "channel": Channel.EMAIL, "subject": "办件进展", "body": "您的办件已受理。"}
        | changed
    )


class Broken:
    """A gateway that fails as told."""

    error: Exception = ports.NotSent("gateway closed")

    def send(self, phone, text):
        raise self.error


class TestWriting:
    def test_an_in_app_notice_is_there_at_once(self, citizen):
        services.notify(user=citizen, subject="办件进展", body="已受理", link="/mine/")
        assert queries.unread_count(citizen) == 1
        assert queries.inbox(citizen).get().state == NoticeState.SENT

    def test_the_same_key_is_told_once(self, citizen):
        first = letter(citizen, once_key="accepted:1")
        assert letter(citizen, once_key="accepted:1", subject="另一件") == first
        assert Notice.objects.count() == 1

    def test_two_porters_with_one_key_at_once(self, really_concurrent):
        user = _citizen()
        outcomes = really_concurrent(*[lambda: letter(user, once_key="k")] * 4)
        assert all(o.ok for o in outcomes)
        assert Notice.objects.count() == 1

    def test_without_an_address_there_is_no_notice(self, citizen):
        citizen.email = ""
        assert letter(citizen) is None
        with pytest.raises(Invalid):
            services.notify(subject="x", body="y")

    def test_the_address_is_encrypted(self, citizen):
        notice = letter(citizen)
        with connection.cursor() as cursor:
            cursor.execute("SELECT address FROM notices_notice WHERE id = %s", [notice.pk])
            assert "example" not in cursor.fetchone()[0]

    def test_nothing_leaves_before_the_commit_or_after_a_rollback(self, transactional_db):
        user = _citizen()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            letter(user)
            assert mail.outbox == []
            1 / 0  # noqa: B018
        assert services.send_due() == 0
        assert mail.outbox == []


class TestSending:
    def test_mail_leaves_once(self, citizen):
        letter(citizen)
        assert tasks.send() == 1
        assert tasks.send() == 0
        assert [m.to for m in mail.outbox] == [["shili@example.invalid"]]
        assert Notice.objects.get().sent_at

    def test_a_message_goes_through_the_file_port(self, citizen, settings, tmp_path):
        settings.HALL_SMS, settings.HALL_DATA = "file", tmp_path
        letter(citizen, channel=Channel.SMS)
        assert services.send_due() == 1
        (file,) = (tmp_path / "sms").iterdir()
        assert json.loads(file.read_text())["phone"] == "13800000002"

    def test_the_console_port_masks_the_number(self, citizen, settings, caplog):
        settings.HALL_SMS = "console"
        letter(citizen, channel=Channel.SMS)
        with caplog.at_level("INFO"):
            services.send_due()
        assert "138****0002" in caplog.text
        assert "13800000002" not in caplog.text

    def test_a_sure_failure_is_tried_again_later_and_given_up_in_the_end(self, citizen, settings, moved):
        settings.HALL_SMS = f"{__name__}.Broken"
        moment = moved("2026-03-02 09:00")
        letter(citizen, channel=Channel.SMS)
        for minutes in services.BACK_OFF:
            assert services.send_due() == 0
            notice = Notice.objects.get()
            assert notice.state == NoticeState.QUEUED
            assert notice.next_try_at == moment + dt.timedelta(minutes=minutes)
            moment = moved(timezone.localtime(notice.next_try_at))
        services.send_due()
        notice.refresh_from_db()
        assert (notice.state, notice.attempts) == (NoticeState.FAILED, len(services.BACK_OFF) + 1)
        assert "gateway closed" in notice.last_error

    def test_an_unknown_fate_is_not_tried_again(self, citizen, settings, monkeypatch):
        settings.HALL_SMS = f"{__name__}.Broken"
        monkeypatch.setattr(Broken, "error", TimeoutError("no answer"))
        letter(citizen, channel=Channel.SMS)
        letter(citizen)
        assert services.send_due() == 1  # the letter, which does not wait for the message
        assert Notice.objects.get(channel=Channel.SMS).state == NoticeState.FAILED

    def test_a_mail_server_that_is_down_is_a_sure_failure(self, citizen, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        letter(citizen)
        services.send_due()
        assert Notice.objects.get().state == NoticeState.QUEUED

    def test_a_server_that_refuses_is_a_sure_failure(self, citizen, monkeypatch):
        def refuse(self, messages):
            raise smtplib.SMTPRecipientsRefused({"shili@example.invalid": (450, b"later")})

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        letter(citizen)
        services.send_due()
        assert Notice.objects.get().state == NoticeState.QUEUED

    def test_who_dies_while_sending_does_not_make_it_leave_twice(self, citizen, moved, monkeypatch):
        moved("2026-03-02 09:00")
        letter(citizen)

        def die(*_args):
            raise SystemExit

        monkeypatch.setattr(ports, "send_mail", die)
        with pytest.raises(SystemExit):
            services.send_due()
        assert Notice.objects.get().state == NoticeState.SENDING
        monkeypatch.undo()
        moved("2026-03-02 09:30")
        assert services.send_due() == 0
        assert Notice.objects.get().state == NoticeState.FAILED
        assert mail.outbox == []

    def test_several_porters_at_once_send_each_once(self, really_concurrent):
        user = _citizen()
        for number in range(12):
            letter(user, subject=f"第{number}封")
        outcomes = really_concurrent(*[services.send_due] * 4)
        assert sum(o.value for o in outcomes) == 12
        assert len({m.subject for m in mail.outbox}) == len(mail.outbox) == 12


class TestInbox:
    def test_one_reads_ones_own(self, client, citizen, django_assert_max_num_queries):
        for number in range(40):
            services.notify(user=citizen, subject=f"第{number}条", body="正文", link="/mine/")
        client.force_login(citizen)
        with django_assert_max_num_queries(8):
            page = client.get(reverse("notices:inbox")).content.decode()
        assert "第39条" in page
        assert "第9条" not in page
        last = queries.inbox(citizen)[29].pk
        assert "第9条" in client.get(reverse("notices:inbox"), {"before": last}).content.decode()

    def test_reading_marks_it_and_leads_on(self, client, citizen):
        notice = services.notify(user=citizen, subject="a", body="b", link="/mine/")
        client.force_login(citizen)
        assert client.post(reverse("notices:read", args=[notice.pk])).headers["Location"] == "/mine/"
        assert queries.unread_count(citizen) == 0
        assert Notice.objects.get().read_at

    def test_a_link_out_of_the_house_is_not_followed(self, client, citizen):
        notice = services.notify(user=citizen, subject="a", body="b", link="https://example.invalid/")
        client.force_login(citizen)
        answer = client.post(reverse("notices:read", args=[notice.pk]))
        assert answer.headers["Location"] == reverse("notices:inbox")

    def test_another_ones_notice_is_not_there(self, client, citizen):
        stranger = people.create_staff(username="li", name="示例", password="Shifan-2026", by=SYSTEM)
        notice = services.notify(user=stranger, subject="a", body="b")
        client.force_login(citizen)
        assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
        assert queries.unread_count(stranger) == 1

    def test_all_at_once(self, client, citizen):
        for _i in range(3):
            services.notify(user=citizen, subject="a", body="b")
        client.force_login(citizen)
        assert "3" in client.get(reverse("notices:unread")).content.decode()
        client.post(reverse("notices:read_all"))
        assert queries.unread_count(citizen) == 0


def test_staff_read_them_in_the_bar_of_their_place(client, clerk):
    client.force_login(User.objects.get(pk=clerk.user_id))
    page = client.get(reverse("notices:inbox")).content.decode()
    assert f'<a class="top-place" href="/">{clerk.jurisdiction.short_name}</a>' in page
