"""The journal (DESIGN §4): append-only, chained, readable without ever skipping a late commit."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction

from hall.actors import Actor
from hall.trail import queries, services
from hall.trail.models import ChainHead, Cursor, DaySeal, Event
from hall.trail.rebasing import rebase_cursors

BY = Actor(name="示例·审查", role="reviewer", office="示例局")


def write(case_id: uuid.UUID, what: str = "test.happened", **data: object) -> Event:
    return services.record(what, subject=("test.thing", case_id), by=BY, case_id=case_id, data=data)


def tamper(sql: str, *params: object) -> None:
    """Change the journal as somebody with the database's keys could: with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db
class TestAppendOnly:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE trail_event SET reason = 'better'",
            "DELETE FROM trail_event",
            "TRUNCATE trail_event",
        ],
    )
    def test_the_database_refuses_to_change_or_remove_an_event(self, sql: str) -> None:
        write(uuid.uuid4())
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql)


@pytest.mark.django_db
class TestChain:
    def test_events_of_a_case_are_numbered_and_chained(self) -> None:
        case = uuid.uuid4()
        events = [write(case, n=n) for n in range(5)]
        assert [event.seq for event in events] == [1, 2, 3, 4, 5]
        assert len({event.hash for event in events}) == 5
        assert not list(queries.faults(str(case)))

    def test_the_stored_event_proves_itself_after_a_round_trip_through_the_database(self) -> None:
        case = uuid.uuid4()
        write(case, text="“引号”\n换行", number=10**20, nested={"b": [1, None, True], "a": "é"})
        assert not list(queries.faults())

    def test_a_changed_event_is_found(self) -> None:
        case = uuid.uuid4()
        for n in range(3):
            write(case, n=n)
        tamper("UPDATE trail_event SET reason = 'forged' WHERE chain = %s AND seq = 2", str(case))
        assert [fault.seq for fault in queries.faults()] == [2]

    def test_a_removed_event_is_found_in_the_middle_and_at_the_end(self) -> None:
        middle, end = uuid.uuid4(), uuid.uuid4()
        for case in (middle, end):
            for n in range(3):
                write(case, n=n)
        tamper("DELETE FROM trail_event WHERE chain = %s AND seq = 2", str(middle))
        tamper("DELETE FROM trail_event WHERE chain = %s AND seq = 3", str(end))
        assert {fault.chain for fault in queries.faults()} == {str(middle), str(end)}

    def test_a_whole_chain_removed_is_found(self) -> None:
        case = uuid.uuid4()
        write(case)
        tamper("DELETE FROM trail_event WHERE chain = %s", str(case))
        assert [fault.what for fault in queries.faults()] == ["chain has a head but no events"]

    def test_the_command_says_so_and_fails(self) -> None:
        case = uuid.uuid4()
        write(case)
        call_command("verify_trail")
        tamper("UPDATE trail_event SET data = '{}', what = 'other' WHERE chain = %s", str(case))
        with pytest.raises(CommandError):
            call_command("verify_trail")


@pytest.mark.django_db
class TestManyAtOnce:
    """The same event of many subjects, in few statements."""

    def test_each_stands_in_its_own_chain_and_holds(self, django_assert_num_queries):
        services.record("test.before", subject=("test.thing", 3), by=BY)
        things = [(("test.thing", n), {"n": n}) for n in range(450)]
        with django_assert_num_queries(3):
            assert services.record_all("test.happened", things, by=BY, to_state="done") == 450
        services.record("test.after", subject=("test.thing", 3), by=BY)
        told = queries.of_subject(("test.thing", 3))
        assert [(e.what, e.seq) for e in told] == [
            ("test.before", 1),
            ("test.happened", 2),
            ("test.after", 3),
        ]
        assert told[1].data == {"n": 3}
        assert not list(queries.faults())

    def test_a_subject_comes_once(self):
        with pytest.raises(ValueError, match="twice"):
            services.record_all("test.happened", [(("test.thing", 1), {}), (("test.thing", 1), {})])


