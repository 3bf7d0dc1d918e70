"""A list page asks the same number of questions for 2 rows as for 20, and never more than written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from applications import services as cases
from certificates import services as certificates
from certificates.choices import SealKind
from hall.calendars import queries as calendars
from hall.calendars.choices import DayKind
from hall.calendars.services import set_day
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit
from hall.clocks.queries import running
from hall.clocks.services import start
from hall.notices.services import notify
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.models import Hall, Post, Window, Zone
from hall.people.models import User
from hall.trail.models import Event
from matters import services as catalogue
from matters.choices import ProofList
from matters.models import ChangeItem, ImportRun, ListEntry, MatterList
from routing import services as routing
from routing.choices import SilenceGround
from routing.holdings import Office, holdings
from routing.models import HeldSilence, Task
from supervision import services as supervision
from supervision.choices import CardKind, Measure
from supervision.models import DailyFact, Push
from tests import traits
from tests.support.world import World, build

pytestmark = pytest.mark.django_db  # so that there is a test database when the file is run alone

FEW, MANY = 2, 20


@dataclass(frozen=True)
class Asked:
    """What one page asked the database, and how long it is."""

    queries: list[str]
    length: int


Counted = dict[str, tuple[Asked, Asked]]


@dataclass(frozen=True)
class Page:
    """A list, who looks at it, and how many queries it may cost. Session and account cost two of them."""

    address: str
    visitor: str
    budget: int


PAGES = [
    # front desk
    Page("/desk/", "clerk", 11),
    Page("/desk/look-up/?q={document}", "clerk", 8),
    Page("/desk/find/?q=zenglie", "clerk", 7),
    # departments
    Page("/review/", "consulted_reviewer", 36),
    Page("/review/rows/", "consulted_reviewer", 6),
    # the exchange
    Page("/exchange/", "other_reviewer", 9),
    Page("/exchange/?state=waiting", "supervisor", 9),
    Page("/exchange/advice/", "head", 6),
    Page("/manage/duties/", "keeper", 12),
    Page("/manage/exchange/", "manager", 5),
    Page("/manage/exchange/{subscription}/", "manager", 14),
    Page("/api/v1/exchange/pushes/", "other_reviewer", 8),
    Page("/sessions/", "head", 10),
    Page("/sessions/?view=month&on={session_day}", "head", 6),
    Page("/sessions/?view=week&on={session_day}", "head", 6),
    Page("/supervision/reports/", "supervisor", 6),
    Page("/review/silence/", "consulted_reviewer", 8),
    Page("/supervision/silence/", "supervisor", 12),
    Page("/review/disputes/", "manager", 10),
    Page("/review/delegations/", "head", 9),
    Page("/slips/", "clerk", 6),
    # projects
    Page("/projects/", "clerk", 14),
    Page("/my/projects/", "citizen", 9),
    Page("/supervision/projects/", "supervisor", 9),
    # issue window
    Page("/issue/", "issuer", 6),
    # supervision
    Page("/supervision/", "supervisor", 15),
    Page("/supervision/departments/", "supervisor", 6),
    Page("/supervision/cards/", "supervisor", 4),
    Page("/supervision/cases/received/", "supervisor", 5),
    # management
    Page("/manage/organisation/", "manager", 10),
    Page("/manage/organisation/departments/", "manager", 5),
    Page("/manage/organisation/halls/{hall}/", "manager", 9),
    Page("/manage/calendar/?year=2026", "manager", 8),
    Page("/manage/clock/", "elsewhere_manager", 11),
    Page("/manage/users/?role=reviewer", "security_admin", 6),
    Page("/manage/users/{account}/", "security_admin", 7),
    Page("/manage/matters/", "keeper", 14),
    Page("/manage/matters/changes/", "keeper", 4),
    Page("/manage/matters/changes/new/", "keeper", 6),
    Page("/manage/matters/changes/{change_set}/", "keeper", 30),
    Page("/manage/matters/import/", "keeper", 6),
    Page("/manage/matters/health/", "keeper", 16),
    Page("/manage/versions/{instant}/cases/", "keeper", 8),
    Page("/manage/matters/lists/", "keeper", 7),
    Page("/manage/matters/library/", "keeper", 5),
    Page("/manage/matters/proofs/", "keeper", 6),
    Page("/manage/matters/transfers/", "keeper", 6),
    Page("/p/{place}/proofs/", "anonymous", 6),
    Page("/manage/matters/targets/", "supervisor", 12),
    Page("/manage/matters/targets/zero_visit/", "supervisor", 12),
    Page("/manage/seals/", "manager", 5),
    Page("/manage/printing/", "manager", 9),
    Page("/audit/", "audit_admin", 5),
    # portal
    Page("/p/{place}/", "anonymous", 13),
    Page("/p/{place}/matters/", "anonymous", 8),
    Page("/p/{place}/search/?q=shili", "anonymous", 8),
    Page("/p/{place}/suggest/?q=zenglie", "anonymous", 4),
    Page("/p/{place}/departments/", "anonymous", 4),
    Page("/p/{place}/lists/", "anonymous", 8),
    Page("/p/{place}/lists/first/", "anonymous", 7),
    Page("/p/{place}/halls/", "anonymous", 5),
    Page("/my/", "citizen", 10),
    Page("/notices/", "other_citizen", 6),
    # other systems
    Page("/api/v1/matters/?place={place}", "anonymous", 5),
    Page("/api/v1/cases/", "supervisor", 4),
    Page("/api/v1/tasks/", "consulted_reviewer", 4),
    Page("/api/v1/sessions/", "head", 4),
]


def grow(world: World, number: int, serial: int) -> None:
    """`number` more of everything that a list shows, made by the verbs."""
    things, officers = world.things, world.things["officers"]
    place, clerk, citizen = things["place"], officers["clerk"], world.visitors["citizen"]
    assert citizen is not None
    for n in range(serial, serial + number):
        organ = traits.make_department(place, f"organ{n}", f"示例{n}局")
        steps = [traits.step(things["health"], days=3), traits.step(organ, stage=2, days=2, decides=True)]
        version = traits.make_version(organ, steps=steps, name=f"增列事项{n}")
        ListEntry.objects.create(matter_list=things["list"], matter=version.matter, order=100 + n)
        MatterList.objects.create(jurisdiction=place, code=f"list{n}", name="示例", published_total=1)
        person = {"subject": citizen.person}
        traits.take_in(version, clerk, **person)
        case = cases.accept(traits.take_in(version, clerk, **person).pk, by=clerk)
        routing.dispatch(case.pk)
        task = Task.objects.get(case=case)
        routing.file_report(task.pk, reason="示例", days=2, by=officers["consulted_reviewer"])
        lying = [each.material.pk for each in holdings(case)[:1]]
        routing.send_originals(case.pk, materials=lying, to=Office(department=things["health"]), by=clerk)
        _silence(things, clerk, person, n)
        clock = running(case, Kind.PROMISED)
        assert clock is not None
        supervision.raise_card(kind=CardKind.YELLOW, clock=clock, case=case, department=organ, reason="示例")
        traits.submit_online(version, citizen)
        cases.apply_online(version=version, by=traits.acting(citizen))
        instant = cases.accept(traits.take_in(things["instant"], clerk, **person).pk, by=clerk)
        routing.dispatch(instant.pk)
        routing.decide(Task.objects.get(case=instant).pk, outcome="granted", by=officers["head"])
        certificates.prepare(instant.pk)
        DailyFact.objects.create(
            day=today(), jurisdiction=place, department=organ, measure=Measure.RECEIVED, value=3
        )
        notify(user=world.visitors["other_citizen"], subject="示例", body="示例")
        # In the other place only these run, so that few are few.
        start(("test.thing", n), Kind.PROMISED, Limit(5), jurisdiction=things["other_place"])
        _project(things, clerk, citizen.person, n)
        _session(things, officers, traits.take_in(things["version"], clerk, **person), world.visitors["head"])
        _building(things, organ, n)
        _catalogue(things, officers["keeper"], n)
        _changes(things, officers["keeper"], version)
        _exchange(things, officers, instant, n)


def _exchange(things: dict[str, Any], officers: dict[str, Any], case: Any, n: int) -> None:
    """A decision pushed with its certificate, a suggestion to revoke it, a system more."""
    events = Event.objects.filter(case_id=case.pk)
    supervision.lay_in_tray(list(events.order_by("pk")))
    supervision.hand_on_all()
    first = Push.objects.filter(case=case).earliest("message__sequence")
    supervision.add_note(
        first.pk, kind="revocation", text="示例", happened_on=today(), by=officers["other_reviewer"]
    )
    supervision.subscribe(
        things["place"], name=f"示例系统{n}", url="https://system.example/hook", by=officers["manager"]
    )


def _project(things: dict[str, Any], clerk: Any, builder: Any, n: int) -> None:
    """A project under way, with a case that is accepted, and so with its promise running."""
    project = cases.register_project(
        things["scheme"],
        name=f"示例工程{n}",
        code=f"2601-999901-04-01-3000{n:02d}",
        builder=builder,
        phone=traits.PHONE,
        by=clerk,
    )
    case = traits.take_in(things["spare"], clerk, subject=builder)
    cases.attach_case(project.pk, case.number, by=clerk)
    cases.accept(case.pk, by=clerk)
    cases.follow_project(project.pk)


def _session(things: dict[str, Any], officers: Any, case: Any, chair: User | None) -> None:
    """A session more on the day of the one that is there."""
    cases.accept(case.pk, by=officers["clerk"])
    routing.dispatch(case.pk)
    session = things["session"]
    times = {name: getattr(session, name) for name in ("starts_at", "ends_at", "sign_in_until")}
    planned = routing.plan_session(
        [case.pk],
        kind="survey",
        title="示例联合踏勘",
        venue="示例现场",
        convenor=things["bureau"],
        chair=chair,
        by=officers["head"],
        **times,
    )
    routing.notice_session(planned.pk, by=officers["head"])


def _silence(things: dict[str, Any], clerk: Any, person: dict[str, Any], n: int) -> None:
    """A task that will fall silent, and one whose silence waits for a supervisor."""
    health, bureau = things["health"], things["bureau"]
    steps = [
        traits.step(health, days=3, silent_consent=True),
        traits.step(bureau, stage=2, days=2, decides=True),
    ]
    version = traits.make_version(bureau, steps=steps, name=f"示例默认{n}")
    for _n in range(2):
        case = cases.accept(traits.take_in(version, clerk, **person).pk, by=clerk)
        routing.dispatch(case.pk)
    task = Task.objects.get(case=case)
    clock = running(task, Kind.TASK_OPINION)
    assert clock is not None
    HeldSilence.objects.create(
        batch=things["batch"],
        task=task,
        clock=clock,
        ground=SilenceGround.NO_OPINION,
        due_at=now(),
        held_at=now(),
    )


def _catalogue(things: dict[str, Any], keeper: Any, n: int) -> None:
    """A material of the library, a proof in a list, a batch of transfers."""
    place = things["place"]
    catalogue.define_material(place, f"material{n}", name=f"示例材料{n}号", by=keeper)
    catalogue.list_proof(
        place, f"proof{n}", name=f"示例证明{n}号", listed_in=ProofList.SHARED, source="示例", by=keeper
    )
    catalogue.prepare_transfer(
        place, f"batch{n}", name="示例批次", document="示例", bureau=things["transfer"].bureau, by=keeper
    )


def _changes(things: dict[str, Any], keeper: Any, version: Any) -> None:
    """A matter more in a change set, a set more, an import more."""
    ChangeItem.objects.create(change_set=things["drawn_change_set"], matter=version.matter)
    catalogue.draft_change_set(
        things["place"],
        title="示例变更",
        reason="示例",
        changes=[{"element": "phone", "how": "set", "value": "0000-7654321"}],
        matters=[version.matter_id],
        by=keeper,
    )
    run = ImportRun.objects.get(pk=things["import_run"].pk)
    run.pk = uuid4()
    run.save(force_insert=True)


def _building(things: dict[str, Any], organ: Any, n: int) -> None:
    """A hall with a zone and a window, a window more in the centre, a seal, a local day, a busy account."""
    place = things["place"]
    hall = Hall.objects.create(jurisdiction=place, code=f"hall{n}", name=f"示例{n}厅")
    Window.objects.create(zone=Zone.objects.create(hall=hall, code="z", name="综合"), number="1", name="窗口")
    Window.objects.create(zone=things["zone"], number=f"{n + 10}", name=f"综合{n}号窗")
    Zone.objects.create(hall=things["hall"], code=f"zone{n}", name=f"示例{n}区")
    certificates.register_seal(
        place,
        code=f"seal{n}",
        kind=SealKind.APPROVAL,
        department=organ,
        ring_text=organ.name,
        line_text="行政审批专用章",
    )
    day = dt.date(2026, 1, n % 28 + 1)
    set_day(day, DayKind.OFF, f"示例{n}", jurisdiction=place, hall=hall)
    officer = traits.make_officer(place, Role.REVIEWER, department=organ)
    post = Post.objects.get(user_id=officer.user_id)
    busy = things["officers"]["other_reviewer"].user_id
    Post.objects.create(
        user_id=busy, role=Role.REVIEWER, jurisdiction=place, department=organ, starts_on=post.starts_on,
        deputises=post,
    )  # fmt: skip


@pytest.fixture(scope="module")
def counted(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, tuple[list[str], list[str]]]]:
    """For each address, the queries with few and with many rows."""
    no_cache = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with (
        django_db_blocker.unblock(),
        override_settings(HALL_MOVABLE_CLOCK=True, HALL_CALENDAR_SECONDS=3600.0, CACHES=no_cache),
        transaction.atomic(),
    ):
        world = build()
        # The same task is on top of the queue, and so open beside it, among few and among many.
        Task.objects.filter(pk=world.things["task"].pk).update(due_at=now() - dt.timedelta(days=30))
        grow(world, FEW, 0)
        few = _ask_all(world)
        grow(world, MANY - FEW, FEW)
        many = _ask_all(world)
        transaction.set_rollback(True)
        yield {page.address: (few[page.address], many[page.address]) for page in PAGES}


def _ask_all(world: World) -> dict[str, Asked]:
    things = world.things
    words = {
        "place": things["place"].slug,
        "hall": things["hall"].pk,
        "instant": things["instant"].pk,
        "session_day": f"{localdate(things['session'].starts_at):%Y-%m-%d}",
        "change_set": things["drawn_change_set"].pk,
        "document": world.visitors["citizen"].person.id_number,
        "account": things["officers"]["other_reviewer"].user_id,
        "subscription": things["subscription"].pk,
    }
    calendars.forget()  # what this transaction changed is as good as committed
    browsers = {name: _browser(world.visitors[name]) for name in {page.visitor for page in PAGES}}
    return {page.address: _ask(browsers[page.visitor], page.address.format(**words)) for page in PAGES}


def _browser(account: User | None) -> Client:
    browser = Client()
    if account is not None:
        browser.force_login(account)
        browser.get("/account/")  # the session notes that somebody is here, once a minute
    return browser


def _ask(browser: Client, address: str) -> Asked:
    browser.get(address)  # what a process remembers is remembered
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return Asked([query["sql"] for query in asked], len(answer.content))


@pytest.mark.parametrize("page", PAGES, ids=[page.address for page in PAGES])
class TestAList:
    def test_asks_no_more_for_many_rows_than_for_few(self, counted, page):
        few, many = (asked.queries for asked in counted[page.address])
        assert len(many) == len(few), "\n".join(_more(few, many))

    def test_keeps_its_budget(self, counted, page):
        queries = counted[page.address][1].queries
        assert len(queries) <= page.budget, "\n".join(query[:160] for query in queries)

    def test_really_shows_more_rows(self, counted, page):
        """Else the two tests above say nothing."""
        few, many = counted[page.address]
        assert many.length > few.length


def _more(few: list[str], many: list[str]) -> list[str]:
    """The queries that only the many rows asked."""
    heads = [query[:200] for query in few]
    more = []
    for query in many:
        head = query[:200]
        if head in heads:
            heads.remove(head)
        else:
            more.append(query[:300])
    return [f"{len(few)} for few, {len(many)} for many; more:", *more[:6]]
