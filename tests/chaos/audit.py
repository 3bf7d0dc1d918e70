"""The audit after the campaign: what must be true of the data, whatever was killed (DESIGN §5).

It reads rows and journal and trusts neither: each is held against the other, against what the people were
told, and against the outages that the campaign itself made.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from applications.bundle_models import BundleCase
from applications.choices import DeferralState, State
from applications.models import Application, Deferral
from certificates.choices import SealState
from certificates.models import Certificate, Paper
from hall.clocks import engine
from hall.clocks import queries as clock_queries
from hall.clocks.choices import Ends, Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.models import Clock
from hall.numbers.models import Counter as Series
from hall.trail import queries as trail
from hall.trail.models import Event
from matters.models import Step
from routing.choices import CONSENTED, LIVE
from routing.models import Decision, EvidencePack, Opinion, Task

from .people import ENDS

if TYPE_CHECKING:
    from .campaign import Course

# Verbs of people, and the event that each must have left exactly as often as the hall said yes.
EVENTS = {
    "take_in": "applications.received",
    "accept": "applications.accepted",
    "refuse": "applications.refused_acceptance",
    "give_notice": "applications.notice_given",
    "supplement": "applications.supplemented",
    "supply": "applications.deferral_supplied",
    "withdraw": "applications.withdrawn",
    "terminate": "applications.terminated",
    "deliver": "applications.delivered",
    "sign_for": "routing.task_signed_for",
    "give_opinion": "routing.opinion_given",
    "return_to_front": "routing.task_returned",
    "resend": "routing.task_resent",
    "object_late": "routing.late_objection",
    "consolidate": "routing.consolidated",
    "decide": "routing.decided",
    "file_report": "routing.report_filed",
    "grant_report": "routing.report_granted",
    "reject_report": "routing.report_rejected",
    "propose_extension": "routing.extension_proposed",
    "grant_extension": "routing.extension_granted",
    "open_procedure": "routing.procedure_opened",
    "finish_procedure": "routing.procedure_finished",
}
_BUNDLES = {"accept": "bundle_accepted", "refuse": "bundle_refused", "withdraw": "bundle_withdrawn"}
_ONCE = ("received", "accepted", "reviewing", "decided", "ready", "delivered", "archived")
_ISSUED = (State.READY, State.DELIVERED, State.ARCHIVED)


@dataclass(frozen=True)
class Finding:
    """Something that must not be."""

    kind: str
    where: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.where} {self.what}".rstrip()


def audit(course: Course, *, ended: bool = True) -> list[Finding]:
    """Everything that is wrong; an empty list is good. With `ended`, every case must be at its end."""
    found: list[Finding] = []
    found += _chains()
    found += _told(course)
    found += _ways()
    found += _once()
    found += _clocks(course.outages)
    found += _silence(course.outages)
    found += _numbers()
    found += _decisions()
    found += _issuing()
    if ended:
        found += _idle()
    return found


# -- The journal ----------------------------------------------------------------------------------------


def _chains() -> Iterator[Finding]:
    """What `manage.py verify_trail` proves."""
    for fault in [*trail.faults(), *trail.day_faults()]:
        yield Finding("chain broken", f"{fault.chain} #{fault.seq}", fault.what)


def _told(course: Course) -> Iterator[Finding]:
    """What people were told is there, and nothing beside it was made."""
    known = {str(pk): number for pk, number in Application.objects.values_list("pk", "number")}
    bundles = {str(pk): number for pk, number in BundleCase.objects.values_list("pk", "number")}
    for case, number in course.told.numbers.items():
        if (found := (known | bundles).get(case)) != number:
            yield Finding("case lost", case, f"told {number}, found {found}")
    own = set(map(str, Application.objects.filter(bundle=None).values_list("pk", flat=True)))
    for case in own - set(course.told.numbers):
        yield Finding("case that nobody applied for", case)
    written = Counter(_words())
    for (case, verb), times in course.told.acts.items():
        what = EVENTS.get(verb)
        if case in bundles and verb in _BUNDLES:
            what = f"applications.{_BUNDLES[verb]}"
        if what is None or case not in known | bundles or (case in bundles and verb not in _BUNDLES):
            continue
        if written[case, what] < times:
            yield Finding("act lost", case, f"{verb}: told {times}, written {written[case, what]}")


def _words() -> Iterator[tuple[str, str]]:
    for case, what in Event.objects.exclude(case_id=None).values_list("case_id", "what").iterator():
        yield str(case), what


def _ways() -> Iterator[Finding]:
    """Each thing's events lead from state to state without a gap, to where its row stands."""
    for model in (Application, BundleCase, Task):
        label = model._meta.label_lower
        rows = {str(pk): state for pk, state in model.objects.values_list("pk", "state")}
        ways: dict[str, list[tuple[str, str]]] = defaultdict(list)
        events = Event.objects.filter(subject_type=label).exclude(to_state="").order_by("id")
        for subject, before, after in events.values_list("subject_id", "from_state", "to_state").iterator():
            ways[subject].append((before, after))
        for subject, way in ways.items():
            if any(one[1] != two[0] for one, two in pairwise(way)):
                yield Finding("state and journal differ", f"{label} {subject}", f"{way}")
            if subject not in rows:
                yield Finding("case lost", f"{label} {subject}", "its journal is there, its row is not")
            elif rows[subject] != way[-1][1]:
                yield Finding(
                    "state and journal differ", f"{label} {subject}", f"{rows[subject]}, journal {way[-1][1]}"
                )
        # A draft is not told by a change of state.
        for subject in rows.keys() - ways.keys():
            if rows[subject] != State.DRAFT:
                yield Finding("state and journal differ", f"{label} {subject}", "no event")


