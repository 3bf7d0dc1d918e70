"""A small world with one of everything, for tests that walk all addresses: made by the verbs, once.

Two places. In the first stand the visitors with a post of their own, and every thing that an address can
name; in the second one officer of each role, who must get at none of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from applications import services as cases
from applications.models import Application, CaseMaterial
from applications.services import Pledge
from certificates import services as certificates
from certificates.choices import PaperKind, PrintKind, SealKind
from certificates.models import Certificate
from hall.calendars import services as calendars
from hall.calendars.choices import DayKind
from hall.calendars.queries import table_for
from hall.calendars.workdays import SHANGHAI
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.files import services as files
from hall.notices.services import notify
from hall.now import now, today
from hall.organisation.choices import DepartmentKind, Role
from hall.organisation.models import Hall, Window, Zone
from hall.organisation.officers import Officer
from hall.people.models import User
from hall.trail.models import Event
from matters import services as catalogue
from matters.choices import ProofList
from matters.importing import runs
from matters.models import MatterList
from routing import services as routing
from routing.choices import HeldCause, SilenceGround
from routing.holdings import Office, holdings
from routing.models import BroughtTask, HeldSilence, SilenceBatch, Task
from supervision import services as supervision
from supervision.choices import CardKind, DeliveryState, NoteKind
from supervision.models import Delivery, Push
from tests import traits
from tests.hall.files.samples import picture

ANONYMOUS = "anonymous"
DEPARTMENTAL, AT_HALL = {Role.REVIEWER, Role.HEAD}, {Role.CLERK, Role.ISSUER}
ELSEWHERE = "elsewhere_"  # before the role of an officer of the other place


@dataclass
class World:
    """`visitors`: by name, the account (None: nobody logged in). `things`: by name, whatever it is."""

    visitors: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """Make the world. Takes a second or two: keep it for a whole module."""
    world = World()
    calendars.load_national([2026])
    _people(world)
    _matters(world)
    _cases(world)
    _bundles(world)
    _passing(world)
    _projects(world)
    _rest(world)
    _session(world)
    return world


def _people(world: World) -> None:
    place = traits.make_place("anhe", delegated_instant=False)
    bureau = traits.make_department(place, "bureau", "市场监督管理局")
    health = traits.make_department(place, "health", "卫生健康局")
    fire = traits.make_department(place, "fire", "消防救援大队")
    centre, window = _hall(place, "centre")
    branch, _window = _hall(place, "branch")
    staff = {
        "clerk": traits.make_officer(place, Role.CLERK, hall=centre, window=window),
        "issuer": traits.make_officer(place, Role.ISSUER, hall=centre),
        # The deciding organ, the consulted one whose turn it is, and one that has no part in it.
        "reviewer": traits.make_officer(place, Role.REVIEWER, department=bureau),
        "head": traits.make_officer(place, Role.HEAD, department=bureau),
        "consulted_reviewer": traits.make_officer(place, Role.REVIEWER, department=health),
        "consulted_head": traits.make_officer(place, Role.HEAD, department=health),
        "other_reviewer": traits.make_officer(place, Role.REVIEWER, department=fire),
        "other_head": traits.make_officer(place, Role.HEAD, department=fire),
        "other_clerk": traits.make_officer(place, Role.CLERK, hall=branch),
        "other_keeper": traits.make_officer(place, Role.KEEPER),
        "other_issuer": traits.make_officer(place, Role.ISSUER, hall=branch),
    }
    for role in (Role.KEEPER, Role.SUPERVISOR, Role.MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        staff[role.value] = traits.make_officer(place, role)
    staff[Role.AUDIT_ADMIN.value] = traits.make_officer(place, Role.AUDIT_ADMIN)
    other = traits.make_place("linxian")
    there, there_window = _hall(other, "centre")
    organ = traits.make_department(other, "bureau", "市场监督管理局")
    for role in Role:
        post: dict[str, Any] = {"department": organ} if role in DEPARTMENTAL else {}
        if role in AT_HALL:
            post = {"hall": there, "window": there_window if role == Role.CLERK else None}
        staff[f"{ELSEWHERE}{role.value}"] = traits.make_officer(other, role, **post)
    world.things |= {
        "place": place,
        "other_place": other,
        "bureau": bureau,
        "health": health,
        "fire": fire,
        "hall": centre,
        "zone": window.zone,
        "window": window,
        "officers": staff,
    }
    world.visitors[ANONYMOUS] = None
    owner, neighbour = traits.make_citizen(), traits.make_citizen()
    world.visitors |= {"citizen": owner, "other_citizen": neighbour}
    world.visitors |= {name: User.objects.get(pk=who.user_id) for name, who in staff.items()}
    # Opens the technicians' admin, and by itself no desk.
    technician = User.objects.create_superuser("technician", "Shifan-2026")
    world.visitors["technician"] = technician


def _hall(place: Any, code: str) -> tuple[Hall, Window]:
    hall = Hall.objects.create(jurisdiction=place, code=code, name=f"{place.name}{code}大厅")
    zone = Zone.objects.create(hall=hall, code="general", name="综合")
    return hall, Window.objects.create(zone=zone, number="1", name="综合1号窗")


def _matters(world: World) -> None:
    things = world.things
    bureau, health = things["bureau"], things["health"]
    steps = [
        traits.step(health, stage=1, days=3),
        traits.step(bureau, stage=2, days=2, decides=True),
    ]
    special = [
        {
            "kind": kind,
            "limit_value": 20,
            "limit_unit": "working_day",
            "stops_clock": True,
            "basis": "示范规定",
        }
        for kind in ("hearing", "testing")
    ]
    things["version"] = traits.make_version(
        bureau, steps=steps, special_procedures=special, name="示例承诺事项"
    )
    things["instant"] = traits.make_version(bureau, case_type="instant", name="示例即办事项")
    things["deferrable"] = traits.make_version(
        bureau, materials=[*traits.MATERIALS, traits.DEFERRABLE], deferral_allowed=True, name="示例容缺事项"
    )
    keeper: Officer = things["officers"]["keeper"]
    draft = catalogue.draft_version(things["deferrable"].matter_id, by=keeper)
    things["draft_version"] = catalogue.submit(draft.pk, by=keeper)
    _library_and_transfers(things, keeper)
    _changes_and_imports(things, keeper)
    things["list"] = MatterList.objects.create(
        jurisdiction=things["place"], code="first", name="示例清单", published_total=3
    )


def _changes_and_imports(things: dict[str, Any], keeper: Officer) -> None:
    """A change set in each state, and a file that was tried out."""
    place, second = things["place"], things["officers"]["other_keeper"]
    for name in ("drawn_change_set", "change_set", "approved_change_set"):
        version = traits.make_version(things["bureau"], name=f"整批变更{name}")
        found = catalogue.draft_change_set(
            place,
            title="示例变更",
            reason="示范",
            changes=[{"element": "phone", "how": "set", "value": "0000-7654321"}],
            matters=[version.matter_id],
            by=keeper,
        )
        if name != "drawn_change_set":
            catalogue.submit_change_set(found.pk, by=keeper)
        if name == "approved_change_set":
            catalogue.approve_change_set(found.pk, by=second)
        things[name] = found
    text = "事项名称,事项类型,实施部门,实施编码\n示例导入事项,20,市场监督管理局,IMPORT-1\n"
    things["import_run"] = runs.begin(
        SimpleUploadedFile("list.csv", text.encode()),
        place,
        by=keeper,
        owner=User.objects.get(pk=keeper.user_id),
        dry_run=True,
    )


def _library_and_transfers(things: dict[str, Any], keeper: Officer) -> None:
    """A material, a proof, a batch that the keeper prepares, and one that is approved already."""
    place = things["place"]
    things["definition"] = catalogue.define_material(place, "licence", name="示例执照", by=keeper)
    things["proof"] = catalogue.list_proof(
        place, "shared", name="示例证明", listed_in=ProofList.SHARED, source="示例接口查询", by=keeper
    )
    approvals = traits.make_department(place, "approvals", "行政审批服务局")
    approvals.kind = DepartmentKind.APPROVAL_BUREAU
    approvals.save()
    for name, day in (("transfer", dt.date(2099, 1, 1)), ("shown_transfer", dt.date(2099, 2, 1))):
        things[name] = catalogue.prepare_transfer(
            place,
            name.replace("_", "-"),
            name="示例批次",
            document="示范〔2026〕1号",
            bureau=approvals,
            effective_on=day,
            by=keeper,
        )
        things["transfer_item"] = catalogue.put_in_transfer(
            things[name].pk, things["instant"].matter, by=keeper
        )
    catalogue.approve_transfer(things["shown_transfer"].pk, by=things["officers"]["other_keeper"])
    things["transfer_item"] = things["transfer"].items.get()


def _cases(world: World) -> None:
    things, officers = world.things, world.things["officers"]
    clerk, citizen = officers["clerk"], world.visitors["citizen"]
    assert citizen is not None
    mine = {"subject": citizen.person}
    things["received"] = traits.take_in(things["version"], clerk, **mine)
    things["case"] = cases.accept(traits.take_in(things["version"], clerk, **mine).pk, by=clerk)
    routing.dispatch(things["case"].pk)
    things["task"] = Task.objects.get(case=things["case"])
    correcting = traits.take_in(things["version"], clerk, "m02", **mine)
    cases.give_notice(correcting.pk, items=cases.items_from_verdicts(correcting), by=clerk)
    things["letter"] = cases.announce_posting(
        correcting.pk, posted_on=today(), tracking_number="SL0000000001", by=clerk
    )
    things["correcting"] = traits.fresh(correcting)
    owing = traits.take_in(things["deferrable"], clerk, "m05", **mine)
    things["deferred"] = cases.accept(owing.pk, by=clerk, deferrals=[Pledge("m05", 3)])
    things["draft"] = cases.apply_online(version=things["version"], by=traits.acting(citizen))
    things["submitted"] = traits.submit_online(things["version"], citizen)
    _decided(world, mine)


def _decided(world: World, mine: dict[str, Any]) -> None:
    """One instant case that waits for its decision, and one whose result lies ready."""
    things, officers = world.things, world.things["officers"]
    for kind, line in ((SealKind.APPROVAL, "行政审批专用章(1)"), (SealKind.ACCEPTANCE, "受理专用章")):
        things["seal"] = certificates.register_seal(
            things["place"],
            code=str(kind),
            kind=kind,
            department=things["bureau"],
            ring_text=things["bureau"].name,
            line_text=line,
        )
    waiting, ready = (
        cases.accept(traits.take_in(things["instant"], officers["clerk"], **mine).pk, by=officers["clerk"])
        for _n in range(2)
    )
    for case in (waiting, ready):
        routing.dispatch(case.pk)
    things["deciding"] = Task.objects.get(case=waiting)
    routing.decide(Task.objects.get(case=ready).pk, outcome="granted", by=officers["head"])
    certificates.prepare(ready.pk)
    _promised(things, mine)
    things["ready"] = Application.objects.get(pk=ready.pk)
    things["certificate"] = Certificate.objects.get(case=ready)
    # Drawn once here, so that whoever opens it later only reads it.
    certificates.print_paper(things["case"].pk, PaperKind.RECEIPT, by=officers["clerk"])


def _promised(things: dict[str, Any], mine: dict[str, Any]) -> None:
    """One case granted on a promise that was found false: its holder is to be heard."""
    officers = things["officers"]
    version = traits.make_version(things["bureau"], commitment_allowed=True, name="示例告知承诺事项")
    case = traits.take_in(version, officers["clerk"], "m02", **mine)
    cases.accept_on_commitment(case.pk, promise="场所符合条件", by=officers["clerk"])
    routing.dispatch(case.pk)
    routing.decide(Task.objects.get(case=case).pk, outcome="granted", by=officers["head"])
    cases.check_commitment(
        case.pk, conforms=False, facts="场所不存在", evidence="现场笔录", by=officers["reviewer"]
    )
    things["promised"] = traits.fresh(case)


def _bundles(world: World) -> None:
    """A bundle in hand, accepted, a draft of the citizen's, and what keepers have of bundles."""
    things, officers = world.things, world.things["officers"]
    citizen, clerk, keeper = world.visitors["citizen"], officers["clerk"], officers["keeper"]
    assert citizen is not None
    place, bureau = things["place"], things["bureau"]
    parts = [
        {"code": "one", "matter": things["version"].matter},
        {"code": "two", "matter": things["instant"].matter},
    ]
    elements = {"basis": "示例", "applicants": ["person"], "promised_value": 9}
    told = {"name": "示例一件事", "department": bureau, "elements": elements, "parts": parts}
    things["bundle_version"] = catalogue.define_bundle(place, code="one", **told)
    for name, verb in (("bundle_drafted", None), ("bundle_checked", catalogue.submit_bundle)):
        own = catalogue.create_bundle(place, code=name, name=name, department=bureau, by=keeper)
        draft = catalogue.draft_bundle(own.pk, by=keeper)
        things[name] = catalogue.change_bundle(draft.pk, elements=elements, parts=parts, by=keeper)
        if verb:
            verb(draft.pk, by=keeper)
    post = clerk.post_for(Role.CLERK)
    bundle = cases.open_bundle(version=things["bundle_version"], hall=post.hall, window=post.window, by=clerk)
    given = {"subject": citizen.person, "phone": traits.PHONE, "data": traits.FORM_DATA}
    cases.save_bundle(bundle.pk, **given, answers={"agent": "no"}, by=clerk)
    entries = [cases.MaterialEntry(row.key) for row in bundle.materials.all() if row.verdict == "pending"]
    cases.save_bundle(bundle.pk, materials=entries, by=clerk)
    cases.receive_bundle(bundle.pk, by=clerk)
    things["bundle"] = cases.accept_bundle(bundle.pk, by=clerk)
    # Its departments have it; drawn once here, so that whoever opens the receipt later only reads it.
    for case in bundle.cases.all():
        routing.dispatch(case.pk)
    certificates.print_bundle_paper(bundle.pk, PaperKind.RECEIPT, by=clerk)
    things["bundle_draft"] = cases.apply_for_bundle(
        version=things["bundle_version"], by=traits.acting(citizen)
    )
    negative = catalogue.set_negative_list(
        place, name="示例清单", edition="示例版", document="示例文件", by=keeper
    )
    things["negative_item"] = catalogue.set_negative_item(
        negative,
        "sample",
        kind="prohibited",
        industry="示例",
        name="示例禁止事项",
        words=["示例禁业"],
        basis="示例",
        by=keeper,
    )
    scoped = traits.make_version(
        bureau, name="示例登记事项", form_fields=[{"key": "scope", "label": "经营范围", "kind": "text"}]
    )
    catalogue.compare_field(negative, scoped.matter, "scope", by=keeper)
    things["scoped"] = traits.take_in(scoped, clerk, subject=citizen.person, data={"scope": "示例禁业"})


