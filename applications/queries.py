"""Reading cases: the desk's lists, the look-up, and where a case stands for whoever waits for it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.clocks import engine
from hall.clocks import queries as clock_queries
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.clocks.sentences import in_short
from hall.files.models import StoredFile
from hall.now import today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people.index import id_index, normal_number
from hall.prepared import Prepared
from matters.choices import VersionState
from matters.models import Matter, MatterVersion

from . import viewers
from .checks import rest_day_words
from .choices import CLOSED, DeferralState, Outcome, State
from .models import Application, CaseMaterial, Deferral
from .querysets import materials_of_case
from .services.ending import WITHOUT_RESULT, originals_kept
from .services.filing import CLAIMED_AS
from .services.supplements import still_missing

SHOWN = 50  # rows of one list on the desk's first page; the look-up finds the rest
# What waits for the applicant: a state, or a clock that runs while the case goes on (容缺, 陈述申辩, 申领).
_APPLICANTS_TURN = {State.DRAFT, State.RETURNED, State.CORRECTING, State.READY}
_APPLICANTS_CLOCKS = (Kind.SUPPLEMENT, Kind.STATEMENT, Kind.CLAIM)
DATE_AND_SERIAL = re.compile(r"\d{12}")


# -- The desk --------------------------------------------------------------------------------------------


def with_matter(cases: QuerySet[Application]) -> QuerySet[Application]:
    """What every row of a list of cases shows."""
    return cases.select_related("version__matter", "window", "held_by")


def handled_today(officer: Officer) -> QuerySet[Application]:
    """Cases that the officer received today, newest first."""
    begin = timezone.make_aware(dt.datetime.combine(today(), dt.time()))
    mine = Application.objects.filter(received_by=officer.user_id, received_at__gte=begin)
    return with_matter(mine).order_by("-received_at")[:SHOWN]


def begun(officer: Officer) -> QuerySet[Application]:
    """Drafts that the officer has opened at the desk and not received yet, newest first."""
    drafts = Application.objects.filter(created_by=officer.user_id, state=State.DRAFT, channel="desk")
    return with_matter(drafts).order_by("-created_at")[:SHOWN]


def to_pre_review(officer: Officer) -> QuerySet[Application]:
    """Online applications that wait for a clerk of the officer's place, oldest first."""
    waiting = Application.objects.filter(
        Q(hall=None) | Q(hall__in=officer.halls(Role.CLERK)),
        state=State.SUBMITTED,
        jurisdiction__in=officer.places(Role.CLERK),
    )
    return with_matter(waiting).order_by("submitted_at")[:SHOWN]


def to_decide_on(officer: Officer) -> QuerySet[Application]:
    """Received cases of the officer's halls that have no verdict yet, oldest first."""
    waiting = Application.objects.visible_to(officer).filter(state=State.RECEIVED)
    return with_matter(waiting).order_by("received_at")[:SHOWN]


def waiting_for_applicant(officer: Officer) -> QuerySet[Application]:
    """Cases of the officer's halls that wait for a correction or a 容缺 supplement, oldest first."""
    owed = Deferral.objects.filter(case=OuterRef("pk"), state=DeferralState.OPEN)
    waiting = Application.objects.visible_to(officer).filter(
        Q(state=State.CORRECTING)
        | Q(Exists(owed), state__in=[State.ACCEPTED, State.REVIEWING, State.DECIDED])
    )
    return with_matter(waiting).order_by("received_at")[:SHOWN]


def with_nearest_clock(cases: Iterable[Application]) -> list[Application]:
    """The same cases, each with `clock`: the running clock that is due first, or None. One query."""
    found = list(cases)
    nearest = clock_queries.nearest_of_cases([case.pk for case in found])
    for case in found:
        case.clock = nearest.get(case.pk)
    return found


def asked_of_applicant(cases: Collection[Application]) -> set[UUID]:
    """Which of these cases wait for something that only the applicant can do. One query."""
    found = {case.pk for case in cases if case.state in _APPLICANTS_TURN}
    clocks = Clock.objects.filter(
        case_id__in=[case.pk for case in cases], kind__in=_APPLICANTS_CLOCKS, state=ClockState.RUNNING
    )
    return found | {case_id for case_id in clocks.values_list("case_id", flat=True) if case_id}


# -- The catalogue's keepers -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A version of a matter, the cases that still run on it and those that have ended; drafts are neither."""

    version: MatterVersion
    running: int
    ended: int