@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    def test_many_writers_of_one_case_make_one_unbroken_chain(self, really_concurrent) -> None:
        case = uuid.uuid4()
        outcomes = really_concurrent(*[lambda n=n: write(case, n=n).seq for n in range(12)])
        assert sorted(outcome.value for outcome in outcomes) == list(range(1, 13))
        assert ChainHead.objects.get(chain=str(case)).seq == 12
        assert not list(queries.faults())

    def test_a_cursor_never_skips_an_event_that_commits_late(self) -> None:
        """An earlier id that commits after a later one is still read: the reader stops before it."""
        written, commit = threading.Event(), threading.Event()

        def slow_writer() -> None:
            try:
                with transaction.atomic():
                    write(uuid.uuid4(), "test.slow")
                    written.set()
                    commit.wait(20)
            finally:
                connection.close()

        writer = threading.Thread(target=slow_writer)
        writer.start()
        assert written.wait(20)
        write(uuid.uuid4(), "test.fast")
        seen: list[str] = []
        services.consume("reader", lambda events: seen.extend(event.what for event in events))
        assert seen == []  # the fast one has a higher transaction number than one that is still open
        commit.set()
        writer.join()
        give_up_at = time.monotonic() + 30
        while len(seen) < 2 and time.monotonic() < give_up_at:
            services.consume("reader", lambda events: seen.extend(event.what for event in events))
        assert sorted(seen) == ["test.fast", "test.slow"]

    def test_a_long_transaction_in_another_database_holds_no_reader_up(self) -> None:
        own = connection.settings_dict
        elsewhere = psycopg2.connect(
            dbname="postgres",
            user=own["USER"],
            password=own["PASSWORD"],
            host=own["HOST"],
            port=own["PORT"] or None,
        )
        try:
            with elsewhere.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
            write(uuid.uuid4())
            assert services.consume("reader", lambda events: None) == 1
        finally:
            elsewhere.close()

    def test_a_consumer_that_fails_reads_the_same_events_again(self) -> None:
        write(uuid.uuid4())

        def fail(events) -> None:
            raise RuntimeError

        give_up_at = time.monotonic() + 30
        with pytest.raises(RuntimeError):
            while time.monotonic() < give_up_at:
                services.consume("reader", fail)
        assert services.consume("reader", lambda events: None) == 1
        assert services.consume("reader", lambda events: None) == 0
        assert Cursor.objects.get(consumer="reader").event_id > 0


@pytest.mark.django_db
class TestDaySeal:
    def test_a_day_is_sealed_once_it_is_over_and_the_seal_proves_its_events(self) -> None:
        event = write(uuid.uuid4())
        yesterday = dt.date.today() - dt.timedelta(days=1)
        tamper("UPDATE trail_event SET written_at = written_at - interval '1 day' WHERE id = %s", event.pk)
        seal = services.seal_day(yesterday)
        assert seal is not None
        assert seal.events == 1
        assert services.seal_day(yesterday) == seal
        assert not list(queries.day_faults())
        tamper("UPDATE trail_event SET hash = repeat('0', 64) WHERE id = %s", event.pk)
        assert [fault.chain for fault in queries.day_faults()] == [f"day {yesterday}"]

    def test_today_is_not_sealed_yet(self) -> None:
        write(uuid.uuid4())
        assert services.seal_day(dt.date.today() + dt.timedelta(days=1)) is None
        assert not DaySeal.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestRebase:
    """A dump loaded into another cluster carries transaction numbers that mean nothing there."""

    def test_every_reader_goes_on_where_it_was(self) -> None:
        case = uuid.uuid4()
        write(case, "test.one")
        read("slow", until=["test.one"])
        write(case, "test.two")
        read("quick", until=["test.one", "test.two"])
        write(case, "test.three")
        tamper("UPDATE trail_event SET xid = (xid::text::bigint + (1::bigint << 40))::text::xid8")
        tamper("UPDATE trail_cursor SET xid = (xid::text::bigint + (1::bigint << 40))::text::xid8")
        write(case, "test.four")
        services.consume("slow", lambda events: pytest.fail("reads past what it should not see yet"))

        call_command("rebase_trail_cursors", verbosity=0)
        write(case, "test.five")
        told = ["test.three", "test.four", "trail.rebased", "test.five"]
        read("quick", until=told)
        read("slow", until=["test.two", *told])
        assert not list(queries.faults())
        assert rebase_cursors() == 0

    def test_the_journal_is_as_closed_as_before(self) -> None:
        write(uuid.uuid4())
        tamper("UPDATE trail_event SET xid = (xid::text::bigint + (1::bigint << 40))::text::xid8")
        assert rebase_cursors() == 1
        with pytest.raises((InternalError, IntegrityError)), connection.cursor() as cursor:
            cursor.execute("UPDATE trail_event SET reason = 'better'")


def read(consumer: str, until: list[str]) -> None:
    """Read until exactly the events `until` were given; transactions of other workers may hold them back."""
    seen: list[str] = []
    give_up_at = time.monotonic() + 30
    while len(seen) < len(until) and time.monotonic() < give_up_at:
        services.consume(consumer, lambda events: seen.extend(event.what for event in events))
    assert seen == until


@pytest.mark.django_db
class TestWords:
    def test_events_and_states_are_read_in_words(self) -> None:
        case = uuid.uuid4()
        event = services.record(
            "applications.accepted",
            subject=("applications.application", case),
            by=BY,
            case_id=case,
            from_state="received",
            to_state="accepted",
        )
        assert event.word == "受理"
        assert event.states == ("已收件", "已受理")
        assert write(case, "test.unnamed").word == "test.unnamed"

    def test_an_auditor_finds_events_by_their_words(self) -> None:
        found = services.record("account.locked", subject=("people.user", "1"), by=BY)
        write(uuid.uuid4())
        assert list(queries.search(Event.objects.all(), "锁定")) == [found]
