"""What people call the events and states that the journal names by code. Each room names its own."""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

# The building's own; the rooms above add theirs when they open.
_words: dict[str, Text] = {
    "account.created": _("开设账号"),
    "account.registered": _("注册账号"),
    "account.logged_in": _("登录"),
    "account.logged_out": _("退出"),
    "account.locked": _("账号锁定"),
    "account.password_changed": _("修改密码"),
    "account.password_reset": _("重设密码"),
    "account.identity_confirmed": _("核验身份"),
    "account.deactivated": _("停用账号"),
    "account.reactivated": _("恢复账号"),
    "person.registered": _("登记个人"),
    "person.renamed": _("更正姓名"),
    "person.phone_changed": _("更改电话"),
    "enterprise.registered": _("登记单位"),
    "enterprise.renamed": _("更正单位名称"),
    "enterprise.phone_changed": _("更改单位电话"),
    "mandate.granted": _("登记委托"),
    "mandate.revoked": _("撤销委托"),
    "post.assigned": _("授予岗位"),
    "post.ended": _("收回岗位"),
    "jurisdiction.changed": _("修改辖区"),
    "jurisdiction.policies_set": _("修改政策"),
    "department.created": _("新建部门"),
    "department.changed": _("修改部门"),
    "hall.created": _("新建大厅"),
    "hall.changed": _("修改大厅"),
    "zone.created": _("新建分区"),
    "zone.changed": _("修改分区"),
    "window.created": _("新建窗口"),
    "window.changed": _("修改窗口"),
    "window.removed": _("撤销窗口"),
    "calendar_changed": _("工作日历变更"),
    "calendar_applied": _("按新日历移动时限"),
    "outage_noted": _("平台故障"),
    "clock_moved": _("拨动示范时钟"),
    "clock_reset": _("恢复真实时间"),
    "trail.rebased": _("留痕迁入新数据库"),
}


def name_event(what: str, word: Text) -> None:
    """Give the event `what` its word."""
    _words[what] = word


def event_word(what: str) -> str:
    """What people call the event; its code if nobody has named it."""
    return str(_words.get(what, what))


def events_called(text: str) -> list[str]:
    """The codes of events whose word contains `text`."""
    return [what for what, word in _words.items() if text in str(word)]


def state_word(subject_type: str, state: str) -> str:
    """What people call a state of such a subject: the label in its model's own vocabulary."""
    try:
        choices = apps.get_model(subject_type)._meta.get_field("state").choices or ()
    except (LookupError, ValueError, FieldDoesNotExist):
        return state
    return str(dict(choices).get(state, state))