def standing_on_versions(matter: Matter) -> list[Standing]:
    """How many cases stand on each version that was ever in force, newest first. Two queries."""
    received = Application.objects.filter(version__matter=matter).exclude(state=State.DRAFT)
    counted = received.values_list("version").annotate(
        running=Count("pk", filter=~Q(state__in=CLOSED)), ended=Count("pk", filter=Q(state__in=CLOSED))
    )
    found = {version: (running, ended) for version, running, ended in counted}
    states = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
    versions = matter.versions.filter(state__in=states).order_by("-number")
    return [Standing(version, *found.get(version.pk, (0, 0))) for version in versions]


def running_on(version: MatterVersion) -> QuerySet[Application]:
    """The cases of a version that have begun and not ended."""
    cases = Application.objects.filter(version=version).exclude(state__in=[State.DRAFT, *CLOSED])
    return cases.select_related("hall")


# -- Looking up ------------------------------------------------------------------------------------------


def look_up(officer: Officer, text: str) -> QuerySet[Application]:
    """Cases that the officer may see, by number (or its last twelve digits), query code or ID number."""
    visible = Application.objects.visible_to(officer)
    return with_matter(visible.filter(_named(text))).order_by("-created_at")[:SHOWN]


def find(officer: Officer, text: str) -> list[Application]:
    """The same for any officer, reviewers included: what each other room's rule lets them see as well."""
    found = with_matter(Application.objects.filter(_named(text))).order_by("-created_at")[:SHOWN]
    return [case for case in found if viewers.officer_may_see(officer, case.pk)]


def _named(text: str) -> Q:
    """Cases that `text` names exactly; none for an empty text."""
    wanted = normal_number(text)
    if not wanted:
        return Q(pk__in=[])
    found = Q(number=wanted) | Q(query_code=wanted)
    found |= Q(person__id_index=id_index(wanted)) | Q(agent__id_index=id_index(wanted))
    found |= Q(enterprise__uscc=wanted)
    if DATE_AND_SERIAL.fullmatch(wanted) and (day := _day(wanted[:8])):
        begin = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        found |= Q(received_at__range=(begin, begin + dt.timedelta(days=1)), number__endswith=wanted)
    return found


def materials_of(case: Application) -> list[CaseMaterial]:
    """The rows of the material grid, each with its pages as `files`. Two queries."""
    rows = materials_of_case(case)
    pages: dict[str, list[StoredFile]] = {str(row.pk): [] for row in rows}
    for file in StoredFile.objects.filter(claimed_type=CLAIMED_AS, claimed_id__in=list(pages)).order_by(
        "uploaded_at"
    ):
        pages[file.claimed_id].append(file)
    shared = bundle_pages(case) if case.bundle_id else {}
    for row in rows:
        row.files = pages[str(row.pk)] + shared.get(row.material.code, [])
    return rows


def bundle_pages(case: Application) -> dict[str, list[StoredFile]]:
    """Pages that were handed in once for a whole bundle, by the material of this part that they are."""
    from .bundle_queries import shared_pages

    return shared_pages(case)


