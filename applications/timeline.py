"""How the journal of a case reads: in full for staff, in plain words and without names for the citizen.

Each room names its own events with `name`; an event without a name stays in the journal and off the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.actors import SYSTEM
from hall.clocks.choices import Ground, Kind
from hall.trail.models import Event
from hall.trail.queries import of_case
from hall.trail.words import name_event

from .choices import SupplementChannel

AT_ONCE = dt.timedelta(minutes=1)

Text = str | Promise
Detail = Callable[[Event], str]

_names: dict[str, Name] = {}


@dataclass(frozen=True)
class Name:
    """What an event is called by staff, and by the citizen (empty: not shown to them)."""

    staff: Text
    public: Text = ""
    kind: str = ""  # how the dot looks: pause, resumed, danger
    detail: Detail | None = None  # a few words more, safe for the citizen too


def name(what: str, staff: Text, public: Text = "", *, kind: str = "", detail: Detail | None = None) -> None:
    """Give the event `what` a place in timelines. Called by each room for its own events."""
    _names[what] = Name(staff, public, kind, detail)
    name_event(what, staff)


def for_staff(case_id: UUID) -> list[dict[str, Any]]:
    """Everything that has a name, newest first, with who did it and why."""
    items = []
    for event in _told(of_case(case_id)):
        known = _names[event.what]
        automatic = event.role == SYSTEM.role  # 一窗系统 says it all
        who = event.office if automatic else " ".join(filter(None, (event.office, event.actor_name)))
        if event.on_behalf:
            who = _("%(who)s（代%(whom)s）") % {"who": who, "whom": event.on_behalf}
        text = "；".join(filter(None, (known.detail(event) if known.detail else "", event.reason)))
        items.append({"at": event.at, "title": known.staff, "who": who, "text": text, "kind": known.kind})
    return _newest_first(items)


def for_public(case_id: UUID) -> list[dict[str, Any]]:
    """What the applicant is told of each step, newest first. No names of officers."""
    items: list[dict[str, Any]] = []
    for event in _told(of_case(case_id)):
        known = _names[event.what]
        if known.public:
            text = known.detail(event) if known.detail else ""
            item = {"at": event.at, "title": known.public, "text": text, "kind": known.kind}
            if not (items and _same_step(items[-1], item)):
                items.append(item)
    return _newest_first(items)


def _same_step(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Several limits of a case stand still, or go on, for one reason: for the applicant that is one step."""
    alike = all(before[key] == after[key] for key in ("title", "text"))
    return alike and after["at"] - before["at"] < AT_ONCE


def _told(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.what in _names]


