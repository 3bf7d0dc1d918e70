"""Vocabulary of persons, enterprises and mandates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IdType(TextChoices):
    """证件类型 of a natural person (DOMAIN §7)."""

    ID_CARD = "id_card", _("居民身份证")
    PASSPORT = "passport", _("护照")
    HK_MO_PERMIT = "hk_mo_permit", _("港澳居民来往内地通行证")
    TW_PERMIT = "tw_permit", _("台湾居民来往大陆通行证")
    RESIDENCE_PERMIT = "residence_permit", _("港澳台居民居住证")
    FOREIGN_RESIDENT = "foreign_resident", _("外国人永久居留身份证")
    OFFICER_CARD = "officer_card", _("军官证")


class EnterpriseKind(TextChoices):
    ENTERPRISE = "enterprise", _("企业法人")
    INDIVIDUAL = "individual", _("个体工商户")
    INSTITUTION = "institution", _("事业法人")
    SOCIAL = "social", _("社会组织法人")
    ORGAN = "organ", _("行政机关")
    OTHER = "other", _("其他组织")


class MandateScope(TextChoices):
    """What an agent may do for the principal."""

    APPLY = "apply", _("申请")
    SUPPLEMENT = "supplement", _("补正")
    WITHDRAW = "withdraw", _("撤回")
    COLLECT = "collect", _("领取")
