"""Vocabulary of the organisation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """行使层级: at which level of government a power is exercised."""

    NATION = "nation", _("国家级")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    TOWN = "town", _("镇级")
    VILLAGE = "village", _("村级")


class DepartmentKind(TextChoices):
    ORGAN = "organ", _("政府部门")
    APPROVAL_BUREAU = "approval_bureau", _("行政审批局")
    TOWN = "town", _("镇街")
    VERTICAL = "vertical", _("垂直管理机构")
    INSTITUTION = "institution", _("事业单位")
    UTILITY = "utility", _("公用企业")


class WindowKind(TextChoices):
    """What a window is there for (DOMAIN §7)."""

    GUIDE = "guide", _("导办咨询")
    INTAKE = "intake", _("综合受理")
    SPECIAL = "special", _("专窗")
    ISSUE = "issue", _("统一出件")
    HELP = "help", _("帮办代办")
    COMPLAINT = "complaint", _("办不成事反映")


class Domain(TextChoices):
    """The eight domains of S3 四(二)1, each with its own leading department."""

    INVESTMENT = "investment", _("投资项目")
    BUSINESS = "business", _("商事登记")
    REAL_ESTATE = "real_estate", _("不动产")
    PUBLIC_SECURITY = "public_security", _("公安")
    HOUSING_FUND = "housing_fund", _("公积金")
    TAX = "tax", _("税务")
    SOCIAL_INSURANCE = "social_insurance", _("人力社保")
    SOCIAL_AFFAIRS = "social_affairs", _("社会事务")


class Role(TextChoices):
    """What a post lets its holder do. The three administrators are three people (DESIGN §5.4)."""

    CLERK = "clerk", _("综合受理员")
    ISSUER = "issuer", _("出件员")
    REVIEWER = "reviewer", _("审查员")
    HEAD = "head", _("部门负责人")
    KEEPER = "keeper", _("目录管理员")
    SUPERVISOR = "supervisor", _("督查员")
    MANAGER = "manager", _("大厅管理员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
# Who has a case in hand. None of the three administrators is among them (DOMAIN §9, DESIGN §5.4).
CASE_HANDLERS = {Role.CLERK, Role.ISSUER, Role.REVIEWER, Role.HEAD}
