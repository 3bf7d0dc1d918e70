"""Vocabulary of supervision."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CardKind(TextChoices):
    """预警、黄牌、红牌: before and over the promise, over the law. Office: the system acted in its place."""

    WARNING = "warning", _("预警")
    YELLOW = "yellow", _("黄牌")
    RED = "red", _("红牌")
    OFFICE = "office", _("窗口提醒")


class CardState(TextChoices):
    OPEN = "open", _("待反馈")
    ANSWERED = "answered", _("已反馈")
    CLOSED = "closed", _("已销号")


class Measure(TextChoices):
    """What is counted per day, place and department. Every count can be recomputed from the journal."""

    RECEIVED = "received", _("收件")
    ACCEPTED = "accepted", _("受理")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    NOTICED = "noticed", _("一次性告知")
    DECIDED = "decided", _("办结")
    ON_TIME = "on_time", _("按时办结")
    INSTANT = "instant", _("即时办结")
    DELIVERED = "delivered", _("送达")
    DEEMED = "deemed", _("默认同意")
    WITHDRAWN = "withdrawn", _("撤回")
    TERMINATED = "terminated", _("终止")
    VISITS = "visits", _("到现场次数")
    PROMISED_DAYS = "promised_days", _("承诺时限合计（工作日）")
    STATUTORY_DAYS = "statutory_days", _("法定时限合计（工作日）")
    TAKEN_DAYS = "taken_days", _("实际用时合计（工作日）")


class DutyKind(TextChoices):
    """监管分工: who watches over a trade, and who enforces the law in it."""

    SUPERVISION = "supervision", _("行业监管")
    ENFORCEMENT = "enforcement", _("行政执法")


class MessageKind(TextChoices):
    """What supervising departments and outside systems are told of: a decision, or a change of it."""

    GRANTED = "granted", _("准予决定")
    REFUSED = "refused", _("不予决定")
    ISSUED = "issued", _("证照制发")
    SUPERSEDED = "superseded", _("证照换发、更正")
    REVOKED = "revoked", _("撤销")
    CANCELLED = "cancelled", _("注销")
    EXPIRED = "expired", _("有效期届满")


class PushState(TextChoices):
    WAITING = "waiting", _("未签收")
    ACKNOWLEDGED = "acknowledged", _("已签收")
    ANSWERED = "answered", _("已反馈")


class AcknowledgedVia(TextChoices):
    """How a push was signed for: at the desk, by the department's system, by that system's receipt."""

    DESK = "desk", _("收件箱签收")
    API = "api", _("接口签收")
    RECEIPT = "receipt", _("投递回执")


class NoteKind(TextChoices):
    """监管信息: what a supervising department pushes back."""

    INSPECTION = "inspection", _("监督检查")
    PENALTY = "penalty", _("行政处罚")
    REVOCATION = "revocation", _("撤销建议")
    OTHER = "other", _("其他")


class AdviceState(TextChoices):
    """What the deciding organ's head answers to a suggestion to revoke."""

    OPEN = "open", _("待答复")
    FOLLOWED = "followed", _("采纳")
    DECLINED = "declined", _("不采纳")


class DeliveryState(TextChoices):
    WAITING = "waiting", _("待投递")
    SENDING = "sending", _("投递中")
    DELIVERED = "delivered", _("已送达")
    DEAD = "dead", _("投递失败")
    GIVEN_UP = "given_up", _("已放弃")
