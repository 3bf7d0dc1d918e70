"""Fixtures that every test may use. Those of one room stand in that room's own conftest."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

from hall import now
from hall.embedded import lend
from tests.support import house
from tests.support.concurrent import Outcome, run_together
from tests.support.order import longest_first
from tests.support.snapshot import Snapshot

# Playwright keeps an event loop in the main thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

hypothesis.settings.register_profile("hall", deadline=None)  # two shared cores say nothing about speed
hypothesis.settings.load_profile("hall")

SHANGHAI = ZoneInfo("Asia/Shanghai")

pytest_plugins = ["tests.traits"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files come first; a test with a running hall needs a test database, whatever its marks."""
    items[:] = longest_first(items, config.rootpath)
    for item in items:
        # Without the mark, a run of these alone would have no test database and clone the developer's own.
        if {"live_hall", "faulty_hall"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Let fixtures see whether their test failed (the browser then keeps a picture)."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


# --- Database ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests with real commits leave the database as the migrations made it."""
    snapshot = Snapshot()
    with django_db_blocker.unblock():
        snapshot.take()
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: snapshot.restore()
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture
def really_concurrent(transactional_db: None) -> Callable[..., list[Outcome]]:
    """`really_concurrent(call, call, …)`: at the same moment, each with its own connection and commit."""
    return run_together


@pytest.fixture(autouse=True)
def _calendars_forgotten(settings: Any) -> None:
    """No test starts with the calendar that another one remembered, or looks for a newer one by chance."""
    from hall.calendars.queries import forget

    settings.HALL_CALENDAR_SECONDS = 3600.0  # else a test that counts queries counts one more now and then
    forget()


# --- Time ----------------------------------------------------------------------------------------


@pytest.fixture
def moved() -> Iterator[Callable[[str | dt.datetime], dt.datetime]]:
    """`moved("2026-03-02 09:00")`: now is then (Shanghai), until moved again or the test ends."""
    with ExitStack() as stack:

        def move(moment: str | dt.datetime) -> dt.datetime:
            if isinstance(moment, str):
                moment = dt.datetime.fromisoformat(moment)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=SHANGHAI)
            stack.close()
            stack.enter_context(now.at(moment))
            return moment

        yield move


# --- A hall that really runs ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def _founding_data(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """The rows of a database with organisation, calendars and lists of the five places, loaded once."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent  # the first worker loads, the others read
    kept = shared / "founding-data"
    name = f"{connection.settings_dict['NAME']}_founding"
    with (shared / "founding-data.lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            house.clone_database(connection.settings_dict["NAME"], name)
            with house.pointed_at(NAME=name):
                call_command("load_places", verbosity=0)
                snapshot = Snapshot()
                snapshot.take()
            house.drop_database(name)
            kept.write_bytes(pickle.dumps(snapshot.rows))
    snapshot = Snapshot()
    snapshot.rows = pickle.loads(kept.read_bytes())
    return snapshot


@pytest.fixture(scope="session")
def _founded(_founding_data: Snapshot, django_db_blocker: Any) -> Iterator[str]:
    """Name of a database with the founding data, to be cloned."""
    name = f"{connection.settings_dict['NAME']}_founded"
    with django_db_blocker.unblock():
        house.clone_database(connection.settings_dict["NAME"], name)
        with house.pointed_at(NAME=name):
            _founding_data.restore_with_sequences()
        yield name
        house.drop_database(name)


@pytest.fixture
def live_hall(_founded: str, django_db_blocker: Any, tmp_path: Path) -> Iterator[house.LiveHall]:
    """A running hall with founding data: gunicorn, worker, beat, and a database of its own (not `db`)."""
    name = _founded.removesuffix("_founded") + "_live"
    with django_db_blocker.unblock():
        house.clone_database(_founded, name)
        with house.pointed_at(NAME=name):
            hall = house.LiveHall(house.url_of(connection.settings_dict), settings.REDIS_URL, tmp_path)
            try:
                hall.start()
                yield hall
            finally:
                hall.stop()
        house.drop_database(name)


@pytest.fixture(scope="session")
def _own_servers(
    _founding_data: Snapshot, django_db_blocker: Any
) -> Iterator[tuple[lend.Server, lend.Server]]:
    """A PostgreSQL and a Redis that a fault test may stop without hurting the others."""
    with ExitStack() as stack:
        data = stack.enter_context(lend.data_folder())
        servers = lend.embedded_postgres(data), lend.embedded_redis(data)
        for server in servers:
            stack.callback(server.stop)
            server.start()
        migrated = house.url_of(connection.settings_dict)
        with django_db_blocker.unblock(), house.pointed_at(**house.postgres_at(data)):
            house.copy_to_server(migrated, house.url_of(connection.settings_dict))
            _founding_data.restore_with_sequences()
        yield servers


@pytest.fixture
def faulty_hall(
    _own_servers: tuple[lend.Server, lend.Server], django_db_blocker: Any, tmp_path: Path
) -> Iterator[house.LiveHall]:
    """A `live_hall` whose `postgres` and `redis` may be stopped, killed and started again."""
    postgres, redis = _own_servers
    with django_db_blocker.unblock(), house.pointed_at(**house.postgres_at(postgres.data)):
        house.clone_database("hall", "hall_live")
        with house.pointed_at(NAME="hall_live"):
            hall = house.LiveHall(house.url_of(connection.settings_dict), redis.url, tmp_path)
            hall.postgres, hall.redis, hall.apart = postgres, redis, True
            try:
                hall.start()
                yield hall
            finally:
                hall.stop()
                for server in _own_servers:
                    if not server.process or server.process.poll() is not None:
                        server.start()
        house.drop_database("hall_live")


# --- Browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import expect, sync_playwright

    from tests.support.browser import PATIENCE, launch

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(
    browser: Any, live_hall: house.LiveHall, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Any]]:
    """`new_page(**options)`: a page of another person (own cookies) on the running hall.

    The test fails if a page breaks the content security policy, throws, or asks for what is not there.
    """
    from tests.support.browser import PATIENCE, Watch

    opened = []

    def open_page(**options: Any) -> Any:
        defaults = {
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1440, "height": 900},
        }
        context = browser.new_context(base_url=live_hall.url, **{**defaults, **options})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        opened.append((page, Watch(page)))
        return page

    yield open_page
    report = getattr(request.node, "report_call", None)
    complaints = [complaint for _page, watch in opened for complaint in watch.complaints]
    if (report and report.failed) or complaints:
        folder = Path(settings.BASE_DIR) / ".cache" / "failed" / request.node.name
        shutil.rmtree(folder, ignore_errors=True)
        for number, (page, _watch) in enumerate(opened, start=1):
            page.screenshot(path=folder / f"{number}.png", full_page=True)
    for page, _watch in opened:
        page.context.close()
    assert not complaints, complaints


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """One page on the running hall."""
    return new_page()


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """`axe(page, within="main")`: what axe-core finds against WCAG 2.1 AA; an empty list is good."""
    from tests.support.browser import axe_violations

    return axe_violations