def _silence(things: dict[str, Any], officers: dict[str, Officer], citizen: User) -> None:
    """A department that fell silent and objects too late, and another whose silence a supervisor must see."""
    steps = [
        traits.step(things["health"], stage=1, days=3, silent_consent=True),
        traits.step(things["bureau"], stage=2, days=2, decides=True),
    ]
    version = traits.make_version(things["bureau"], steps=steps, name="示例默认事项")
    tasks = []
    for _n in range(2):
        case = traits.take_in(version, officers["clerk"], subject=citizen.person)
        cases.accept(case.pk, by=officers["clerk"])
        routing.dispatch(case.pk)
        tasks.append(Task.objects.get(case=case))
    silent, held = tasks
    clock = running(silent, Kind.TASK_OPINION)
    assert clock is not None
    routing.deem_consented(silent.pk, ground=SilenceGround.NO_OPINION, clock=clock)
    things["silent"], things["clock"] = silent, clock
    clock = running(held, Kind.TASK_OPINION)
    assert clock is not None
    things["batch"] = SilenceBatch.objects.create(
        jurisdiction=things["place"], cause=HeldCause.BACKLOG, most=1, opened_at=now()
    )
    things["held"] = HeldSilence.objects.create(
        batch=things["batch"],
        task=held,
        clock=clock,
        ground=SilenceGround.NO_OPINION,
        due_at=now(),
        held_at=now(),
    )


