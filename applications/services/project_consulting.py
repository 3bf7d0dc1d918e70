"""准入评审: before any case exists, the lead asks several departments at once (S2 二(五)1).

Each has a clock of its own. Who does not answer has not answered: that is written down as no answer, and is
never consent; S0 §18 speaks of applications that are being examined, and there is none yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.clocks import services as clocks
from hall.clocks.choices import Ends, Kind
from hall.clocks.limits import Limit
from hall.errors import Incomplete, Invalid, WrongState
from hall.files import services as files
from hall.notices.services import notify
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Department
from hall.people.models import User

from .. import project_telling
from ..choices import AnswerState, ConsultationState, Feasibility, ProjectState
from ..project_models import Consultation, ConsultationAnswer, Project
from .project_journal import noted
from .project_rights import as_department, as_leader

CLAIMED_AS = "applications.consultation"
LONGEST = 20  # working days; whoever needs longer is asked again


@transaction.atomic
def consult(
    project_id: UUID,
    *,
    departments: Sequence[Department],
    questions: str,
    days: int,
    papers: Sequence[UUID] = (),
    by: Actor,
) -> Consultation:
    """Ask several departments at once about a project that is only planned. Their clocks start now.

    `papers` are uploaded files. Raises WrongState once the project has a case or a consultation is open,
    Invalid without questions, for fewer than two departments, one of another place, or an absurd limit.
    """
    project = Project.objects.locked(project_id)
    officer = as_leader(by, project)
    if project.state != ProjectState.PROPOSED or project.cases.exists():
        raise WrongState(_("项目已有办件，准入评审在收件之前进行"))
    if project.consultations.filter(state=ConsultationState.OPEN).exists():
        raise WrongState(_("上一次准入评审还没有汇总"))
    asked = list(dict.fromkeys(departments))
    fields = {}
    if not questions.strip():
        fields["questions"] = [_("请写明征询的问题")]
    if len(asked) < 2 or any(each.jurisdiction_id != project.jurisdiction_id for each in asked):
        fields["departments"] = [_("请选择至少两个本地的部门")]
    if not 1 <= days <= LONGEST:
        fields["days"] = [_("答复期限为1至%(n)s个工作日") % {"n": LONGEST}]
    if fields:
        raise Invalid(_("征询没有发出，请核对填写的内容"), fields=fields)
    consultation = Consultation.objects.create(
        project=project,
        number=project.consultations.count() + 1,
        department=project.scheme.department,
        questions=questions.strip(),
        limit_value=days,
        asked_by_id=officer.user_id,
        asked_at=now(),
    )
    for file_id in papers:
        files.claim(file_id, CLAIMED_AS, consultation.pk, by=officer)
    for department in asked:
        _ask(project, consultation, department, Limit(days), officer)
    names = [department.name for department in asked]
    noted(project, "consultation_opened", by=officer, data={"departments": names, "days": days})
    return consultation


@transaction.atomic
def answer_consultation(
    answer_id: int, *, feasibility: str, reasons: str, conditions: str = "", by: Actor
) -> ConsultationAnswer:
    """A department answers: feasible, with conditions, or not, with reasons. After its time it is late.

    Raises NotAllowed unless `by` reviews for that department, WrongState when it has answered or the
    consultation is summed up, Invalid without reasons (or conditions where it makes some).
    """
    answer = _locked(answer_id)
    officer = as_department(by, answer.department)
    if answer.consultation.state != ConsultationState.OPEN:
        raise WrongState(_("准入评审已经汇总"))
    if answer.state not in (AnswerState.ASKED, AnswerState.SILENT):
        raise WrongState(_("本部门已经答复"))
    fields = {}
    if feasibility not in Feasibility.values:
        fields["feasibility"] = [_("请选择意见")]
    if not reasons.strip():
        fields["reasons"] = [_("请写明理由")]
    if feasibility == Feasibility.CONDITIONAL and not conditions.strip():
        fields["conditions"] = [_("有条件可行的，请写明条件")]
    if fields:
        raise Invalid(_("答复没有提交"), fields=fields)
    before = answer.state
    clocks.meet(answer, Kind.CONSULTATION, by=officer)
    late = before == AnswerState.SILENT or (answer.due_at is not None and now() > answer.due_at)
    answer.state = AnswerState.LATE if late else AnswerState.ANSWERED
    answer.feasibility, answer.reasons = feasibility, reasons.strip()
    answer.conditions = conditions.strip()
    answer.answered_by_id, answer.answered_at = officer.user_id, now()
    answer.save()
    data = {"department": answer.department.name, "feasibility": feasibility}
    noted(
        answer.consultation.project,
        "consultation_answered",
        by=officer,
        reason=answer.reasons,
        data=data,
        before=before,
        after=answer.state,
    )
    return answer


@transaction.atomic
def record_silence(answer_id: int) -> bool:
    """The time is over and nobody answered: written down as no answer. True if it was so."""
    answer = _locked(answer_id)
    if answer.state != AnswerState.ASKED:
        return False
    answer.state = AnswerState.SILENT
    answer.save(update_fields=["state"])
    noted(
        answer.consultation.project,
        "consultation_unanswered",
        by=SYSTEM,
        data={"department": answer.department.name},
        before=AnswerState.ASKED,
        after=answer.state,
    )
    return True


@transaction.atomic
def sum_up_consultation(consultation_id: UUID, summary: str, *, by: Actor) -> Consultation:
    """The lead sums up, and the builder gets it as a paper. Raises Incomplete while a department has time."""
    found = Consultation.objects.select_related("project__scheme").get(pk=consultation_id)
    project = Project.objects.locked(found.project_id)
    officer = as_leader(by, project)
    consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation_id)
    if consultation.state != ConsultationState.OPEN:
        raise WrongState(_("准入评审已经汇总"))
    if not summary.strip():
        raise Invalid(_("请写明汇总意见"), fields={"summary": [_("请写明汇总意见")]})
    waiting = consultation.answers.filter(state=AnswerState.ASKED).select_related("department")
    if names := [answer.department.name for answer in waiting]:
        raise Incomplete(_("还有部门在答复期限内：%(names)s") % {"names": "、".join(names)}, items=names)
    consultation.state, consultation.summary = ConsultationState.CLOSED, summary.strip()
    consultation.closed_by_id, consultation.closed_at = officer.user_id, now()
    consultation.save()
    noted(project, "consultation_summed_up", by=officer, data={"number": consultation.number})
    project_telling.to_builder(
        project,
        f"consultation_{consultation.number}",
        _("准入评审意见已汇总"),
        _("各部门的意见和条件已经汇总，可以在“我的项目”里查看和打印。"),
    )
    return consultation


def _ask(
    project: Project, consultation: Consultation, department: Department, limit: Limit, by: Actor
) -> None:
    answer = ConsultationAnswer.objects.create(consultation=consultation, department=department)
    clock = clocks.start(
        answer,
        Kind.CONSULTATION,
        limit,
        jurisdiction=project.jurisdiction,
        department=department,
        case_id=project.pk,
        basis=_("准入评审征询"),
        ends=Ends.CLOSE_OF_OFFICE,
        warn=(1,),
        by=by,
    )
    answer.due_at = clock.due_at
    answer.save(update_fields=["due_at"])
    staff = User.objects.filter(
        posts__role__in=(Role.HEAD, Role.REVIEWER), posts__department=department, posts__ends_on=None
    )
    for user in staff.distinct():
        notify(
            user=user,
            subject=_("准入评审征询：%(name)s") % {"name": project.name},
            body=_("请在%(limit)s内答复。未答复的记为未答复，不视为同意。") % {"limit": limit},
            link=f"/projects/{project.pk}/",
            once_key=f"consultation:{answer.pk}:{user.pk}",
        )


def _locked(answer_id: int) -> ConsultationAnswer:
    return (
        ConsultationAnswer.objects.select_for_update(of=("self",))
        .select_related("department", "consultation__project")
        .get(pk=answer_id)
    )
