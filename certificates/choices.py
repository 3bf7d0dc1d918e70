"""Vocabulary of papers, seals and certificates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaperKind(TextChoices):
    """文书 (DOMAIN §7)."""

    RECEIPT = "receipt", _("收件凭证")
    ACCEPTANCE = "acceptance", _("受理通知书")
    CORRECTION = "correction", _("补正材料一次性告知书")
    DEFERRAL_NOTICE = "deferral_notice", _("容缺受理通知书")
    DEFERRAL_PLEDGE = "deferral_pledge", _("容缺受理承诺书")
    NOT_ACCEPTED = "not_accepted", _("不予受理决定书")
    SUPPLEMENT = "supplement", _("补正材料接收凭证")
    COMMITMENT = "commitment", _("告知承诺书")
    STATEMENT_RIGHT = "statement_right", _("陈述申辩告知书")
    REVIEW_SUMMARY = "review_summary", _("审核情况汇总表")
    SILENCE_EVIDENCE = "silence_evidence", _("默认同意证据")
    GRANT = "grant", _("准予决定书")
    REFUSAL = "refusal", _("不予决定书")
    CERTIFICATE = "certificate", _("证照")
    DELIVERY_RECORD = "delivery_record", _("送达回证")
    RETURN_NOTICE = "return_notice", _("网上预审退回通知书")
    WITHDRAWAL = "withdrawal", _("撤回通知书")
    TERMINATION = "termination", _("终止办理通知书")
    SPECIAL_PROCEDURE = "special_procedure", _("特别程序告知书")
    HEARING_RIGHT = "hearing_right", _("听证告知书")
    HEARING_NOTICE = "hearing_notice", _("听证通知书")
    HEARING_RECORD = "hearing_record", _("听证笔录")
    EXTENSION = "extension", _("延长办理期限通知书")
    REVOCATION = "revocation", _("撤销决定书")
    SESSION_NOTICE = "session_notice", _("联合办理通知")
    SESSION_MINUTES = "session_minutes", _("联合办理纪要")
    TRANSFER_SLIP = "transfer_slip", _("物料转移单")


class PaperState(TextChoices):
    REGISTERED = "registered", _("已编号待制作")
    DRAWN = "drawn", _("已制作")
    FAILED = "failed", _("制作失败")


class SealKind(TextChoices):
    ORGAN = "organ", _("机关印章")
    APPROVAL = "approval", _("行政审批专用章")
    ACCEPTANCE = "acceptance", _("受理专用章")


class SealState(TextChoices):
    """Life of a seal (S1 四(三)); after sealing up no paper may bear it."""

    IN_USE = "in_use", _("启用")
    STOPPED = "stopped", _("停用")
    SEALED_UP = "sealed_up", _("封存")
    DESTROYED = "destroyed", _("销毁")


class CertificateState(TextChoices):
    VALID = "valid", _("有效")
    SUPERSEDED = "superseded", _("已被替换")
    REVOKED = "revoked", _("已撤销")


class DeliveryMode(TextChoices):
    WINDOW = "window", _("窗口领取")
    POST = "post", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")


class CollectorRelation(TextChoices):
    SELF = "self", _("本人")
    LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人")
    AGENT = "agent", _("受托人")


class PrintKind(TextChoices):
    """What is printed in bulk for the counter."""

    QR_SHEET = "qr_sheet", _("二维码立牌")
    MANUAL = "manual", _("业务手册")


class PrintState(TextChoices):
    """印制的进度."""

    WAITING = "waiting", _("等待印制")
    DONE = "done", _("已制好")
    FAILED = "failed", _("没有制成")