def _passing(world: World) -> None:
    """A disputed task, a delegation, a decision text before a co-signer, originals on a slip."""
    things, officers = world.things, world.things["officers"]
    clerk, citizen = officers["clerk"], world.visitors["citizen"]
    assert citizen is not None

    def dispatched(version: Any) -> Task:
        case = cases.accept(traits.take_in(version, clerk, subject=citizen.person).pk, by=clerk)
        routing.dispatch(case.pk)
        return Task.objects.get(case=case)

    disputed = dispatched(things["version"])
    fire = officers["other_head"].posts[0].department
    routing.disclaim(disputed.pk, competent=fire, reasons="示例", by=officers["consulted_reviewer"])
    things["disputed"] = disputed
    things["delegation"] = routing.delegate(
        things["bureau"],
        officer=User.objects.get(pk=officers["reviewer"].user_id),
        basis="示例文件",
        starts_on=today(),
        ends_on=today(),
        by=officers["head"],
    )
    law = {"kind": "countersign", "countersign_basis": "示例条例第一条"}
    steps = [
        traits.step(things["bureau"], 1, 3, decides=True),
        traits.step(things["health"], 2, 2, **law),
    ]
    things["laid"] = dispatched(traits.make_version(things["bureau"], steps, name="示例会签事项"))
    routing.lay_text(things["laid"].pk, outcome="granted", by=officers["head"])
    things["to_sign"] = Task.objects.get(case=things["laid"].case, department=things["health"])
    returned = dispatched(things["version"])
    routing.return_to_front(returned.pk, reasons="示例", by=officers["consulted_reviewer"])
    things["sent_again"] = routing.resend(returned.pk, note="示例", by=clerk)
    things["consolidated"] = dispatched(things["instant"])
    case = things["case"]
    material = holdings(case)[0].material.pk
    to = Office(department=things["health"])
    things["slip"] = routing.send_originals(case.pk, materials=[material], to=to, by=clerk)


