"""Elements of the implementation list (实施清单, GB/T 39046) beyond what intake, route and clocks read.

They say by which right an organ acts, by which ways the public reaches it, what it hands out, and who hears
an appeal. Each has a value that leaves a version valid which was written before the element existed; what
is still to be stated is said by the rules in `matters.checks`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import Channel, DeliveryMode, OrganNature, PaperSize, PaymentWay, PowerSource


class StatedElements(models.Model):
    """Elements of a version that the public and the supervisors read."""

    # By which right
    power_source = models.CharField(
        _("权力来源"), max_length=16, choices=PowerSource, default=PowerSource.STATUTORY
    )
    organ_nature = models.CharField(
        _("实施主体性质"), max_length=12, choices=OrganNature, default=OrganNature.STATUTORY
    )
    entrusted_by = models.CharField(_("委托部门"), max_length=100, blank=True)
    handling_office = models.CharField(_("承办机构"), max_length=100, blank=True)
    power_division = models.CharField(_("权限划分"), max_length=500, blank=True)
    exercised_content = models.CharField(_("行使内容"), max_length=500, blank=True)
    joint_organs = models.JSONField(_("联办机构"), default=list)  # [{"name", "uscc"}]
    exclusions = models.JSONField(_("不适用承诺和默认的情形"), default=list)  # ExclusionGround values
    # By which ways
    channels = models.JSONField(_("办理形式"), default=list)  # Channel values
    in_centre = models.BooleanField(_("进驻大厅"), default=True)
    outside_reason = models.CharField(_("不进驻大厅的原因"), max_length=200, blank=True)
    one_window = models.BooleanField(_("无差别受理（综合窗口）"), default=True)
    appointment_daily = models.PositiveSmallIntegerField(_("每天可预约量"), null=True, blank=True)
    appointment_rule = models.CharField(_("预约规则"), max_length=200, blank=True)
    intermediaries = models.JSONField(_("中介服务"), default=list)  # [{"name", "provider", "basis"}]
    payment_ways = models.JSONField(_("支付方式"), default=list)  # PaymentWay values
    # How long, in words
    promised_note = models.CharField(_("承诺时限说明"), max_length=200, blank=True)
    statutory_note = models.CharField(_("法定时限说明"), max_length=200, blank=True)
    # What comes out, and what one may do about it
    delivery_modes = models.JSONField(_("送达方式"), default=list)  # DeliveryMode values
    result_sample = models.JSONField(_("结果样本"), default=list)  # [{"field", "value"}]
    rights_and_duties = models.JSONField(_("权利义务"), default=list)  # [str]
    review_organ = models.JSONField(_("行政复议机关"), null=True, blank=True)  # name, address, phone, url
    court = models.JSONField(_("行政诉讼法院"), null=True, blank=True)  # name, address, phone, url

    class Meta:
        abstract = True

    @property
    def online_payment(self) -> bool:
        """网上支付: can a fee be paid without coming?"""
        return PaymentWay.ONLINE in self.payment_ways

    @property
    def self_service(self) -> bool:
        """自助终端: can it be done at a terminal?"""
        return Channel.TERMINAL in self.channels

    @property
    def courier(self) -> tuple[bool, bool]:
        """物流快递: may materials be sent in by post, and is the result sent out by post?"""
        return Channel.POST in self.channels, DeliveryMode.POST in self.delivery_modes

    @property
    def takes_appointments(self) -> bool:
        """预约: is there a number of appointments a day?"""
        return bool(self.appointment_daily)

    @property
    def done_at_once(self) -> bool:
        """是否一次办好: at most one visit."""
        return self.visits <= 1  # type: ignore[attr-defined]  # of MatterVersion


class StatedMaterial(models.Model):
    """Elements of a material that say exactly what is taken."""

    paper_size = models.CharField(_("规格"), max_length=8, choices=PaperSize, blank=True)
    issued_within = models.CharField(_("出具时间要求"), max_length=100, blank=True)
    acceptance_standard = models.CharField(_("受理标准"), max_length=300, blank=True)
    blank_form = models.CharField(
        _("空白表格"), max_length=300, blank=True, help_text=_("表格名称或者下载地址")
    )
    sample = models.CharField(_("示例样表"), max_length=300, blank=True, help_text=_("样表名称或者下载地址"))

    class Meta:
        abstract = True
