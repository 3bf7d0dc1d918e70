"""Writing in few statements does what saving one by one does."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.models import Application, CaseMaterial
from hall.calendars.choices import DayKind
from hall.calendars.models import CalendarDay
from hall.notices.models import Notice
from hall.now import now
from hall.transactions import insert_all, insert_new, joining, update_all

pytestmark = pytest.mark.django_db


def notice(**given) -> Notice:
    moment = now()
    return Notice(
        **{
            "channel": "sms",
            "address": "13800000000",
            "subject": "办件进展",
            "body": "“引号”\n换行 %s",
            "state": "queued",
            "created_at": moment,
            "next_try_at": moment,
            **given,
        }
    )


class TestInsert:
    def test_a_new_row_is_written_whole_and_knows_its_key(self):
        row = notice(once_key="a")
        assert insert_new(row)
        found = Notice.objects.get(pk=row.pk)
        assert (found.address, found.body, found.once_key) == (row.address, row.body, "a")
        row.subject = "改"
        row.save()  # an update now
        assert Notice.objects.get().subject == "改"

    def test_a_second_one_is_not_written_and_nothing_breaks(self):
        assert insert_new(notice(once_key="a"))
        assert not insert_new(notice(once_key="a", subject="另一件"))
        assert Notice.objects.get().subject == "办件进展"

    def test_many_are_one_statement_and_each_knows_its_key(self):
        rows = [notice(subject=str(n), sent_at=now() if n % 2 else None) for n in range(5)]
        with CaptureQueriesContext(connection) as asked:
            insert_all(rows)
        assert len(asked) == 1
        assert {row.pk: row.subject for row in rows} == dict(Notice.objects.values_list("pk", "subject"))

    def test_all_of_them_or_none(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_all([notice(once_key="a"), notice(once_key="a")])
        assert not Notice.objects.exists()

    def test_none_is_no_statement(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            insert_all([])
            update_all([], ["subject"])

    def test_a_row_brings_its_own_key(self, received_case):
        """The key of a case is made before it is written."""
        twin = Application.objects.get(pk=received_case.pk)
        twin.pk, twin.number, twin.idempotency_key = type(twin).id.field.default(), "X1", None
        key = twin.pk
        insert_all([twin])
        assert Application.objects.get(number="X1").pk == key


class TestUpdate:
    def test_it_writes_the_named_fields_of_the_named_rows_only(self, received_case):
        rows = list(CaseMaterial.objects.filter(case=received_case))
        for number, row in enumerate(rows[:3]):
            row.copies, row.problem, row.handed_in_at = number, f"问题{number}", now() if number else None
            row.requirement = "不写"
        with CaptureQueriesContext(connection) as asked:
            update_all(rows[:3], ["copies", "problem", "handed_in_at"])
        assert len(asked) == 1
        found = CaseMaterial.objects.in_bulk([row.pk for row in rows])
        for row in rows[:3]:
            stored = found[row.pk]
            assert (stored.copies, stored.problem) == (row.copies, row.problem)
            assert stored.handed_in_at == row.handed_in_at
            assert stored.requirement == ""
        assert found[rows[3].pk].problem == ""

    def test_dates_and_choices(self):
        days = [
            CalendarDay(date=dt.date(2031, 1, n), kind=DayKind.OFF, name="元旦", source="示例")
            for n in (1, 2)
        ]
        insert_all(days)
        days[0].date, days[1].kind = dt.date(2031, 1, 3), DayKind.WORK
        update_all(days, ["date", "kind"])
        stored = CalendarDay.objects.filter(date__year=2031).order_by("date")
        assert [(day.date.day, day.kind) for day in stored] == [(2, DayKind.WORK), (3, DayKind.OFF)]


class TestJoining:
    def test_in_a_transaction_it_takes_no_savepoint(self, django_assert_num_queries):
        write = joining(lambda: insert_new(notice()))
        with django_assert_num_queries(1):
            write()

    def test_outside_one_it_makes_its_own(self, transactional_db):
        @joining
        def write_and_fail():
            insert_new(notice())
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        assert not Notice.objects.exists()