def _projects(world: World) -> None:
    """A project of the citizen's with a case that waits in vain, and one that is only planned."""
    things, officers = world.things, world.things["officers"]
    citizen, clerk, manager = world.visitors["citizen"], officers["clerk"], officers["manager"]
    assert citizen is not None
    fire = officers["other_head"].posts[0].department
    before, after, spare = (traits.make_version(things["bureau"], name=f"示例项目事项{n}") for n in "一二三")
    found = catalogue.define_project_scheme(
        things["place"],
        code="sample",
        name="示例项目流程",
        kind="filed",
        department=things["bureau"],
        elements={"basis": "示例", "joint_basis": "示例"},
        stages=[
            {
                "code": "one",
                "name": "示例阶段",
                "matters": [{"matter": each.matter} for each in (before, after, spare, things["version"])],
            }
        ],
        dependencies=[{"prerequisite": before.matter, "dependent": after.matter}],
    )
    assert found is not None
    things |= {"scheme": found, "spare": spare}
    given = {"builder": citizen.person, "phone": traits.PHONE}
    things["project"] = cases.register_project(
        found, name="示例厂房", code="2601-999901-04-01-123456", **given, by=clerk
    )
    things["planned"] = cases.register_project(found, name="示例园区", **given, by=clerk)
    consultation = cases.consult(
        things["planned"].pk, departments=[things["health"], fire], questions="示例", days=5, by=manager
    )
    for answer in consultation.answers.all():
        head = officers["consulted_head"] if answer.department == things["health"] else officers["other_head"]
        cases.answer_consultation(answer.pk, feasibility="feasible", reasons="示例", by=head)
    cases.sum_up_consultation(consultation.pk, "示例", by=manager)
    mine = {"subject": citizen.person}
    first = traits.take_in(before, clerk, **mine)
    cases.attach_case(things["project"].pk, first.number, by=clerk)
    cases.accept(first.pk, by=clerk)
    waiting = traits.take_in(after, clerk, **mine)
    cases.attach_case(things["project"].pk, waiting.number, by=clerk)
    things["waiting_in_vain"] = cases.accept(waiting.pk, by=clerk)
    routed = traits.take_in(things["version"], clerk, **mine)
    cases.attach_case(things["project"].pk, routed.number, by=clerk)
    cases.withdraw(first.pk, "示例", by=clerk)
    cases.follow_wait(waiting.pk)


