"""Vocabulary of the catalogue (DOMAIN §4–5; GB/T 39046)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MatterType(TextChoices):
    """事项类型; the values are the national type codes."""

    LICENCE = "01", _("行政许可")
    GRANT = "05", _("行政给付")
    CONFIRMATION = "07", _("行政确认")
    REWARD = "08", _("行政奖励")
    ADJUDICATION = "09", _("行政裁决")
    OTHER_POWER = "10", _("其他行政权力")
    PUBLIC_SERVICE = "20", _("公共服务")


class CaseType(TextChoices):
    """办件类型: decided on the spot, or within a promised time."""

    INSTANT = "instant", _("即办件")
    PROMISED = "promised", _("承诺件")


class MatterState(TextChoices):
    """事项状态."""

    ACTIVE = "active", _("在用")
    SUSPENDED = "suspended", _("暂停")
    CANCELLED = "cancelled", _("取消")


class VersionState(TextChoices):
    """版本状态. A withdrawn version was published for a later date and never came into force."""

    DRAFT = "draft", _("草稿")
    CHECKED = "checked", _("已校核")
    APPROVED = "approved", _("已审定")
    PUBLISHED = "published", _("已发布")
    SUPERSEDED = "superseded", _("已被取代")
    WITHDRAWN = "withdrawn", _("已撤回")


class ApplicantKind(TextChoices):
    """服务对象."""

    PERSON = "person", _("自然人")
    INDIVIDUAL = "individual", _("个体工商户")
    ENTERPRISE = "enterprise", _("企业法人")
    INSTITUTION = "institution", _("事业法人")
    SOCIAL = "social", _("社会组织法人")
    ORGAN = "organ", _("行政机关")
    OTHER = "other", _("其他组织")


class Necessity(TextChoices):
    """必要性 of a material."""

    REQUIRED = "required", _("必要")
    OPTIONAL = "optional", _("非必要")
    DEFERRABLE = "deferrable", _("容缺后补")


class MaterialForm(TextChoices):
    ORIGINAL = "original", _("原件")
    COPY = "copy", _("复印件")
    EITHER = "either", _("原件或复印件")


class Media(TextChoices):
    PAPER = "paper", _("纸质")
    ELECTRONIC = "electronic", _("电子")
    BOTH = "both", _("纸质或电子")


class MaterialSource(TextChoices):
    """来源渠道; the values are the national codes."""

    APPLICANT = "10", _("申请人自备")
    GOVERNMENT = "20", _("政府部门核发")
    INTERMEDIARY = "30", _("中介机构出具")
    OTHER = "99", _("其他来源")


class ResultKind(TextChoices):
    """审批结果类型."""

    CERTIFICATE = "certificate", _("证照")
    DOCUMENT = "document", _("批文")
    OTHER = "other", _("其他")
    NONE = "none", _("无")


class Scope(TextChoices):
    """通办范围."""

    NATION = "nation", _("全国")
    PROVINCE = "province", _("全省")
    CITY = "city", _("全市")
    COUNTY = "county", _("全县")


class PowerSource(TextChoices):
    """权力来源: by which right the organ acts (GB/T 39046)."""

    STATUTORY = "statutory", _("法定本级行使")
    DEVOLVED = "devolved", _("上级下放")
    AUTHORISED_ABOVE = "authorised_above", _("上级授权")
    AUTHORISED_PEER = "authorised_peer", _("同级授权")
    ENTRUSTED_ABOVE = "entrusted_above", _("上级委托")
    ENTRUSTED_PEER = "entrusted_peer", _("同级委托")


class OrganNature(TextChoices):
    """实施主体性质."""

    STATUTORY = "statutory", _("法定机关")
    AUTHORISED = "authorised", _("授权组织")
    ENTRUSTED = "entrusted", _("受委托组织")
    OTHER = "other", _("其他主体")


class Channel(TextChoices):
    """办理形式: by which ways an application reaches the organ."""

    WINDOW = "window", _("窗口办理")
    WEB = "web", _("电脑网上办理")
    MOBILE = "mobile", _("移动端办理")
    POST = "post", _("快递申请")
    TERMINAL = "terminal", _("自助终端办理")


class DeliveryMode(TextChoices):
    """送达方式 of the result, as the guide offers it."""

    WINDOW = "window", _("窗口领取")
    POST = "post", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")


class PaymentWay(TextChoices):
    """支付方式 of a fee."""

    WINDOW = "window", _("窗口缴费")
    ONLINE = "online", _("网上支付")
    BANK = "bank", _("银行代收")


class PaperSize(TextChoices):
    """规格 of a material."""

    A4 = "a4", _("A4")
    A3 = "a3", _("A3")
    OTHER = "other", _("其他规格")


class ExclusionGround(TextChoices):
    """Why neither a promise nor silence may stand for examination (国办发〔2020〕42号; S0 §18)."""

    NATIONAL_SECURITY = "national_security", _("国家安全、国家秘密")
    PUBLIC_SAFETY = "public_safety", _("公共安全")
    FINANCE = "finance", _("金融业审慎监管")
    ECOLOGY = "ecology", _("生态环境保护")
    LIFE = "life", _("直接关系人身健康、生命财产安全")
    FOREIGN = "foreign", _("重要涉外")
    HIGH_RISK = "high_risk", _("风险较大、纠错成本较高")


class StepKind(TextChoices):
    """What a department is asked to do in a step of a route."""

    EXAMINE = "examine", _("审查")
    REVIEW = "review", _("审核")
    CONSULT = "consult", _("征求意见")
    SITE_SURVEY = "site_survey", _("现场踏勘")
    JOINT_SURVEY = "joint_survey", _("联合踏勘")
    JOINT_DRAWING = "joint_drawing", _("联合审图")
    JOINT_ACCEPTANCE = "joint_acceptance", _("联合验收")
    EXPERT_REVIEW = "expert_review", _("专家评审")
    DECIDE = "decide", _("决定")
    COUNTERSIGN = "countersign", _("会签")


class Certainty(TextChoices):
    """How sure the catalogue is of what a version says; shown beside it."""

    PUBLISHED = "published", _("公开发布")
    WORKED = "worked", _("示范数据：按法律逐项编制")
    PROFILE = "profile", _("示范数据：按类型套用通用要素")


class ListRole(TextChoices):
    """Why a matter stands in a list (S1 二(二))."""

    LISTED = "listed", _("列入")
    DEFERRED = "deferred", _("暂缓划转")
    ASSOCIATED = "associated", _("关联事项")


class ProofList(TextChoices):
    """In which list of a place a proof stands (S0 §6, S4 四(六))."""

    DEMANDABLE = "demandable", _("证明目录")
    SHARED = "shared", _("证明材料共享目录")
    CANCELLED = "cancelled", _("取消的证明")


class TransferState(TextChoices):
    """The life of a batch of transfers (划转, S1 二(二))."""

    DRAFT = "draft", _("拟订中")
    APPROVED = "approved", _("已审定，待生效")
    EFFECTIVE = "effective", _("已生效")


class TransferRole(TextChoices):
    """What happens to a matter in a batch of transfers (S1 二(二))."""

    TRANSFERRED = "transferred", _("划转")
    ASSOCIATED = "associated", _("关联事项，一并划转")
    DEFERRED = "deferred", _("暂缓划转")
    STAYING = "staying", _("保留，须进驻窗口")


class AccessKind(TextChoices):
    """What the negative list says of an item (市场准入负面清单)."""

    PROHIBITED = "prohibited", _("禁止准入")
    LICENSED = "licensed", _("许可准入")


class LicenceTiming(TextChoices):
    """When a licence is needed: before the registration, or after it before the business begins."""

    BEFORE = "before", _("前置许可（先证后照）")
    AFTER = "after", _("后置许可（先照后证）")


class SpecialProcedure(TextChoices):
    """特别程序; which of them stops the clock is said by the version, by law only those of Art. 45."""

    HEARING = "hearing", _("听证")
    TENDER = "tender", _("招标")
    AUCTION = "auction", _("拍卖")
    INSPECTION = "inspection", _("检验")
    TESTING = "testing", _("检测")
    QUARANTINE = "quarantine", _("检疫")
    APPRAISAL = "appraisal", _("鉴定")
    EXPERT_REVIEW = "expert_review", _("专家评审")
    SITE_SURVEY = "site_survey", _("现场踏勘")
    INVESTIGATION = "investigation", _("勘验")
    PUBLIC_NOTICE = "public_notice", _("公示")
    EXAMINATION = "examination", _("考试")
    MEDICAL_CHECK = "medical_check", _("体检")
    WAITING_PERIOD = "waiting_period", _("法定等待期")


class FieldKind(TextChoices):
    """What may be asked in the form of a matter; `matters.formspec` knows how each is read."""

    TEXT = "text", _("文字")
    NUMBER = "number", _("数字")
    DATE = "date", _("日期")
    SELECT = "select", _("单选")
    MULTISELECT = "multiselect", _("多选")
    MONEY = "money", _("金额")
    AREA = "area", _("面积")
    ADDRESS = "address", _("地址")
    BOOL = "bool", _("是否")
    TABLE = "table", _("表格")


class Prefill(TextChoices):
    """From what a field of the form is filled: the applicant, the case, or the last time."""

    NAME = "applicant_name", _("申请人名称")
    ID = "applicant_id", _("申请人证件号码（遮盖）")
    USCC = "applicant_uscc", _("申请人信用代码")
    ADDRESS = "applicant_address", _("申请人住所")
    LEGAL_REPRESENTATIVE = "legal_representative", _("申请人法定代表人")
    PHONE = "applicant_phone", _("申请人联系电话")
    PROJECT_CODE = "project_code", _("办件的项目代码")
    TERRITORY = "territory", _("办件的所在区域")
    LAST = "last", _("上次填写的内容")


class Flag(TextChoices):
    """What an import noticed about a name or code without rewriting it."""

    NAME_TWICE = "name_twice", _("同名事项")
    MIXED_BRACKETS = "mixed_brackets", _("括号全半角混用")
    LEVEL_SUFFIX = "level_suffix", _("名称带层级后缀")
    USCC_DOUBTFUL = "uscc_doubtful", _("编码中的机构代码校验不符")
    CODE_FORM_UNKNOWN = "code_form_unknown", _("编码格式未识别")
    CODE_MADE_HERE = "code_made_here", _("编码由本系统暂编")
    LIST_DIFFERS = "list_differs", _("清单所列要素与现行版本不一致")
    LEFT_AS_DRAFT = "left_as_draft", _("有须改之处，留作草稿没有发布")


class ImportMode(TextChoices):
    """What one refused row does to the others of its file."""

    ROWS = "rows", _("能导则导：有错的行不写入，其余照常写入")
    BATCH = "batch", _("整批导入：同一批次有一行错，整批都不写入")


class ImportState(TextChoices):
    """导入的进度."""

    WAITING = "waiting", _("等待导入")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有导入")


class ChangeHow(TextChoices):
    """How a change set changes an element."""

    SET = "set", _("改为")
    AT_MOST = "at_most", _("不超过")


class ChangeSetState(TextChoices):
    """变更单的状态."""

    DRAFT = "draft", _("拟定中")
    SUBMITTED = "submitted", _("待审定")
    APPROVED = "approved", _("已审定")
    PUBLISHED = "published", _("已发布")
    DROPPED = "dropped", _("已撤销")


class FormFileKind(TextChoices):
    """What a keeper puts up beside a material for people to take."""

    BLANK = "blank", _("空白表格")
    SAMPLE = "sample", _("示例样表")


class ProjectKind(TextChoices):
    """How the state lets an investment project begin (企业投资项目核准和备案管理条例)."""

    FILED = "filed", _("企业投资项目（备案）")
    APPROVED = "approved", _("企业投资项目（核准）")
    GOVERNMENT = "government", _("政府投资项目（审批）")
