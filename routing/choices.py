"""Vocabulary of departments' work."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TaskState(TextChoices):
    OPEN = "open", _("待签收")
    RECEIVED = "received", _("办理中")
    DONE = "done", _("已办结")
    DEEMED = "deemed", _("默认同意")
    DISPUTED = "disputed", _("职责待裁定")
    REROUTED = "rerouted", _("已改派")
    RETURNED = "returned", _("已退回")
    CANCELLED = "cancelled", _("已取消")


class OpinionVerdict(TextChoices):
    AGREE = "agree", _("同意")
    CONDITIONS = "conditions", _("有条件同意")
    OBJECT = "object", _("不同意")
    NOT_OURS = "not_ours", _("不属于本部门职责")


class SentHow(TextChoices):
    """How a task came to its department. What the route sends, nobody sent; the others have a sender."""

    ROUTE = "route", _("按路径送达")
    RESENT = "resent", _("重新送审")
    REROUTED = "rerouted", _("改派")


class Ruling(TextChoices):
    """What becomes of a department's word that the matter is not its own."""

    REROUTED = "rerouted", _("改派")
    INSISTED = "insisted", _("仍由该部门办理")


class Handing(TextChoices):
    """How a task came from one person to another."""

    HAND_OVER = "hand_over", _("转交")
    REASSIGN = "reassign", _("负责人指派")


class TextState(TextChoices):
    """A decision text on its round through the co-signing organs (会签)."""

    CIRCULATING = "circulating", _("会签中")
    EFFECTIVE = "effective", _("已生效")
    REFUSED = "refused", _("会签未通过")
    TAKEN_BACK = "taken_back", _("已收回")


class SlipState(TextChoices):
    """物料转移单."""

    SENT = "sent", _("待接收")
    RECEIVED = "received", _("已接收")
    DIFFERING = "differing", _("接收有差异")
    TAKEN_BACK = "taken_back", _("已收回")


class SilenceGround(TextChoices):
    """Why a consulted department is deemed to consent (S0 §18)."""

    NOT_RECEIVED = "not_received", _("未按时签收")
    NO_OPINION = "no_opinion", _("未按时出具签字意见")
    ABSENT = "absent", _("未参加联审")


class ReportState(TextChoices):
    OPEN = "open", _("待审")
    GRANTED = "granted", _("同意")
    REJECTED = "rejected", _("不同意")


class ReportRemedy(TextChoices):
    """What a supervisor grants on a special-circumstances report."""

    LONGER = "longer", _("延长期限")
    PAUSE = "pause", _("中止计时")


class HeldCause(TextChoices):
    """Why more silences than usual come at once."""

    OUTAGE = "outage", _("平台故障之后")
    BACKLOG = "backlog", _("到期未及时处理")


class HeldVerdict(TextChoices):
    """What a supervisor says of a silence that was held back."""

    WAITING = "waiting", _("待放行")
    RELEASED = "released", _("放行默认")
    EXTENDED = "extended", _("延长期限后再看")
    REFUSED = "refused", _("不予默认")
    OVERTAKEN = "overtaken", _("部门已先办理")


class ProcedureState(TextChoices):
    RUNNING = "running", _("进行中")
    FINISHED = "finished", _("已完成")
    CANCELLED = "cancelled", _("已取消")


class HearingGround(TextChoices):
    """Why there may be a hearing (行政许可法 Art. 46, 47)."""

    PUBLIC = "public", _("涉及公共利益")
    INTERESTED = "interested", _("涉及申请人与他人之间重大利益关系")


class SessionKind(TextChoices):
    """What departments do together instead of one after the other (S0 §9)."""

    REVIEW = "review", _("联审会")
    SURVEY = "survey", _("联合踏勘")
    DRAWING = "drawing", _("联合审图")
    ACCEPTANCE = "acceptance", _("联合验收")


class SessionState(TextChoices):
    PLANNED = "planned", _("拟召开")
    NOTICED = "noticed", _("已通知")
    HELD = "held", _("已召开")
    CANCELLED = "cancelled", _("已取消")


class Attendance(TextChoices):
    """Whether a convened department came to a joint session."""

    EXPECTED = "expected", _("待签到")
    PRESENT = "present", _("到会")
    LATE = "late", _("迟到")
    EXCUSED = "excused", _("已报备，不计缺席")
    ABSENT = "absent", _("缺席")


class SignIn(TextChoices):
    """How a department signed in."""

    SYSTEM = "system", _("系统内签到")
    CODE = "code", _("现场签到码")


# With the department: it can work on the task.
LIVE = {TaskState.OPEN, TaskState.RECEIVED}
# Not over yet, though perhaps out of the department's hands.
PENDING = {*LIVE, TaskState.DISPUTED}
# What makes room for another task of the same step.
SET_ASIDE = {TaskState.RETURNED, TaskState.CANCELLED, TaskState.REROUTED}
CONSENTED = {TaskState.DONE, TaskState.DEEMED}
CAME = {Attendance.PRESENT, Attendance.LATE}
OVER = {SessionState.HELD, SessionState.CANCELLED}
