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