def _newest_first(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if items and not items[-1]["kind"]:
        items[-1]["kind"] = "now"
    return items[::-1]


# -- The words of this room, and of the kernel's clocks --------------------------------------------------


def _kind_of_clock(event: Event) -> str:
    return str(Kind(event.data["kind"]).label) if event.data.get("kind") in Kind.values else ""


def _ground_of_pause(event: Event) -> str:
    ground = event.data.get("ground")
    return str(Ground(ground).label) if ground in Ground.values else _kind_of_clock(event)


def _what_is_missing(event: Event) -> str:
    return _("共%(n)s项，详见一次性告知书") % {"n": len(event.data.get("items", []))}


def _how_it_came(event: Event) -> str:
    channel = event.data.get("channel")
    words = [str(SupplementChannel(channel).label)] if channel in SupplementChannel.values else []
    if left := event.data.get("left"):
        words.append(_("还缺%(n)s项") % {"n": left})
    return "，".join(words)


def _left_open(event: Event) -> str:
    codes = event.data.get("deferred") or []
    return _("容缺%(n)s项，须按承诺补交") % {"n": len(codes)} if codes else ""


def _claim_until(event: Event) -> str:
    until = parse_datetime(str(event.data.get("until") or ""))
    if until is None:
        return ""
    return _("须在%(day)s前到窗口申请，逾期视为撤回") % {"day": f"{timezone.localtime(until):%Y-%m-%d}"}


def _number(event: Event) -> str:
    number = event.data.get("number")
    return _("办件编号%(number)s") % {"number": number} if number else ""


for _what, _name in {
    "opened": Name(gettext_lazy("建立办件")),
    "applicant_set": Name(gettext_lazy("登记申请人")),
    "form_filled": Name(gettext_lazy("填写表单")),
    "material_recorded": Name(gettext_lazy("审看材料")),
    "material_attached": Name(gettext_lazy("上传材料")),
    "submitted": Name(gettext_lazy("网上提交"), gettext_lazy("您在网上提交了申请")),
    "returned": Name(gettext_lazy("预审退回"), gettext_lazy("预审没有通过，退回修改")),
    "resubmitted": Name(gettext_lazy("重新提交"), gettext_lazy("您重新提交了申请")),
    "received": Name(gettext_lazy("收件"), gettext_lazy("已收件"), detail=_number),
    "notice_given": Name(gettext_lazy("一次性告知"), gettext_lazy("请您补正材料"), detail=_what_is_missing),
    "supplemented": Name(
        gettext_lazy("补正齐全"), gettext_lazy("补正材料已收齐，受理期限重新计算"), detail=_how_it_came
    ),
    "supplemented_in_part": Name(
        gettext_lazy("补正收到一部分"), gettext_lazy("补正材料收到一部分"), detail=_how_it_came
    ),
    "supplement_posted": Name(
        gettext_lazy("补正材料在途"), gettext_lazy("补正材料已交邮，期限暂停"), kind="pause"
    ),
    "posting_struck": Name(gettext_lazy("注销在途邮件"), gettext_lazy("邮件没有收到，期限继续")),
    "accepted": Name(gettext_lazy("受理"), gettext_lazy("已受理"), detail=_left_open),
    "refused_acceptance": Name(gettext_lazy("不予受理"), gettext_lazy("不予受理"), kind="danger"),
    "reviewing": Name(gettext_lazy("送部门审查"), gettext_lazy("部门开始审查")),
    "deferral_supplied": Name(gettext_lazy("补交容缺材料"), gettext_lazy("容缺材料已补交")),
    "deferral_breached": Name(
        gettext_lazy("容缺材料逾期未补"), gettext_lazy("容缺材料逾期未补交"), kind="danger"
    ),
    "decided": Name(gettext_lazy("作出决定"), gettext_lazy("已作出决定")),
    "commitment_conforms": Name(gettext_lazy("承诺核查属实"), gettext_lazy("承诺经核查属实")),
    "commitment_found_false": Name(
        gettext_lazy("承诺核查不实"), gettext_lazy("承诺经核查不实，请您陈述申辩"), kind="danger"
    ),
    "commitment_statement": Name(gettext_lazy("陈述申辩"), gettext_lazy("您作了陈述申辩")),
    "commitment_statement_waived": Name(gettext_lazy("放弃陈述申辩"), gettext_lazy("您放弃了陈述申辩")),
    "commitment_statement_lapsed": Name(gettext_lazy("陈述申辩期限届满"), gettext_lazy("陈述申辩的期限已过")),
    "commitment_revoked": Name(gettext_lazy("决定撤销"), gettext_lazy("准予决定已撤销"), kind="danger"),
    "commitment_upheld": Name(gettext_lazy("决定不予撤销"), gettext_lazy("决定不予撤销")),
    "originals_returned": Name(gettext_lazy("退还原件"), gettext_lazy("原件已退还")),
    "ready": Name(gettext_lazy("可出件"), gettext_lazy("结果可以领取了")),
    "delivered": Name(gettext_lazy("送达"), gettext_lazy("结果已送达")),
    "archived": Name(gettext_lazy("归档"), gettext_lazy("已归档")),
    "waiting_ended": Name(
        gettext_lazy("法定等待期届满"), gettext_lazy("法定等待期已经届满"), detail=_claim_until
    ),
    "result_claimed": Name(gettext_lazy("等待期后申请发证"), gettext_lazy("您到场申请了结果")),
    "withdrawn": Name(gettext_lazy("撤回"), gettext_lazy("申请已撤回")),
    "terminated": Name(gettext_lazy("终止办理"), gettext_lazy("办理已终止"), kind="danger"),
}.items():
    _names[f"applications.{_what}"] = _name
    name_event(f"applications.{_what}", _name.staff)

name("clock_started", gettext_lazy("开始计时"), detail=_kind_of_clock)
name("clock_met", gettext_lazy("计时完成"), detail=_kind_of_clock)
name("clock_expired", gettext_lazy("期限届满"), kind="danger", detail=_kind_of_clock)
name("clock_cancelled", gettext_lazy("停止计时"), detail=_kind_of_clock)
name(
    "clock_paused", gettext_lazy("中止计时"), gettext_lazy("计时暂停"), kind="pause", detail=_ground_of_pause
)
name(
    "clock_resumed",
    gettext_lazy("恢复计时"),
    gettext_lazy("恢复计时"),
    kind="resumed",
    detail=_ground_of_pause,
)
name("clock_extended", gettext_lazy("延长期限"), gettext_lazy("办理期限延长"), detail=_kind_of_clock)
name("clock_recomputed", gettext_lazy("期限重算"), gettext_lazy("办结日期有调整"), detail=_kind_of_clock)
name("clock_warned", gettext_lazy("期限预警"), detail=_kind_of_clock)
name("personal_data.revealed", gettext_lazy("查看完整个人信息"))

for _code, _staff, _public, _dot in (
    ("bundle_opened", gettext_lazy("建立一件事办件"), "", ""),
    ("bundle_materials", gettext_lazy("审看材料"), "", ""),
    ("bundle_attached", gettext_lazy("上传材料"), "", ""),
    ("bundle_submitted", gettext_lazy("网上提交"), gettext_lazy("您在网上提交了申请"), ""),
    ("bundle_returned", gettext_lazy("预审退回"), gettext_lazy("预审没有通过，退回修改"), ""),
    ("bundle_received", gettext_lazy("收件"), gettext_lazy("已收件"), ""),
    ("bundle_notice", gettext_lazy("一次性告知"), gettext_lazy("请您补正材料"), ""),
    ("bundle_supplemented", gettext_lazy("补正齐全"), gettext_lazy("补正材料已收到"), ""),
    ("bundle_accepted", gettext_lazy("受理，各事项启动"), gettext_lazy("已受理，各部门同时办理"), ""),
    ("bundle_refused", gettext_lazy("不予受理"), gettext_lazy("不予受理"), "danger"),
    ("bundle_singly", gettext_lazy("申请人要求分别领取"), gettext_lazy("改为办好一项领一项"), ""),
    ("bundle_part_done", gettext_lazy("一个事项有了结果"), gettext_lazy("一个事项有了结果"), ""),
    ("bundle_part_ended", gettext_lazy("事项未启动"), gettext_lazy("一个事项不再办理"), "danger"),
    ("bundle_sunk", gettext_lazy("其余事项一并终止"), gettext_lazy("其余事项一并终止"), "danger"),
    ("bundle_concluded", gettext_lazy("全部事项办结"), gettext_lazy("全部事项办结"), ""),
    ("bundle_delivered", gettext_lazy("结果全部送达"), gettext_lazy("结果全部送达"), ""),
    ("bundle_partly_withdrawn", gettext_lazy("撤回未决定的事项"), gettext_lazy("未决定的事项已撤回"), ""),
    ("bundle_withdrawn", gettext_lazy("撤回"), gettext_lazy("申请已撤回"), ""),
    ("scope_cleared", gettext_lazy("核对负面清单，不属于禁止准入"), "", ""),
):
    name(f"applications.{_code}", _staff, _public, kind=_dot)

for _code, _staff, _public, _dot in (
    ("joined_project", gettext_lazy("纳入项目"), gettext_lazy("已纳入您的项目"), ""),
    (
        "prerequisite_awaited",
        gettext_lazy("等待前置事项"),
        gettext_lazy("提前受理，等前置事项的结果"),
        "pause",
    ),
    ("prerequisite_failed", gettext_lazy("前置事项没有办成"), gettext_lazy("前置事项没有办成"), "danger"),
    (
        "prerequisite_again",
        gettext_lazy("等待重新申请的前置事项"),
        gettext_lazy("等待重新申请的前置事项"),
        "",
    ),
    ("turn_set", gettext_lazy("前置结果已有，次一工作日启动"), gettext_lazy("前置事项已办好"), ""),
    ("prerequisite_met", gettext_lazy("前置结果成为材料"), gettext_lazy("前置事项的结果已取用"), "resumed"),
    ("project_registered", gettext_lazy("登记项目"), gettext_lazy("项目已登记"), ""),
    ("project_code_given", gettext_lazy("赋予项目代码"), gettext_lazy("项目有了代码"), ""),
    ("project_case_joined", gettext_lazy("办件纳入项目"), gettext_lazy("一个事项纳入项目"), ""),
    ("project_moved_on", gettext_lazy("项目进展"), gettext_lazy("项目有了进展"), ""),
    ("project_limit_extended", gettext_lazy("延长联合办理时限"), gettext_lazy("联合办理时限延长"), ""),
    ("project_given_up", gettext_lazy("项目终止"), gettext_lazy("项目已终止"), "danger"),
    ("project_green", gettext_lazy("进入绿色通道"), gettext_lazy("项目进入绿色通道"), ""),
    ("project_green_ended", gettext_lazy("退出绿色通道"), "", ""),
    ("helper_assigned", gettext_lazy("确定帮办人"), gettext_lazy("帮办人已确定"), ""),
    ("help_logged", gettext_lazy("帮办"), gettext_lazy("帮办人为您办了一件事"), ""),
    ("consultation_opened", gettext_lazy("发起准入评审"), gettext_lazy("开始准入评审"), ""),
    ("consultation_answered", gettext_lazy("部门答复准入征询"), "", ""),
    ("consultation_unanswered", gettext_lazy("部门未答复准入征询"), "", "danger"),
    ("consultation_summed_up", gettext_lazy("汇总准入意见"), gettext_lazy("准入评审意见已汇总"), ""),
):
    name(f"applications.{_code}", _staff, _public, kind=_dot)
