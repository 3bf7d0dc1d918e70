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
        "catalogue_exported": _("导出目录"),
        "change_set_drafted": _("拟定变更单"),
        "change_set_revised": _("修改变更单"),
        "change_set_narrowed": _("从变更单移出事项"),
        "change_set_submitted": _("变更单送审"),
        "change_set_approved": _("审定变更单"),
        "change_set_published": _("发布变更单"),
        "change_set_returned": _("退回变更单"),
        "change_set_dropped": _("撤销变更单"),
        "version_dropped": _("撤销草稿"),
        "material_defined": _("材料入库"),
        "material_corrected": _("更正材料库"),
        "proof_listed": _("证明列入目录"),
        "proof_corrected": _("更正证明目录"),
        "proof_unlisted": _("证明移出目录"),
        "transfer_prepared": _("拟订划转批次"),
        "transfer_changed": _("修改划转批次"),
        "transfer_item_put": _("列入划转批次"),
        "transfer_item_dropped": _("移出划转批次"),
        "transfer_hearing_declared": _("登记征求原部门意见的依据"),
        "transfer_approved": _("审定划转"),
        "transfer_returned": _("退回划转"),
        "transfer_recorded": _("登记已生效的划转"),
        "transfer_effective": _("划转生效"),
        "matter_transferred": _("划转"),
        "list_made": _("新建清单"),
        "list_changed": _("修改清单"),
        "list_batch_set": _("登记清单批次"),
        "form_file_put": _("上传表格或样表"),
        "form_file_dropped": _("撤下表格或样表"),
        "version_drafted": _("起草新版本"),
        "version_changed": _("修改草稿"),
        "version_checked": _("送审"),
        "version_approved": _("审定"),
        "version_returned": _("退回修改"),
        "version_published": _("发布"),
        "version_superseded": _("被取代"),
        "targets_exported": _("下载改革目标"),
        "bundle_created": _("录入一件事"),
        "bundle_drafted": _("起草一件事新版本"),
        "bundle_changed": _("修改一件事草稿"),
        "bundle_checked": _("一件事送审"),
        "bundle_approved": _("一件事审定"),
        "bundle_returned": _("一件事退回修改"),
        "bundle_published": _("一件事发布"),
        "bundle_turned": _("一件事状态变更"),
        "negative_list_set": _("设定负面清单版本"),
        "negative_item_entered": _("录入负面清单条目"),
        "negative_item_changed": _("修改负面清单条目"),
        "negative_field_set": _("设定负面清单对照字段"),
        "version_withdrawn": _("撤回发布"),
    }.items():
        name_event(what, word)
