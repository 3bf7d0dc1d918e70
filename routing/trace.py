"""How the events of this room read in the timeline of a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from applications.timeline import name
from hall.trail.models import Event

from .choices import SessionKind


def _department(event: Event) -> str:
    return str(event.data.get("department", ""))


def _procedure(event: Event) -> str:
    told = f"{event.data.get('name', '')}（{event.data.get('limit', '')}）"
    return told + (str(_("，不计入办理期限")) if event.data.get("stops_clock") else "")


def _days(event: Event) -> str:
    return str(_("延长%(days)s个工作日") % {"days": event.data.get("days", "")})


def _session(event: Event) -> str:
    kind = str(event.data.get("kind", ""))
    name = SessionKind(kind).label if kind in SessionKind.values else ""
    told = (name, event.data.get("when"), event.data.get("venue"))
    return "，".join(str(each) for each in told if each)


def register() -> None:
    """Give every event of routing its name. The citizen sees the departments, never their officers."""
    name("routing.task_opened", _("送达部门"), _("送部门办理"), detail=_department)
    name("routing.task_signed_for", _("部门签收"), _("部门已签收"), detail=_department)
    name("routing.task_opened_by_reviewer", _("打开办件"), detail=_department)
    name("routing.task_claimed", _("认领"), detail=_department)
    name("routing.task_handed_over", _("转交同事"), detail=_department)
    name("routing.opinion_given", _("出具意见"), _("部门已出具意见"), detail=_department)
    name("routing.deemed_consented", _("默认同意"), _("部门逾期，视为同意"), detail=_department)
    name("routing.late_objection", _("迟到的异议"), kind="danger", detail=_department)
    name("routing.task_overdue", _("部门超期"), kind="danger", detail=_department)
    name("routing.task_returned", _("部门退回"), detail=_department)
    name("routing.task_resent", _("重新送审"), detail=_department)
    name("routing.task_cancelled", _("收回任务"), detail=_department)
    name("routing.stage_opened", _("进入下一阶段"))
    name("routing.report_filed", _("特殊情况报备"), detail=_department)
    name("routing.report_granted", _("报备获准"), detail=_department)
    name("routing.report_rejected", _("报备未获准"), detail=_department)
    name("routing.decided", _("签发决定"), detail=_department)
    name("routing.procedure_opened", _("特别程序开始"), _("进入特别程序"), kind="pause", detail=_procedure)
    ended = _("特别程序结束")
    name("routing.procedure_finished", ended, ended, kind="resumed", detail=_procedure)
    name("routing.procedure_cancelled", _("特别程序取消"), detail=_procedure)
    name("routing.hearing_requested", _("申请听证"), _("已申请听证"))
    name("routing.hearing_scheduled", _("听证通知"), _("听证已定时间地点"))
    name("routing.session_planned", _("安排联合办理"), detail=_session)
    name("routing.session_agenda", _("列入联合办理议程"), detail=_session)
    name("routing.session_taken_off", _("移出议程"), detail=_session)
    name("routing.session_convened", _("邀请部门参加"), detail=_department)
    name("routing.session_dismissed", _("取消邀请"), detail=_department)
    name("routing.session_noticed", _("发出会议通知"), _("联合办理已定时间地点"), detail=_session)
    name("routing.session_postponed", _("会议改期"), _("联合办理改期"), detail=_session)
    name("routing.session_cancelled", _("会议取消"), _("联合办理取消"), detail=_session)
    name("routing.session_signed_in", _("会议签到"), detail=_department)
    name("routing.session_absent", _("缺席会议"), kind="danger", detail=_department)
    name("routing.session_excused", _("报备未到会"), detail=_department)
    name("routing.session_held", _("会议结束，形成纪要"), _("联合办理已完成"), detail=_session)
    name("routing.absent", _("部门缺席联合办理"), kind="danger", detail=_department)
    name("routing.excused", _("部门报备未参加联合办理"), detail=_department)
    name("routing.feed_opened", _("生成日历订阅"))
    name("routing.feed_closed", _("停用日历订阅"))
    name("routing.extension_proposed", _("提出延期"), detail=_days)
    name("routing.extension_granted", _("批准延期"), _("办理期限延长"), detail=_days)
    name("routing.extension_rejected", _("不同意延期"), detail=_days)
