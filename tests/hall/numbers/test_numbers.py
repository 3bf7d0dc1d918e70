"""Numbers are unique under any concurrency and gap-free where the series says so (DESIGN §5.7)."""

import datetime as dt

import pytest
from django.db import connection, transaction

from hall.errors import Conflict
from hall.numbers import services
from hall.numbers.models import Counter

CODE = "12441500196720244T3442199806003"
DAY = dt.date(2022, 6, 23)


class TestSeries:
    def test_it_begins_with_one_and_skips_none(self, db):
        assert [services.next_value("a") for _i in range(3)] == [1, 2, 3]
        assert services.next_value("b") == 1

    def test_a_rollback_gives_the_number_back(self, db):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            services.next_value("a")
            1 / 0  # noqa: B018
        assert services.next_value("a") == 1

    def test_no_number_is_spent_outside_a_transaction(self, transactional_db):
        with pytest.raises(RuntimeError):
            services.next_value("a")

    def test_many_at_once_get_different_numbers_without_gaps(self, really_concurrent):
        def work(fails: bool):
            taken = []
            for _i in range(5):
                with transaction.atomic():
                    taken.append(services.next_value("busy"))
            try:
                with transaction.atomic():
                    services.next_value("busy")
                    if fails:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                return taken
            return taken

        outcomes = really_concurrent(*[lambda fails=i % 2 == 0: work(fails) for i in range(8)])
        assert all(o.ok for o in outcomes), [o.error for o in outcomes]
        taken = [number for o in outcomes for number in o.value]
        assert len(set(taken)) == 40
        assert Counter.objects.get(series="busy").value == 8 * 5 + 4

    def test_a_number_waits_for_the_one_before_it(self, really_concurrent):
        """The second cannot commit number 2 while number 1 may still be given back."""
        with transaction.atomic():
            assert services.next_value("slow") == 1

        def waits():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                return services.next_value("slow")

        with transaction.atomic():
            assert services.next_value("slow") == 2
            (outcome,) = really_concurrent(waits)
            assert not outcome.ok
        assert really_concurrent(waits)[0].value == 3


class TestCaseNumbers:
    def test_code_day_and_four_digits(self, db):
        assert services.case_number(CODE, DAY) == "12441500196720244T3442199806003202206230001"
        assert services.case_number(CODE, DAY).endswith("202206230002")
        assert services.case_number(CODE, DAY + dt.timedelta(days=1)).endswith("202206240001")

    def test_after_9999_it_says_so_and_spends_nothing(self, db):
        Counter.objects.create(series=f"case:{CODE}:20220623", value=9999)
        with pytest.raises(Conflict, match="编号已用完"), transaction.atomic():
            services.case_number(CODE, DAY)
        assert Counter.objects.get().value == 9999


class TestOtherNumbers:
    def test_document_numbers_by_organ_and_year(self, db):
        assert services.document_number("示审", 2026) == "示审〔2026〕1号"
        assert services.document_number("示审", 2026) == "示审〔2026〕2号"
        assert services.document_number("示市监", 2026) == "示市监〔2026〕1号"
        assert services.document_number("示审", 2027) == "示审〔2027〕1号"

    def test_query_codes_are_unambiguous_and_do_not_repeat(self):
        codes = {services.query_code() for _i in range(500)}
        assert len(codes) == 500
        assert not set("".join(codes)) & set("01258BIOLSZ")
        assert {len(code) for code in codes} == {8}
        with pytest.raises(ValueError):
            services.query_code(4)
