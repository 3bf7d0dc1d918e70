"""A prepared read gives what its queryset gives, whatever the values, in every thread."""

import datetime as dt
import uuid

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from applications.querysets import locked_case
from hall.organisation.models import Hall, Post
from hall.organisation.officers import posts_on
from hall.prepared import Prepared
from routing.querysets import locked_task
from tests import traits


def everything(row):
    """All stored values of an instance and of what was read with it."""
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for name, value in row._state.fields_cache.items():
        found[f"→{name}"] = value and everything(value)
    return found


by_code = Prepared(lambda code: Hall.objects.select_related("jurisdiction").filter(code=code), str)
FULL_CASE = ("version__matter", "version__regime", "version__department", "jurisdiction", "hall")


class TestPrepared:
    def test_it_reads_what_the_queryset_reads(self, received_case):
        with transaction.atomic():
            found = locked_case.first(received_case.pk)
        asked = Application.objects.select_related(*FULL_CASE, "person", "enterprise").get(
            pk=received_case.pk
        )
        assert everything(found) == everything(asked)
        assert found.form_data == traits.FORM_DATA  # decrypted on the way, as always
        assert found.enterprise is None
        assert found._state.adding is False

    def test_other_values_give_other_rows(self, promised_version, clerk):
        cases = [traits.take_in(promised_version, clerk) for _i in range(3)]
        for case in cases:
            assert locked_case.first(case.pk) == case
        assert locked_case.first(uuid.uuid4()) is None

    def test_it_asks_one_question(self, received_case):
        locked_case.first(received_case.pk)
        with CaptureQueriesContext(connection) as asked:
            found = locked_case.first(received_case.pk)
            assert found.version.matter.name
            assert found.jurisdiction.name
        assert len(asked) == 1

    def test_one_value_may_stand_in_two_places(self, clerk):
        day = dt.date(2026, 3, 2)
        assert [post.user_id for post in posts_on.all(clerk.user_id, day)] == [clerk.user_id]
        Post.objects.filter(user=clerk.user_id).update(ends_on=day)
        assert posts_on.all(clerk.user_id, day)
        assert not posts_on.all(clerk.user_id, day + dt.timedelta(days=1))
        assert not posts_on.all(clerk.user_id, traits.LONG_AGO - dt.timedelta(days=1))

    def test_a_value_cannot_change_the_statement(self, centre):
        assert by_code.first("centre") == centre
        assert by_code.first("centre' OR '1'='1") is None

    def test_a_lock_needs_a_transaction(self, transactional_db):
        for read in (locked_case, locked_task):
            with pytest.raises(transaction.TransactionManagementError):
                read.first(uuid.uuid4())

    def test_threads_share_it(self, transactional_db, received_case, really_concurrent):
        def read():
            with transaction.atomic():
                return locked_case.first(received_case.pk).form_data

        outcomes = really_concurrent(*[read] * 4)
        assert [outcome.value for outcome in outcomes] == [traits.FORM_DATA] * 4

    def test_a_value_that_does_not_reach_the_statement_is_refused(self, db):
        lost = Prepared(lambda code: Hall.objects.filter(code=F("name")), str)
        with pytest.raises(ValueError, match="reaches the statement"):
            lost.all("centre")