def _once() -> Iterator[Finding]:
    """What happens once in the life of a case stands once in its journal; so do opinions and decisions."""
    once = {f"applications.{what}" for what in _ONCE} | {"routing.opinion_given", "routing.decided"}
    once |= {"routing.deemed_consented", "routing.task_opened"}
    events = Event.objects.filter(what__in=once).values_list("subject_id", "what", "subject_type")
    for (subject, what, label), times in Counter(events.iterator()).items():
        if times > 1:
            yield Finding("act doubled", f"{label} {subject}", f"{what} ×{times}")
    stages = Event.objects.filter(what="routing.stage_opened").values_list("case_id", "data__stage")
    for (case, stage), times in Counter(stages.iterator()).items():
        if times > 1:
            yield Finding("act doubled", f"{case}", f"stage {stage} opened ×{times}")


# -- Clocks ---------------------------------------------------------------------------------------------


def _clocks(outages: Iterable[tuple[dt.datetime, dt.datetime]]) -> Iterator[Finding]:
    """Each ends once, not before its time, and its date is what its row says when counted anew."""
    ends = _ends_told()
    outages = list(outages)
    told = {ClockState.EXPIRED: "clock_expired", ClockState.MET: "clock_met"}
    told[ClockState.CANCELLED] = "clock_cancelled"
    clocks = Clock.objects.select_related("jurisdiction", "hall").prefetch_related("pauses")
    for clock in clocks.iterator(chunk_size=1000):
        name = f"clock {clock.pk} ({clock.kind} of {clock.subject_id})"
        written = ends.get(clock.pk, Counter())
        if written["clock_expired"] > 1:
            yield Finding("clock fired twice", name, f"{written['clock_expired']} times")
        elif written != Counter([told[clock.state]] if clock.state in told else []):
            yield Finding("clock ended otherwise than told", name, f"{clock.state}, told {dict(written)}")
        due = clock_queries.explain(clock)
        if due.at != clock.due_at:
            yield Finding("date does not replay", name, f"{clock.due_at}, counted {due.at}")
        if clock.state != ClockState.EXPIRED or clock.fired_at is None:
            continue
        if due.at is None or clock.fired_at <= due.at:
            yield Finding("clock fired early", name, f"{clock.fired_at}, due {due.at}")
        elif clock.kind != Kind.CERTIFICATE_EXPIRY and _within(clock, clock.fired_at, outages):
            yield Finding("clock fired in an outage", name, f"{clock.fired_at}")
    warned = Event.objects.filter(what="clock_warned").values_list("data__clock", "data__step")
    extended = set(Clock.objects.filter(extended__gt=0).values_list("pk", flat=True))
    for (clock, step), times in Counter((pk, str(step)) for pk, step in warned.iterator()).items():
        if times > 1 and clock not in extended:
            yield Finding("warning sent twice", f"clock {clock}", f"{step} ×{times}")


