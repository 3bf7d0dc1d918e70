"""How the events of this room read in the timeline of a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from applications.timeline import name
from hall.trail.models import Event
from hall.trail.words import name_event

from .choices import SessionKind


def _department(event: Event) -> str:
    return str(event.data.get("department", ""))


def _procedure(event: Event) -> str:
    told = f"{event.data.get('name', '')}（{event.data.get('limit', '')}）"
    return told + (str(_("，不计入办理期限")) if event.data.get("stops_clock") else "")


def _hearing(event: Event) -> str:
    return "，".join(str(event.data[key]) for key in ("when", "place") if event.data.get(key))


def _days(event: Event) -> str:
    return str(_("延长%(days)s个工作日") % {"days": event.data.get("days", "")})


def _session(event: Event) -> str:
    kind = str(event.data.get("kind", ""))
    name = SessionKind(kind).label if kind in SessionKind.values else ""
    told = (name, event.data.get("when"), event.data.get("venue"))
    return "，".join(str(each) for each in told if each)


def _warned(event: Event) -> str:
    names = [f"{each.get('role', '')}{each.get('name', '')}" for each in event.data.get("to", ())]
    return f"{_department(event)}：{'、'.join(names) or _('没有可通知的人')}"


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
    _passing()
    name("routing.task_cancelled", _("收回任务"), detail=_department)
    name("routing.stage_opened", _("进入下一阶段"))
    name("routing.report_filed", _("特殊情况报备"), detail=_department)
    name("routing.report_granted", _("报备获准"), detail=_department)
    name("routing.report_rejected", _("报备未获准"), detail=_department)
    name("routing.report_resumed", _("报备中止结束"), kind="resumed", detail=_department)
    name("routing.warned_of_silence", _("提醒：逾期将视为同意"), detail=_warned)
    name("routing.silence_held", _("默认暂缓，等督查员处理"), kind="pause", detail=_department)
    name("routing.silence_released", _("督查员放行默认"), detail=_department)
    name("routing.silence_extended", _("督查员延长期限"), detail=_department)
    name("routing.silence_refused", _("督查员不予默认"), detail=_department)
    # Of a whole place, in no case's timeline.
    name_event("routing.silence_batch_opened", _("默认过多，暂缓待督查"))
    name_event("routing.silence_batch_answered", _("处理待放行的默认"))
    name("routing.decided", _("签发决定"), detail=_department)
    name("routing.procedure_opened", _("特别程序开始"), _("进入特别程序"), kind="pause", detail=_procedure)
    name("routing.hearing_told", _("告知听证权利"), _("已告知听证权利"))
    name("routing.hearing_waived", _("无人要求听证"), _("没有人要求听证，继续办理"))
    ended = _("特别程序结束")
    name("routing.procedure_finished", ended, ended, kind="resumed", detail=_procedure)
    name("routing.procedure_cancelled", _("特别程序取消"), detail=_procedure)
    name("routing.hearing_requested", _("申请听证"), _("已申请听证"))
    name("routing.hearing_scheduled", _("听证通知"), _("听证已定时间地点"), detail=_hearing)
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


def _to(event: Event) -> str:
    return f"{_department(event)} → {event.data.get('to', '')}"


def _competent(event: Event) -> str:
    return str(_("%(who)s认为属于%(whose)s") % {"who": _department(event), "whose": event.data["competent"]})


def _number(event: Event) -> str:
    return str(event.data.get("number", ""))


def _passing() -> None:
    """Tasks from hand to hand, rulings, 汇总 and 会签, and the slips of paper originals."""
    name("routing.task_reassigned", _("负责人指派"), detail=_to)
    name("routing.hand_over_recalled", _("撤回转交"), detail=_department)
    name("routing.task_recalled", _("撤回送审"), detail=_department)
    name("routing.return_recalled", _("撤回退回"), detail=_department)
    name("routing.task_disclaimed", _("提出不属于本部门职责"), detail=_competent)
    name("routing.task_rerouted", _("裁定改派"), _("改由其他部门办理"), detail=_to)
    name("routing.task_insisted", _("裁定仍由该部门办理"), detail=_department)
    name("routing.consolidated", _("汇总审查意见"), _("部门意见已汇总"), detail=_department)
    name("routing.text_laid", _("决定文本送会签"), _("决定送有关机关会签"), detail=_department)
    name("routing.countersigned", _("会签"), _("有关机关已会签"), detail=_department)
    name("routing.countersign_refused", _("不予会签"), kind="danger", detail=_department)
    name("routing.countersign_ended", _("会签退回"), detail=_department)
    name("routing.text_taken_back", _("收回会签稿"), detail=_department)
    name("routing.delegated", _("委托审批"), detail=_department)
    name("routing.delegation_revoked", _("撤销委托审批"), detail=_department)
    name("routing.slip_sent", _("原件转移"), detail=_number)
    name("routing.slip_received", _("原件接收"), detail=_number)
    name("routing.slip_differs", _("原件接收有差异"), kind="danger", detail=_number)
    name("routing.slip_taken_back", _("收回转移单"), detail=_number)
