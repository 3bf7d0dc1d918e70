"""How the events of the catalogue read in the journal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hall.trail.words import name_event


def register() -> None:
    """Give the events of the catalogue their words."""
    for what, word in {
        "matter_created": _("录入事项"),
        "matter_changed": _("更新事项"),
        "matter_renamed": _("修改名称或别名"),
        "matter_suspended": _("暂停"),
        "matter_resumed": _("恢复"),
        "matter_cancelled": _("取消"),
        "matter_listed": _("列入清单"),
        "matters_imported": _("导入清单"),
        "list_made": _("新建清单"),
        "list_changed": _("修改清单"),
        "version_drafted": _("起草新版本"),
        "version_changed": _("修改草稿"),
        "version_checked": _("送审"),
        "version_approved": _("审定"),
        "version_returned": _("退回修改"),
        "version_published": _("发布"),
        "version_superseded": _("被取代"),
        "targets_exported": _("下载改革目标"),
        "version_withdrawn": _("撤回发布"),
    }.items():
        name_event(what, word)