def _day(digits: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None


@dataclass(frozen=True)
class Timed:
    """A clock with its explanation."""

    clock: Clock
    due: engine.Due


def timed(clocks: Iterable[Clock]) -> list[Timed]:
    """Clocks for a page: with the working days left, and why they end when they do."""
    return [Timed(clock, clock_queries.explain(clock)) for clock in clock_queries.with_remaining(clocks)]


# -- Where it stands -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Todo:
    """One thing that the applicant has to do, until when, and the name of the action (for a link)."""

    title: str
    text: str
    until: dt.datetime | None = None
    act: str = ""  # correct | supplement | collect | mend | state | originals


@dataclass(frozen=True)
class Progress:
    """Where a case is, what comes next and by when, and what the applicant must do."""

    title: str
    text: str
    next_title: str = ""
    next_text: str = ""
    clock: Clock | None = None
    due: engine.Due | None = None
    why: str = ""  # the sentence that says how the date came about
    paused: str = ""  # why the clock stands still, if it does
    rest_day: str = ""  # what follows from receipt on a rest day (365服务)
    late: bool = False
    tone: str = "info"
    todos: tuple[Todo, ...] = ()
    stages: tuple[tuple[str, dt.datetime | None, str], ...] = field(default=())


def progress(case: Application) -> Progress:
    """What to tell the applicant of their case now. Three queries at most, four while the clock is paused."""
    running = {
        (clock.kind, clock.subject_id): clock
        for clock in clock_queries.of_case(case.pk).filter(state=ClockState.RUNNING)
    }
    clock = _binding_clock(case, running)
    title, text, next_title, next_text, tone = _waiting_words(case, running) or _words(case)
    left = clock_queries.remaining_working_days(clock) if clock else None
    late = left is not None and left < 0 and clock is not None and clock.kind not in _NOBODYS
    due = clock_queries.explain(clock) if clock else None
    return Progress(
        title=title,
        text=text,
        next_title=next_title,
        next_text=next_text,
        clock=clock,
        due=due,
        why=in_short(clock, due) if clock and due else "",
        paused=_why_paused(clock) if clock and clock.due_at is None else "",
        rest_day=rest_day_words(case) if case.state not in CLOSED else "",
        late=late,
        tone="danger" if late else tone,
        todos=tuple(_todos(case, running)),
        stages=tuple(_stages(case)),
    )


# Which clock an applicant waits for in a state. Where two limits run at once, the earlier binds (DESIGN §2).
_AWAITED = {
    State.SUBMITTED: (Kind.PRE_REVIEW,),
    State.RECEIVED: (Kind.ACCEPTANCE,),
    State.CORRECTING: (Kind.CORRECTION,),
    State.ACCEPTED: (Kind.PROMISED, Kind.STATUTORY),
    State.REVIEWING: (Kind.PROMISED, Kind.STATUTORY),
    State.DECIDED: (Kind.DELIVERY,),
}


# Limits that bear on no office: nobody is late by them.
_NOBODYS = (Kind.WAITING, Kind.CLAIM)


def _binding_clock(case: Application, running: dict[tuple[str, str], Clock]) -> Clock | None:
    for kind in _NOBODYS:
        if clock := running.get((kind, str(case.pk))):
            return clock
    kinds = _AWAITED.get(State(case.state), ())
    found = [clock for kind in kinds if (clock := running.get((kind, str(case.pk))))]
    dated = [(clock.due_at, clock.pk, clock) for clock in found if clock.due_at]
    return min(dated)[2] if dated else next(iter(found), None)


def _why_paused(clock: Clock) -> str:
    grounds = (pause.get_ground_display() for pause in clock.pauses.filter(ends_at=None).order_by("pk"))
    return "、".join(dict.fromkeys(grounds))


def _waiting_words(
    case: Application, running: dict[tuple[str, str], Clock]
) -> tuple[str, str, str, str, str] | None:
    """What to say while a statutory waiting period runs (民法典 Art. 1077), or its result awaits a claim."""
    if (Kind.WAITING, str(case.pk)) in running:
        text = _("法律规定要等满这段时间，届满前不作决定。等待期内可以撤回申请。")
        return _("法定等待期"), text, _("等待期届满"), _("这段时间不计入办理时限"), "info"
    if (Kind.CLAIM, str(case.pk)) in running:
        text = _("等待期已经届满，请到窗口申请结果。")
        return _("等您来申请结果"), text, _("您到窗口申请"), _("逾期不来的，视为撤回申请"), "warn"
    return None


def _words(case: Application) -> tuple[str, str, str, str, str]:
    organ = case.version.department.name
    match State(case.state):
        case State.DRAFT:
            return _("还没有提交"), _("填好以后提交，我们才能开始办。"), "", "", "mute"
        case State.SUBMITTED:
            text = _("窗口正在看您的材料是否齐全。")
            return _("网上预审中"), text, _("答复预审结果"), _("由综合窗口答复"), "info"
        case State.RETURNED:
            text = case.return_reason
            return _("预审没有通过，请修改"), text, _("重新提交"), _("修改后重新提交，窗口再次预审"), "warn"
        case State.RECEIVED:
            text = _("材料已收下，正在审看是否符合受理条件。收件不等于受理。")
            tail = _("逾期不告知的，自收件之日起即为受理") if case.version.regime.deemed_accepted else ""
            return _("已收件，等待受理"), text, _("决定是否受理"), tail, "info"
        case State.CORRECTING:
            text = _("有材料需要补正，补齐以后重新计算受理期限。")
            return _("等您补正材料"), text, _("您补正材料"), _("逾期不补正的，不予受理"), "warn"
        case State.ACCEPTED | State.REVIEWING:
            text = _("已受理，%(organ)s等有关部门正在审查。") % {"organ": organ}
            next_text = _("由%(organ)s决定") % {"organ": organ}
            return _("正在审查"), text, _("作出决定"), next_text, "info"
        case State.DECIDED:
            text = _("已经作出决定，正在制作文书和证照。")
            return _("已决定，正在制证"), text, _("通知您领取"), _("制好以后放到统一出件窗口"), "info"
        case State.READY:
            refused = case.outcome == Outcome.REFUSED
            text = _("决定书写明了理由和救济途径。") if refused else _("结果已放在统一出件窗口。")
            return _("可以领取了"), text, _("您来领取"), _("请带身份证件"), "ok"
        case State.DELIVERED | State.ARCHIVED:
            return _("已办结"), _("结果已经送到您手里。"), "", "", "ok"
        case State.NOT_ACCEPTED:
            text = case.end_reason
            if case.right_organ:
                text += _("请向%(organ)s申请。") % {"organ": case.right_organ}
            return _("不予受理"), text, "", "", "mute"
        case State.WITHDRAWN:
            return _("已撤回"), _("申请已经撤回，办理结束。"), "", "", "mute"
        case State.TERMINATED:
            return _("办理已终止"), case.end_reason, "", "", "danger"


def _todos(case: Application, running: dict[tuple[str, str], Clock]) -> list[Todo]:
    found = []
    if case.state == State.RETURNED:
        found.append(Todo(_("修改申请"), case.return_reason, act="mend"))
    if claim := running.get((Kind.CLAIM, str(case.pk))):
        text = _("请带身份证件到窗口当面申请，逾期视为撤回申请。")
        found.append(Todo(_("等待期已满，到窗口申请结果"), text, claim.due_at))
    if case.state == State.CORRECTING:
        clock = running.get((Kind.CORRECTION, str(case.pk)))
        notice = case.correction_notices.order_by("-number").first()
        left = still_missing(case)
        for item in notice.items if notice else ():
            if item["name"] not in left:
                continue
            text = "；".join(filter(None, (item["problem"], item.get("requirement"))))
            found.append(
                Todo(
                    _("补正“%(name)s”") % {"name": item["name"]},
                    text,
                    clock.due_at if clock else None,
                    act="correct",
                )
            )
    if case.state in (State.ACCEPTED, State.REVIEWING, State.DECIDED):
        for deferral in case.deferrals.filter(state=DeferralState.OPEN).select_related(
            "case_material__material"
        ):
            clock = running.get((Kind.SUPPLEMENT, str(deferral.pk)))
            found.append(
                Todo(
                    _("补交“%(name)s”") % {"name": deferral.case_material.material.name},
                    _("这是受理时承诺后补的材料，逾期未补交将终止办理。"),
                    clock.due_at if clock else None,
                    act="supplement",
                )
            )
    if statement := running.get((Kind.STATEMENT, str(case.pk))):
        text = _("核查发现承诺与事实不符，作出决定前您有权陈述申辩，逾期视为放弃。")
        found.append(Todo(_("陈述申辩"), text, statement.due_at, act="state"))
    if case.state in WITHOUT_RESULT and (kept := originals_kept(case)):
        names = "、".join(row.material.name for row in kept)
        text = _("请凭收件凭证到受理窗口领回：%(names)s。") % {"names": names}
        found.append(Todo(_("领回原件"), text, act="originals"))
    if case.state == State.READY:
        where = f"{case.hall.name} {case.hall.address}".strip() if case.hall else case.jurisdiction.name
        text = _("%(where)s，统一出件窗口。请带身份证件；请人代领的，还要授权委托书。")
        found.append(Todo(_("领取结果"), text % {"where": where}, act="collect"))
    return found


def _stages(case: Application) -> list[tuple[str, dt.datetime | None, str]]:
    """The line of stages: name, when it was reached, and done, now or nothing yet."""
    online = case.submitted_at is not None
    line = [
        *([(_("提交"), case.submitted_at)] if online else []),
        (_("收件"), case.received_at),
        (_("受理"), case.accepted_at),
        (_("决定"), case.decided_at),
        (_("出件"), case.ready_at),
        (_("送达"), case.delivered_at),
    ]
    reached = [at is not None for _name, at in line]
    last = max((i for i, done in enumerate(reached) if done), default=-1)
    found = []
    for at, (label, when) in enumerate(line):
        mark = "done" if when and at <= last else "now" if at == last + 1 and not case.ended_at else ""
        found.append((label, when, mark))
    return found


def case_for_page(case_id: UUID) -> Application:
    """A case with all that its pages read. Raises Application.DoesNotExist if there is none."""
    case = _for_page.first(case_id)
    if case is None:
        raise Application.DoesNotExist
    return case


_for_page: Prepared[Application] = Prepared(
    lambda case_id: Application.objects.select_related(
        "version__matter",
        "version__regime",
        "version__department",
        "jurisdiction",
        "hall",
        "window",
        "person",
        "enterprise",
        "agent",
        "mandate",
        "received_by",
        "held_by",
        "project",
    ).filter(pk=case_id),
    UUID,
)