def _rest(world: World) -> None:
    things, officers = world.things, world.things["officers"]
    citizen = world.visitors["citizen"]
    promised = running(things["case"], Kind.PROMISED)
    assert promised is not None
    things["card"] = supervision.raise_card(
        kind=CardKind.YELLOW,
        clock=promised,
        case=things["case"],
        department=things["health"],
        reason="示例",
    )
    things["report"] = routing.file_report(
        things["task"].pk, reason="专家出差", days=2, by=officers["consulted_reviewer"]
    )
    examined = traits.take_in(things["version"], officers["clerk"], subject=citizen.person)
    cases.accept(examined.pk, by=officers["clerk"])
    routing.dispatch(examined.pk)
    things["procedure"] = routing.tell_of_right(
        Task.objects.get(case=examined).pk,
        because="interested",
        reason="示例",
        contact_name="示例联系人",
        contact_phone=traits.PHONE,
        parties="示例邻居",
        by=officers["consulted_reviewer"],
    )
    _silence(things, officers, citizen)
    things["extension"] = routing.propose_extension(
        things["deciding"].pk, days=2, reason="示例", by=officers["reviewer"]
    )
    day = dt.date(2026, 6, 12)
    things["day"] = calendars.set_day(day, DayKind.OFF, "示例", jurisdiction=things["place"])
    things["notice"] = notify(user=citizen, subject="示例通知", body="示例")
    stored = files.store(SimpleUploadedFile("scan.png", picture()), citizen)
    page = CaseMaterial.objects.filter(case=things["case"]).first()
    assert page is not None
    things["file"] = files.claim(stored.pk, page._meta.label_lower, page.pk, by=traits.acting(citizen))
    things["print_run"] = certificates.begin_print_run(
        PrintKind.MANUAL,
        things["version"].matter.department,
        by=officers["clerk"],
        owner=world.visitors["clerk"],
    )
    things["event"] = Event.objects.filter(jurisdiction=things["place"]).latest("pk")
    things["post"] = officers["reviewer"].posts[0]
    _exchange(things, officers)


