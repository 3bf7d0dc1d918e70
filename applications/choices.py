"""Vocabulary of the case (办件)."""

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """The way of a case (DESIGN §2). "Paused" is not a state but an open interval on a clock."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("预审中")
    RETURNED = "returned", _("预审退回")
    RECEIVED = "received", _("已收件")
    CORRECTING = "correcting", _("补正中")
    ACCEPTED = "accepted", _("已受理")
    REVIEWING = "reviewing", _("审查中")
    DECIDED = "decided", _("已决定")
    READY = "ready", _("待出件")
    DELIVERED = "delivered", _("已送达")
    ARCHIVED = "archived", _("已归档")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")
    TERMINATED = "terminated", _("已终止")


class Outcome(TextChoices):
    GRANTED = "granted", _("准予")
    REFUSED = "refused", _("不予")


class Channel(TextChoices):
    DESK = "desk", _("窗口")
    ONLINE = "online", _("网上")


class AcceptanceMode(TextChoices):
    NORMAL = "normal", _("受理")
    DEFERRED = "deferred", _("容缺受理")
    COMMITMENT = "commitment", _("告知承诺")
    DEEMED = "deemed", _("视为受理")


class MaterialVerdict(TextChoices):
    """What the desk says of one material."""

    PENDING = "pending", _("未审")
    OK = "ok", _("符合")
    FAULTY = "faulty", _("待补正")
    MISSING = "missing", _("缺少")
    DEFERRED = "deferred", _("容缺")
    SHARED = "shared", _("部门核查，免交")
    REUSED = "reused", _("证照复用")
    COMMITTED = "committed", _("以承诺替代")
    NOT_NEEDED = "not_needed", _("本情形不需要")


class DeferralState(TextChoices):
    OPEN = "open", _("待补")
    SUPPLIED = "supplied", _("已补")
    BREACHED = "breached", _("逾期未补")


class SupplementChannel(TextChoices):
    """By which way the applicant hands in what was asked for later (S4 四(六))."""

    DESK = "desk", _("窗口")
    ONLINE = "online", _("网上")
    POST = "post", _("邮寄")
    EMAIL = "email", _("电子邮件")
    FAX = "fax", _("传真")
    MESSAGE = "message", _("即时通讯")


class CommitmentState(TextChoices):
    """What became of a promise that stood in for proof (告知承诺)."""

    AWAITING = "awaiting", _("待核查")
    CONFORMS = "conforms", _("核查属实")
    FALSE = "false", _("核查不实，待陈述申辩")
    UPHELD = "upheld", _("听取申辩后不予撤销")
    REVOKED = "revoked", _("已撤销")


class CheckResult(TextChoices):
    """What came of a department's own check of a material (部门核查)."""

    OBTAINED = "obtained", _("已核查获取")
    NOT_FOUND = "not_found", _("没有查到")
    DIFFERS = "differs", _("与申请不一致")


class PartState(TextChoices):
    """A part of a bundle in hand (一件事的组成事项)."""

    WAITING = "waiting", _("待前置事项")
    RUNNING = "running", _("办理中")
    DONE = "done", _("已有结果")
    ENDED = "ended", _("未启动")
    LEFT_OUT = "left_out", _("本情形不办")


class RefusalGround(TextChoices):
    """Why an application is not accepted (行政许可法 Art. 32(1)(2))."""

    NOT_NEEDED = "not_needed", _("依法不需要取得该许可")
    NOT_COMPETENT = "not_competent", _("不属于本机关职权范围")
    NOT_CORRECTED = "not_corrected", _("逾期未补正或补正后仍不符合")
    NOT_ELIGIBLE = "not_eligible", _("不符合法定受理条件")


class ProjectState(TextChoices):
    """How far a building project (一码) is as a whole."""

    PROPOSED = "proposed", _("准入阶段")
    UNDER_WAY = "under_way", _("审批中")
    BUILDING = "building", _("开工建设")
    FINISHED = "finished", _("已竣工")
    GIVEN_UP = "given_up", _("已终止")


class ProjectNature(TextChoices):
    """What an investment project builds or buys: the type in its national code (GB/T 40058)."""

    CONSTRUCTION = "01", _("基本建设")
    RENOVATION = "02", _("技术改造")
    PURCHASE = "03", _("单纯购置")
    INFORMATION = "04", _("信息化")
    OTHER = "05", _("其他项目")


class WaitState(TextChoices):
    """A case of a project and the result that it waits for (前置事项)."""

    WAITING = "waiting", _("等待前置结果")
    MET = "met", _("前置结果已取得")
    FAILED = "failed", _("前置事项没有办成")


class HelpKind(TextChoices):
    """What a named helper did for a project (帮办)."""

    CALL = "call", _("电话沟通")
    VISIT = "visit", _("上门服务")
    MEETING = "meeting", _("跟踪会办")
    PAPERS = "papers", _("代办材料")
    COORDINATION = "coordination", _("部门协调")


class ConsultationState(TextChoices):
    """A consultation before any case exists (准入评审)."""

    OPEN = "open", _("征询中")
    CLOSED = "closed", _("已汇总")


class AnswerState(TextChoices):
    """What became of one department's question."""

    ASKED = "asked", _("待答复")
    ANSWERED = "answered", _("已答复")
    LATE = "late", _("逾期后答复")
    SILENT = "silent", _("未答复")


class Feasibility(TextChoices):
    """What a department says of a project that is only planned."""

    FEASIBLE = "feasible", _("可行")
    CONDITIONAL = "conditional", _("有条件可行")
    NOT_FEASIBLE = "not_feasible", _("不可行")


class TerminationGround(TextChoices):
    """Why a case ends before its result, other than by the applicant's own wish."""

    NOT_SUPPLIED = "not_supplied", _("容缺材料逾期未补")
    APPLICANT_GONE = "applicant_gone", _("申请人死亡或者终止")
    OBJECT_GONE = "object_gone", _("申请的标的不复存在")
    FALSE_PROMISE = "false_promise", _("承诺不实")
    BUNDLE_SUNK = "bundle_sunk", _("一件事的关键事项没有办成")
    OTHER = "other", _("其他不能继续办理的情形")


FINAL = {State.ARCHIVED, State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED}
CLOSED = FINAL | {State.DELIVERED}  # the applicant waits for nothing any more
# Where a part of a bundle has its result, or will have none.
CAME_TO_AN_END = FINAL | {State.READY, State.DELIVERED}
CONCLUDED = FINAL | {State.DELIVERED, State.READY, State.DECIDED}

# Who leaves the desk without letting go of a case blocks nobody for longer than this.
HELD_FOR = dt.timedelta(minutes=10)
