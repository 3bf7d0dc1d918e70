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


class SealRule(TextChoices):
    """Whose seal a decision bears."""

    DEPARTMENT = "department", _("各部门用各自的章")
    BUREAU = "bureau", _("行政审批局一枚印章管审批")
    TERRITORY = "territory", _("按项目所在地用章")


class WindowGrouping(TextChoices):
    """How the windows of a hall are grouped."""

    DOMAINS = "domains", _("八个领域")
    ZONES = "zones", _("四个分区")


class Target(TextChoices):
    """What a place has promised its government (S0–S4). Shares are 0–1, the others are numbers."""

    AT_MOST_ONCE = "at_most_once", _("最多跑一次的比例")
    ZERO_VISIT = "zero_visit", _("一次不用跑的比例")
    ONLINE_SHARE = "online_share", _("网上可办的比例")
    ONLINE_LIVELIHOOD = "online_livelihood_enterprise", _("民生和企业事项网上可办的比例")
    ONE_CERTIFICATE = "one_certificate_livelihood", _("民生事项一证通办的比例")
    IN_HALL = "in_hall", _("事项进驻大厅的比例")
    UNDIFFERENTIATED = "undifferentiated", _("无差别受理的比例")
    ON_PLATFORM = "on_platform", _("事项上平台的比例")
    ONE_CODE = "one_code_share", _("投资项目一码管理的比例")
    HALVED = "licence_time_halved", _("许可承诺时限减半的比例")
    PROJECT_DAYS = "project_calendar_days", _("投资项目开工前审批的自然日")
    REAL_ESTATE_DAYS = "real_estate_working_days", _("不动产登记的工作日")
    BUSINESS_START_DAYS = "business_start_working_days", _("开办企业的工作日")
    FIRST_LIST = "first_list_total", _("首批清单的事项数")
    TRANSFERRED = "transferred_total", _("划转的事项数")
    FIRST_BATCH = "first_batch", _("首批划转的事项数")
    ASSOCIATED = "associated", _("关联事项数")


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
