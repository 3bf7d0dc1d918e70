"""What reviewers, heads and supervisors do with a case that lies before them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from hall.errors import WrongState
from hall.now import now
from hall.people.models import User
from matters.choices import SpecialProcedure
from routing import services as routing
from routing.choices import LIVE, HearingGround, OpinionVerdict, ProcedureState, ReportState, TaskState
from routing.models import Extension, Opinion, Procedure, SpecialReport, Task
from routing.services.consolidating import Adoption, must_be_consolidated, to_be_treated

from .drawing import Back, Silence, Sort, Special

if TYPE_CHECKING:
    from .people import Life

_TOLD = {"reason": "需要确认设备性能", "contact_name": "示例联系人", "contact_phone": "0000-1234567"}
_BASIS = "《中华人民共和国行政许可法》第三十八条"
_REFUSED = "现场核查发现场所条件与申请材料不一致，不符合法定条件。"
_SPECIAL = {
    Special.TESTING: (SpecialProcedure.TESTING,),
    Special.REVIEW: (SpecialProcedure.EXPERT_REVIEW,),
    Special.BOTH: (SpecialProcedure.TESTING, SpecialProcedure.EXPERT_REVIEW),
}
_HEARINGS = (Special.HEARING_UNASKED, Special.HEARING_WAIVED, Special.HEARING_HELD)
_LATE = {Silence.SILENT, Silence.OBJECTING, Silence.REJECTED}


@dataclass
class Desk:
    """What lies beside the tasks: read once for all cases of a round."""

    reports: dict[Any, list[SpecialReport]] = field(default_factory=lambda: defaultdict(list))
    objected: set[Any] = field(default_factory=set)
    extensions: dict[UUID, Extension] = field(default_factory=dict)
    procedures: dict[UUID, list[Procedure]] = field(default_factory=lambda: defaultdict(list))


class Departments:
    """Everybody behind the window. `press` presses a button (see `People.press`)."""

    def __init__(self, press: Callable[..., Any]) -> None:
        self._press = press

    def desk(self, reviewing: Sequence[UUID]) -> Desk:
        found = Desk()
        for report in SpecialReport.objects.filter(task__case__in=reviewing).order_by("pk"):
            found.reports[report.task_id].append(report)
        late = Opinion.objects.filter(task__case__in=reviewing, late=True)
        found.objected = set(late.values_list("task", flat=True))
        for extension in Extension.objects.filter(case__in=reviewing).order_by("pk"):
            found.extensions[extension.case_id] = extension
        procedures = (
            Procedure.objects.filter(case__in=reviewing).select_related("hearing").order_by("opened_at")
        )
        for procedure in procedures:
            found.procedures[procedure.case_id].append(procedure)
        return found

    def look(self, life: Life, tasks: list[Task], desk: Desk) -> None:
        """Every task of one case: what its department would do now."""
        resent = {task.step_id for task in tasks if task.state != TaskState.RETURNED}
        sent_back = any(task.state == TaskState.RETURNED for task in tasks)
        for task in tasks:
            if task.state in LIVE and task.decides:
                self._deciding(life, task, desk)
            elif task.state in LIVE:
                self._consulted(life, task, desk, sent_back)
            elif task.state == TaskState.RETURNED and task.step_id not in resent:
                clerk = life.plan.dice("desk").choice(life.county.clerks)[0]
                self._press(life.id, "resend", routing.resend, task.pk, note="附图已更换。", by=clerk)
                resent.add(_step(task))
            elif self._objects_late(life, task, desk):
                given = {"reasons": _REFUSED, "legal_basis": _BASIS, "by": self._reviewer(life, task)}
                self._press(life.id, "object_late", routing.object_late, task.pk, **given)

    def _objects_late(self, life: Life, task: Task, desk: Desk) -> bool:
        silent = task.state == TaskState.DEEMED and task.pk not in desk.objected
        return silent and life.plan.silence(_step(task)) == Silence.OBJECTING

    # -- Opinions -----------------------------------------------------------------------------------

    def _consulted(self, life: Life, task: Task, desk: Desk, sent_back: bool) -> None:
        plan = life.plan
        silence = plan.silence(_step(task)) if task.step.silent_consent else Silence.NONE
        reviewer = self._reviewer(life, task)
        slowness = 3 if plan.back == Back.SLOW else 1
        if silence in (Silence.REPORTED, Silence.REJECTED, Silence.UNHEARD):
            self._reporting(life, task, silence, desk.reports[task.pk], reviewer)
            if silence == Silence.REJECTED or not life.ripe(task.opened_at, 6, 9, "late", _step(task)):
                return
        elif silence in _LATE:
            return
        if task.state == TaskState.OPEN and life.ripe(task.opened_at, 0, 0.6 * slowness, "sign", _step(task)):
            self._press(life.id, "sign_for", routing.sign_for, task.pk, by=reviewer)
        if not life.ripe(task.opened_at, 0.1, 2.2 * slowness, "opinion", _step(task)):
            return
        if plan.back == Back.RETURNED and not sent_back and plan.sort != Sort.BUNDLE:
            given = {"reasons": "附图与申请书不一致，请核对后重新送审。", "by": reviewer}
            self._press(life.id, "return_to_front", routing.return_to_front, task.pk, **given)
            return
        self._press(
            life.id, "give_opinion", routing.give_opinion, task.pk, by=reviewer, **self._opinion(life, task)
        )

    def _opinion(self, life: Life, task: Task) -> dict[str, str]:
        throw = life.plan.dice("verdict", _step(task)).random()
        if throw < 0.08:
            return {"verdict": OpinionVerdict.CONDITIONS, "conditions": "投入使用前完成专项验收。"}
        if throw < 0.15:
            return {"verdict": OpinionVerdict.OBJECT, "reasons": _REFUSED, "legal_basis": _BASIS}
        return {"verdict": OpinionVerdict.AGREE}

    def _reporting(
        self, life: Life, task: Task, silence: Silence, reports: list[SpecialReport], reviewer: Any
    ) -> None:
        """特殊情况报备: signed for, reported, answered by the supervisor or not."""
        if not reports and life.ripe(task.opened_at, 0, 0.5, "report", _step(task)):
            if task.state == TaskState.OPEN:
                self._press(life.id, "sign_for", routing.sign_for, task.pk, by=reviewer)
            given = {"reason": "汛期值守，无法按时审查。", "days": 5, "by": reviewer}
            self._press(life.id, "file_report", routing.file_report, task.pk, **given)
        answered = not reports or reports[-1].state != ReportState.OPEN or silence == Silence.UNHEARD
        if not answered and life.ripe(reports[-1].filed_at, 0, 1, "answer", _step(task)):
            granted = silence == Silence.REPORTED
            verb = routing.grant_report if granted else routing.reject_report
            what = "grant_report" if granted else "reject_report"
            self._press(life.id, what, verb, reports[-1].pk, answer="已核实", by=life.county.supervisor)

    # -- The decision -------------------------------------------------------------------------------

    def _deciding(self, life: Life, task: Task, desk: Desk) -> None:
        plan = life.plan
        head = life.county.heads[task.department_id]
        slowness = 3 if plan.back == Back.SLOW else 1
        instant = plan.sort == Sort.INSTANT
        asks = plan.back == Back.EXTENDED and not instant and plan.sort != Sort.BUNDLE
        if asks and not self._extended(life, task, desk.extensions.get(life.id)):
            return
        if not self._procedures_are_over(life, task, desk.procedures[life.id]):
            return
        if not instant and not life.ripe(task.opened_at, 0.1, 2 * slowness, "decide"):
            return
        by = self._reviewer(life, task) if instant and task.assignee_id is None else head
        given = {"outcome": "granted", "reasons": "符合法定条件、标准。", "by": by}
        if not self._consolidated(life, task):
            return
        if plan.back == Back.REFUSED and plan.dice("refuse", _step(task)).random() < 0.7:
            given |= {"outcome": "refused", "reasons": _REFUSED}
        self._press(life.id, "decide", routing.decide, task.pk, **given)

    def _consolidated(self, life: Life, task: Task) -> bool:
        """汇总: one review opinion is written from all, again when somebody has objected since."""
        try:
            must_be_consolidated(task.case, task)
        except WrongState:
            pass
        else:
            return True
        given = {
            "text": "各部门意见已经汇总。",
            "treatments": {opinion.pk: Adoption(True) for opinion in to_be_treated(task.case)},
            "by": life.county.heads[task.department_id],
        }
        return bool(self._press(life.id, "consolidate", routing.consolidate, task.pk, **given))

    def _extended(self, life: Life, task: Task, asked: Extension | None) -> bool:
        """Ask once for more time. True when there is nothing left to wait for."""
        if asked is None:
            given = {"days": 5, "reason": "案情复杂，需进一步核实。", "by": self._reviewer(life, task)}
            # A refusal (the limit is over already) leaves only the decision.
            return not self._press(life.id, "propose_extension", routing.propose_extension, task.pk, **given)
        if asked.state != ReportState.OPEN:
            return True
        head = life.county.heads[task.department_id]
        if life.plan.dice("extension").random() < 0.7:
            return not self._press(
                life.id, "grant_extension", routing.grant_extension, asked.pk, by=head, answer="同意"
            )
        self._press(life.id, "reject_extension", routing.reject_extension, asked.pk, by=head, answer="不同意")
        return False

    def _procedures_are_over(self, life: Life, task: Task, found: list[Procedure]) -> bool:
        special = life.plan.special
        if special in _HEARINGS:
            return self._hearing_is_over(life, task, found[0] if found else None)
        known = {procedure.kind for procedure in found}
        over = True
        for kind in _SPECIAL.get(special, ()):
            if kind not in known:
                over = False
                given = {"kind": kind, **_TOLD, "by": self._reviewer(life, task)}
                self._press(life.id, "open_procedure", routing.open_procedure, task.pk, **given)
        for procedure in found:
            if procedure.state == ProcedureState.RUNNING:
                over = False
                if life.ripe(procedure.opened_at, 1, 9, "procedure", procedure.kind):
                    given = {"result": "结果合格", "by": self._reviewer(life, task)}
                    self._press(life.id, "finish_procedure", routing.finish_procedure, procedure.pk, **given)
        return over

    def _hearing_is_over(self, life: Life, task: Task, procedure: Procedure | None) -> bool:
        """听证: the right is told; nobody asks, or it is given up, or it is held and recorded."""
        reviewer = self._reviewer(life, task)
        if procedure is None:
            given = {"because": HearingGround.INTERESTED, "parties": "相邻业主", **_TOLD, "by": reviewer}
            self._press(life.id, "tell_of_right", routing.tell_of_right, task.pk, **given)
            return False
        if procedure.state != ProcedureState.RUNNING:
            return True
        if life.plan.special == Special.HEARING_WAIVED:
            if life.ripe(procedure.opened_at, 0.5, 2, "waive"):
                given = {"reason": "书面放弃听证", "by": reviewer}
                self._press(life.id, "waive_hearing", routing.waive_hearing, procedure.pk, **given)
        elif life.plan.special == Special.HEARING_HELD:
            self._hold_hearing(life, procedure, reviewer)
        return False

    def _hold_hearing(self, life: Life, procedure: Procedure, reviewer: Any) -> None:
        hearing = procedure.hearing
        if hearing.requested_at is None:
            given = {"requested_by": "相邻业主", "by": reviewer}
            self._press(life.id, "request_hearing", routing.request_hearing, procedure.pk, **given)
        elif hearing.held_at is None:
            day = timezone.localtime(now()) + dt.timedelta(days=life.plan.dice("hearing").randrange(14, 20))
            given = {
                "held_at": day.replace(hour=10, minute=0),
                "place": "听证室",
                "chair": User.objects.get(pk=life.county.chair.user_id),
                "by": reviewer,
            }
            self._press(life.id, "schedule_hearing", routing.schedule_hearing, procedure.pk, **given)
        elif hearing.held_at < now():
            given = {"text": "各方陈述意见。", "signed_by": "示例甲、示例乙", "by": reviewer}
            self._press(life.id, "record_hearing", routing.record_hearing, procedure.pk, **given)

    def _reviewer(self, life: Life, task: Task) -> Any:
        """Whoever holds the task; else the colleague whom the dice name."""
        reviewers = life.county.reviewers[task.department_id]
        if task.assignee_id:
            return life.county.officer(task.assignee_id) or reviewers[0]
        return life.plan.dice("reviewer", _step(task)).choice(reviewers)


def _step(task: Task) -> str:
    """Which step of the route: the same name in every database."""
    return f"{task.stage}.{task.step.order}"