def _session(world: World) -> None:
    """A survey that is called, on a case of the deciding organ before the consulted one."""
    things, officers = world.things, world.things["officers"]
    citizen = world.visitors["citizen"]
    assert citizen is not None
    case = traits.take_in(things["version"], officers["clerk"], subject=citizen.person)
    cases.accept(case.pk, by=officers["clerk"])
    routing.dispatch(case.pk)
    day = table_for(things["place"].pk).add_working_days(today(), 2)
    starts = dt.datetime.combine(day, dt.time(10), SHANGHAI)
    planned = routing.plan_session(
        [case.pk],
        kind="survey",
        title="示例联合踏勘",
        venue="示例现场",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=1),
        sign_in_until=starts + dt.timedelta(minutes=30),
        convenor=things["bureau"],
        chair=world.visitors["head"],
        by=officers["head"],
    )
    things["session"] = routing.notice_session(planned.pk, by=officers["head"])
    things["brought"] = BroughtTask.objects.get(item__session=planned)
    things["feed_secret"] = routing.open_feed(by=officers["consulted_reviewer"])


def _exchange(things: dict[str, Any], officers: dict[str, Officer]) -> None:
    """The fire brigade supervises what the bureau decides: a push of the result, a suggestion to revoke, and
    an outside system to which a delivery has failed for good.
    """
    keeper, manager, inspector = officers["keeper"], officers["manager"], officers["other_reviewer"]
    supervision.assign_duty(things["instant"].matter, things["fire"], basis="示例", by=keeper)
    things["subscription"], _secret = supervision.subscribe(
        things["place"], name="示例系统", url="https://system.example/hook", by=manager
    )
    case = things["ready"]
    decided = Event.objects.filter(case_id=case.pk, what__in=("applications.decided", "certificates.issued"))
    supervision.lay_in_tray(list(decided.order_by("pk")))
    supervision.hand_on_all()
    told, things["push"] = Push.objects.filter(case=case).order_by("message__sequence")
    things["advice"] = supervision.add_note(
        told.pk, kind=NoteKind.REVOCATION, text="示例", happened_on=dt.date(2026, 1, 2), by=inspector
    )
    things["delivery"] = Delivery.objects.filter(subscription=things["subscription"]).earliest("sequence")
    Delivery.objects.filter(pk=things["delivery"].pk).update(state=DeliveryState.DEAD)