def _ends_told() -> Mapping[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    ends = ("clock_expired", "clock_met", "clock_cancelled")
    for clock, what in Event.objects.filter(what__in=ends).values_list("data__clock", "what").iterator():
        found[clock][what] += 1
    return found


def _within(clock: Clock, moment: dt.datetime, outages: list[tuple[dt.datetime, dt.datetime]]) -> bool:
    """Would the clock still have run at `moment`, if every outage that we made is taken out of it?"""
    pauses = [
        *clock_queries.pauses_of(clock),
        *(engine.Pause(began, ended, "", True) for began, ended in outages if clock.started_at < ended),
    ]
    due = engine.due(
        clock.started_at, clock.limit, clock_queries.calendar_of(clock), tuple(pauses), Ends(clock.ends)
    )
    return due.at is None or moment <= due.at


def _silence(outages: Iterable[tuple[dt.datetime, dt.datetime]]) -> Iterator[Finding]:
    """Nobody fell silent while the hall itself was down, or because it had been; nor where it may not be."""
    outages = list(outages)
    packs = EvidencePack.objects.select_related("task__step", "task__case")
    for pack in packs:
        name = f"task {pack.task_id} of {pack.task.case.number}"
        if not pack.task.step.silent_consent or pack.task.decides:
            yield Finding("silence where it may not consent", name)
        if any(began < pack.made_at < ended for began, ended in outages):
            yield Finding("silent consent in an outage", name, f"{pack.made_at}")
        expired = Clock.objects.filter(
            subject_type=Task._meta.label_lower, subject_id=str(pack.task_id), state=ClockState.EXPIRED
        ).select_related("jurisdiction", "hall")
        if not any(not _within(clock, pack.made_at, outages) for clock in expired):
            yield Finding("silent consent in an outage", name, "no limit was over at that moment")
    deemed = set(Task.objects.filter(state="deemed").values_list("pk", flat=True))
    for task in deemed ^ {pack.task_id for pack in packs}:
        yield Finding("silence and evidence differ", f"task {task}")


# -- Numbers --------------------------------------------------------------------------------------------


def _numbers() -> Iterator[Finding]:
    """Every series runs from one to its last number, each given once."""
    given: dict[str, list[int]] = defaultdict(list)
    for number in _given(Application.objects.all()):
        given[f"case:{number[:-12]}:{number[-12:-4]}"].append(int(number[-4:]))
    for number in _given(BundleCase.objects.all()):
        given[f"case:{number[:-12]}:{number[-12:-4]}"].append(int(number[-4:]))
    for number in _given(Certificate.objects.all()):
        given[f"certificate:{number[:-6]}"].append(int(number[-6:]))
    for number in _given(Paper.objects.filter(number__contains="〕")):
        head, rest = number.split("〔")
        year, serial = rest.rstrip("号").split("〕")
        given[f"document:{head}:{year}"].append(int(serial))
    counters = dict(Series.objects.values_list("series", "value"))
    for series, serials in given.items():
        last = counters.get(series, 0)
        wanted = set(range(1, last + 1))
        for serial, times in Counter(serials).items():
            if times > 1:
                yield Finding("number given twice", series, f"{serial} ×{times}")
            if serial not in wanted:
                yield Finding("number never given", series, f"{serial}, the last was {last}")
        if missing := sorted(wanted - set(serials)):
            yield Finding("number missing", series, f"{missing[:10]}")
    for series in counters.keys() - given.keys():
        if series.split(":")[0] in ("case", "certificate", "document"):
            yield Finding("number missing", series, "none of them is there")


def _given(rows: Any) -> list[str]:
    return list(rows.exclude(number=None).values_list("number", flat=True))


# -- Decisions and results --------------------------------------------------------------------------------


def _decisions() -> Iterator[Finding]:
    """One decision a case, after every opinion of its route, by nobody who received it."""
    steps: dict[int, set[int]] = defaultdict(set)
    for version, step in Step.objects.filter(opens_when="").values_list("version", "pk"):
        steps[version].add(step)
    over: dict[Any, dict[int, dt.datetime]] = defaultdict(dict)
    tasks = Task.objects.filter(state__in=CONSENTED).values_list("case", "step", "finished_at")
    for case, step, finished_at in tasks.iterator():
        over[case][step] = finished_at
    decided = Decision.objects.select_related("case", "task")
    for each in decided.iterator():
        done = {step: at for step, at in over[each.case_id].items() if step != each.task.step_id}
        wanted = steps[each.case.version_id] - {each.task.step_id}
        if wanted - done.keys() or any(moment > each.decided_at for moment in done.values()):
            yield Finding("decided while a stage was open", f"{each.case.number}")
        if each.decided_by_id == each.case.received_by_id and not each.delegated:
            yield Finding("received and decided by one person", f"{each.case.number}")
    same = Opinion.objects.filter(given_by=F("task__case__received_by"))
    for number in same.values_list("task__case__number", flat=True):
        yield Finding("received and reviewed by one person", f"{number}")
    bare = Application.objects.filter(state__in=[State.DECIDED, *_ISSUED], decision=None)
    for number in bare.values_list("number", flat=True):
        yield Finding("decided without a decision", f"{number}")
    early, late = Q(version__valid_from__gt=F("created_at")), Q(version__valid_to__lte=F("created_at"))
    outside = Application.objects.filter(Q(version__valid_from=None) | early | late)
    for number in outside.values_list("number", flat=True):
        yield Finding("applied for while not in force", f"{number}")


def _issuing() -> Iterator[Finding]:
    """Nothing is issued while something is owed, twice, or under a seal that is not in use."""
    owing = Deferral.objects.filter(case__state__in=_ISSUED)
    wrong = owing.filter(~Q(state=DeferralState.SUPPLIED) | Q(ended_at__gt=F("case__ready_at")))
    for number in wrong.values_list("case__number", flat=True):
        yield Finding("issued while something was owed", f"{number}")
    for number in Application.objects.filter(
        state__in=_ISSUED, outcome="granted", certificate=None, version__result_kind="certificate"
    ).values_list("number", flat=True):
        yield Finding("granted without its certificate", f"{number}")
    for number in Certificate.objects.exclude(case__state__in=_ISSUED).values_list("number", flat=True):
        yield Finding("certificate of a case that is not ready", f"{number}")
    for title in Paper.objects.exclude(seal=None).exclude(seal__state=SealState.IN_USE):
        yield Finding("sealed with a seal that is not in use", f"{title}")
    kinds = Paper.objects.exclude(case=None).values_list("case", "kind", "key")
    for (case, kind, _key), times in Counter(kinds.iterator()).items():
        if times > 1:
            yield Finding("paper made twice", f"{case}", kind)


# -- The end --------------------------------------------------------------------------------------------


def _idle() -> Iterator[Finding]:
    """After the faults every case has come to its end, and nothing is left to do."""
    for model in (Application, BundleCase):
        for number, state in model.objects.exclude(state__in=ENDS).values_list("number", "state"):
            yield Finding("not at its end", f"{number}", state)
    ended = Task.objects.filter(state__in=LIVE).exclude(case__state=State.REVIEWING)
    for task in ended.values_list("pk", flat=True):
        yield Finding("live task of an ended case", f"task {task}")
    for clock in clock_queries.due_now():
        yield Finding("due and not fired", f"clock {clock.pk} ({clock.kind})", clock.last_error)
    for clock in clock_queries.failing():
        yield Finding("clock fails", f"clock {clock.pk} ({clock.kind})", clock.last_error)
    running = Clock.objects.filter(state=ClockState.RUNNING).exclude(
        # Whether a promise (告知承诺) was true is looked into after the decision.
        kind__in=(Kind.CERTIFICATE_EXPIRY, Kind.ARCHIVING, Kind.COMMITMENT_CHECK)
    )
    for clock in running.filter(subject_type__in=("applications.application", "routing.task")):
        yield Finding("clock runs after the end", f"clock {clock.pk} ({clock.kind})")
