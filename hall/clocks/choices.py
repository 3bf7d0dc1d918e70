"""Vocabulary of the clocks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """What a limit is counted in (DOMAIN §4: 工作日/自然日/小时/月)."""

    WORKING_DAY = "working_day", _("工作日")
    CALENDAR_DAY = "calendar_day", _("自然日")
    WORKING_MINUTE = "working_minute", _("工作分钟")
    MONTH = "month", _("月")


class Ends(models.TextChoices):
    """At which moment of its last day a period is over."""

    DAY_END = "day_end", _("最后一日24时")
    CLOSE_OF_OFFICE = "close_of_office", _("最后一日下班时")
    # A date printed on a paper (validity of a certificate): working or not, it is the date.
    FIXED_DATE = "fixed_date", _("确定日期24时")


class Kind(models.TextChoices):
    """What a clock watches over (DESIGN §3)."""

    ACCEPTANCE = "acceptance", _("受理时限")
    PRE_REVIEW = "pre_review", _("预审时限")
    PROMISED = "promised", _("承诺办结时限")
    STATUTORY = "statutory", _("法定办结时限")
    TASK_RECEIPT = "task_receipt", _("部门签收时限")
    TASK_OPINION = "task_opinion", _("部门意见时限")
    SESSION_ATTENDANCE = "session_attendance", _("联审到会时限")
    CORRECTION = "correction", _("补正时限")
    SUPPLEMENT = "supplement", _("容缺补交时限")
    SPECIAL_PROCEDURE = "special_procedure", _("特别程序时限")
    HEARING_REQUEST = "hearing_request", _("听证申请期限")
    EXTENSION = "extension", _("延期时限")
    REPORT_PAUSE = "report_pause", _("报备中止期限")
    DELIVERY = "delivery", _("送达时限")
    ARCHIVING = "archiving", _("归档时限")
    RATING_CONTACT = "rating_contact", _("差评回访时限")
    RECTIFICATION = "rectification", _("整改时限")
    CERTIFICATE_EXPIRY = "certificate_expiry", _("证照有效期")
    # 审管互动: a pushed decision waits to be signed for, a suggestion to revoke waits for its answer.
    PUSH_RECEIPT = "push_receipt", _("推送签收时限")
    ADVICE = "advice", _("撤销建议答复时限")
    # 法定等待期 (离婚冷静期): belongs to nobody, neither to the office nor to the applicant. And the time
    # in which the applicant must come for the result afterwards.
    WAITING = "waiting", _("法定等待期")
    CLAIM = "claim", _("等待期后申领期限")
    # 告知承诺: the promise is checked afterwards; found false, the holder is heard first.
    COMMITMENT_CHECK = "commitment_check", _("承诺核查期限")
    STATEMENT = "statement", _("陈述申辩期限")
    # One bundle of matters (一件事): as a whole, beside the clocks of its cases.
    BUNDLE = "bundle", _("一件事承诺时限")
    BUNDLE_ACCEPTANCE = "bundle_acceptance", _("一件事受理时限")
    BUNDLE_CORRECTION = "bundle_correction", _("一件事补正时限")
    BUNDLE_PRE_REVIEW = "bundle_pre_review", _("一件事预审时限")
    # One building project (一码) as a whole, and what departments are asked before any case exists.
    PROJECT = "project", _("项目审批承诺时限")
    PROJECT_JOINT = "project_joint", _("项目联合办理法定时限")
    CONSULTATION = "consultation", _("准入征询时限")


class State(models.TextChoices):
    """A paused clock is a running one without a due date: "paused" is an open interval, not a state."""

    RUNNING = "running", _("计时中")
    MET = "met", _("已完成")
    EXPIRED = "expired", _("已届满")
    CANCELLED = "cancelled", _("已取消")


class Ground(models.TextChoices):
    """Why a clock may stand still. The first eight are the closed list of 行政许可法 Art. 45."""

    HEARING = "hearing", _("听证")
    TENDER = "tender", _("招标")
    AUCTION = "auction", _("拍卖")
    INSPECTION = "inspection", _("检验")
    TESTING = "testing", _("检测")
    QUARANTINE = "quarantine", _("检疫")
    APPRAISAL = "appraisal", _("鉴定")
    EXPERT_REVIEW = "expert_review", _("专家评审")
    CORRECTION = "correction", _("补正材料")
    REPORT = "report", _("特殊情况报备")
    SUPERVISED = "supervised", _("待督查放行")
    FORCE_MAJEURE = "force_majeure", _("不可抗力")
    OTHER_LAW = "other_law", _("其他法定事由")
    OUTAGE = "outage", _("平台故障")
    WAITING = "waiting", _("法定等待期")
    # Only clocks of departments' tasks stand still for these, never a limit of the case.
    RULING = "ruling", _("职责待裁定")
    COUNTERSIGN = "countersign", _("等待会签")
    # A case of a project before its turn, and a project between its stages (applications.project_time).
    PREREQUISITE = "prerequisite", _("等待前置事项的结果")
    APPLICANT = "applicant", _("申请人准备，没有在办事项")


# 行政许可法 Art. 45: only these special procedures stop the clock of a licence, and only told in writing.
SPECIAL_PROCEDURES = (
    Ground.HEARING,
    Ground.TENDER,
    Ground.AUCTION,
    Ground.INSPECTION,
    Ground.TESTING,
    Ground.QUARANTINE,
    Ground.APPRAISAL,
    Ground.EXPERT_REVIEW,
)


class LineKind(models.TextChoices):
    """What one day of an explanation says."""

    START = "start", _("起算日")
    COUNTED = "counted", _("计入")
    MAKE_UP = "make_up", _("调休上班，计入")
    WEEKEND = "weekend", _("周末")
    HOLIDAY = "holiday", _("节假日")
    CLOSED = "closed", _("非办公时间")
    PAUSED = "paused", _("中止")
    OUTAGE = "outage", _("平台故障")
    END = "end", _("届满")
