"""What the applicant is told, and when: in the account, by e-mail, by short message. Each thing once.

A short message never carries the result or personal data, only that there is news and where to read it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import trays
from hall.clocks.choices import Kind
from hall.clocks.queries import running
from hall.notices.choices import Channel
from hall.notices.services import notify
from hall.people.queries import accounts_of_person

from ..bundle_models import BundleCase
from ..choices import CommitmentState, Outcome
from ..commitment_models import Commitment
from ..models import Application, CorrectionNotice, Deferral
from ..supplement_models import Supplement


def submitted(case: Application) -> None:
    """Sent in online."""
    _tell(case, "submitted", _("申请已提交"), _("窗口正在预审您的申请，结果会通知您。"), loud=False)


def returned(case: Application) -> None:
    """Sent back before receipt."""
    body = _("预审没有通过，请修改后重新提交。原因：%(reason)s") % {"reason": case.return_reason}
    _tell(case, "returned", _("申请需要修改"), body)


def received(case: Application) -> None:
    """Received, with the number to follow it by."""
    body = _("我们已收到您的材料（收件不等于受理）。办件编号%(number)s，查询码%(code)s。") % {
        "number": case.number,
        "code": case.query_code,
    }
    _tell(case, "received", _("已收件"), body)


def accepted(case: Application, deferrals: Sequence[Deferral]) -> None:
    """Accepted, and by when it will be done; what was promised to come later."""
    body = _("您的申请已受理。")
    # Where two limits run at once, the earlier binds (DESIGN §2).
    both = [running(case, kind) for kind in (Kind.PROMISED, Kind.STATUTORY)]
    if last := min((clock.due_at for clock in both if clock and clock.due_at), default=None):
        body += _("最晚%(day)s办结。") % {"day": day(last)}
    waiting = running(case, Kind.WAITING)
    if waiting and waiting.due_at:
        body += _("法定等待期到%(day)s届满，届满前不作决定。") % {"day": day(waiting.due_at)}
    for deferral in deferrals:
        due = running(deferral, Kind.SUPPLEMENT)
        body += _("请在%(day)s前补交“%(name)s”，逾期将终止办理。") % {
            "day": day(due.due_at) if due and due.due_at else "",
            "name": deferral.case_material.material.name,
        }
    _tell(case, "accepted", _("已受理"), body)


def notice_given(case: Application, notice: CorrectionNotice) -> None:
    """Something is missing: everything, and until when."""
    clock = running(case, Kind.CORRECTION)
    names = "、".join(item["name"] for item in notice.items)
    body = _("请补正%(n)s项：%(names)s。") % {"n": len(notice.items), "names": names}
    if clock and clock.due_at:
        body += _("请在%(day)s前补正，逾期不予受理。") % {"day": day(clock.due_at)}
    _tell(case, f"notice_{notice.number}", _("请补正材料"), body)


def supplemented(case: Application) -> None:
    """The correction is here, whole: from when the limit for the verdict runs anew, and until when."""
    number = case.correction_notices.count()
    body = _("补正材料已经收齐。")
    clock = running(case, Kind.ACCEPTANCE)
    if clock and clock.due_at:
        body = _("补正材料已于%(from)s收齐，受理期限自该日重新计算，最迟%(day)s答复您是否受理。") % {
            "from": day(clock.started_at),
            "day": day(clock.due_at),
        }
        if case.version.regime.deemed_accepted:
            body += _("逾期没有答复的，自收齐之日起即为受理。")
    _tell(case, f"supplemented_{number}", _("补正材料已收齐"), body)


def supplemented_in_part(case: Application, handed_in: Supplement) -> None:
    """A part of the correction is here: what, what is still missing, until when."""
    body = _("已收到：%(names)s。还缺：%(left)s。") % {
        "names": "、".join(item["name"] for item in handed_in.items) or _("部分材料"),
        "left": "、".join(handed_in.left),
    }
    clock = running(case, Kind.CORRECTION)
    if clock and clock.due_at:
        body += _("请在%(day)s前补齐，逾期不予受理。") % {"day": day(clock.due_at)}
    _tell(case, f"supplemented_part_{handed_in.pk}", _("补正材料收到一部分"), body)


def deferral_supplied(case: Application, name: str, still_open: int) -> None:
    """A promised document is here; after the last one, by when the result is."""
    body = _("“%(name)s”已收到。") % {"name": name}
    if still_open:
        body += _("还有%(n)s项容缺材料待补。") % {"n": still_open}
    elif (issuing := running(case, Kind.DELIVERY)) and issuing.due_at:
        body += _("容缺材料已经补齐，最迟%(day)s发放结果。") % {"day": day(issuing.due_at)}
    else:
        body += _("容缺材料已经补齐，不再影响领取结果。")
    _tell(case, f"supplied:{name}", _("容缺材料已收到"), body, loud=not still_open)


def correction_nears(case: Application, left: Sequence[str], until: dt.datetime, once: str) -> None:
    """The period for the correction is nearly over and something is missing."""
    body = _("还缺：%(names)s。请在%(day)s前补齐，逾期不予受理。") % {
        "names": "、".join(left),
        "day": day(until),
    }
    _tell(case, once, _("补正期限快到了"), body)


def supplement_nears(case: Application, name: str, until: dt.datetime, once: str) -> None:
    """A promised document is due soon."""
    body = _("请在%(day)s前补交“%(name)s”，逾期将终止办理，并记入失信记录。") % {
        "day": day(until),
        "name": name,
    }
    _tell(case, once, _("容缺材料快到期了"), body)


def refused_acceptance(case: Application) -> None:
    """Not accepted, why, and where else to go."""
    body = _("您的申请不予受理。理由：%(reason)s") % {"reason": case.end_reason}
    if case.right_organ:
        body += _("请向%(organ)s申请。") % {"organ": case.right_organ}
    _tell(case, "refused_acceptance", _("不予受理"), body)


def commitment_found_false(case: Application, commitment: Commitment) -> None:
    """The promise was found false: what was found, and until when they may be heard."""
    clock = running(case, Kind.STATEMENT)
    body = _("经核查，您的承诺与事实不符：%(facts)s。%(organ)s拟撤销准予决定。") % {
        "facts": commitment.facts.rstrip("。"),
        "organ": commitment.department.name,
    }
    if clock and clock.due_at:
        body += _("您有权在%(day)s前陈述申辩，逾期视为放弃。") % {"day": day(clock.due_at)}
    _tell(case, "commitment_false", _("承诺核查不实，请您陈述申辩"), body)


def commitment_decided(case: Application, commitment: Commitment) -> None:
    """What the head decided about a false promise."""
    if commitment.state == CommitmentState.REVOKED:
        body = _("准予决定已经撤销，证照同时失效。理由：%(why)s。撤销决定书写明了救济途径。")
    else:
        body = _("听取您的意见后，决定不予撤销。理由：%(why)s。")
    title = str(commitment.get_state_display())
    _tell(case, "commitment_decided", title, body % {"why": commitment.reasons.rstrip("。")})


def decided(case: Application) -> None:
    """Decided; the paper follows."""
    if case.outcome == Outcome.GRANTED:
        body = _("您的申请已作出准予决定，正在制作结果文书。")
    else:
        body = _("您的申请已作出不予决定，决定书写明了理由和救济途径。")
    _tell(case, "decided", _("已作出决定"), body, loud=False)


def ready(case: Application) -> None:
    """The result can be fetched; a part of a bundle with the others, and then the bundle tells."""
    if case.bundle_id is not None and not BundleCase.objects.filter(pk=case.bundle_id, singly=True).exists():
        return
    where = case.hall.name if case.hall else case.jurisdiction.name
    body = _("结果已可领取，地点：%(where)s统一出件窗口。请带身份证件，代领须有委托书。") % {"where": where}
    _tell(case, "ready", _("结果可以领取了"), body)


def waiting_ended(case: Application, until: dt.datetime | None) -> None:
    """The statutory waiting period is over; by when they must come, where the law says so."""
    body = _("法定等待期已经届满。")
    if until:
        body += _("请在%(day)s前到窗口申请，逾期视为撤回申请。") % {"day": day(until)}
    _tell(case, "waiting_ended", _("等待期已满"), body)


def withdrawn(case: Application) -> None:
    """Taken back by the applicant."""
    _tell(case, "withdrawn", _("申请已撤回"), _("办理已结束。需要时可以重新申请。"), loud=False)


def terminated(case: Application) -> None:
    """Ended before its result."""
    body = _("办理已终止。原因：%(reason)s。需要时可以重新申请。") % {"reason": case.end_reason}
    _tell(case, "terminated", _("办理已终止"), body)


def tell(case: Application, what: str, title: str, body: str) -> None:
    """A word to the applicant from a room above; `what` names it once for the case."""
    _tell(case, what, title, body)


def nudge_papers(case: Application) -> None:
    """The last thing that issuing waited for is there."""
    trays.nudge("certificates.prepare", case.pk)


def _tell(case: Application, what: str, title: str, body: str, *, loud: bool = True) -> None:
    """In the account always; `loud` also by e-mail and short message. A part of a bundle is never loud:
    the bundle tells of all its parts at once.
    """
    send_word(
        case,
        name=case.version.matter.name,
        link=reverse("applications:my_case", args=[case.pk]),
        once=f"case:{case.pk}:{what}",
        title=title,
        body=body,
        loud=loud and case.bundle_id is None,
    )


def send_word(
    case: Application | BundleCase, *, name: str, link: str, once: str, title: str, body: str, loud: bool
) -> None:
    """Tell the applicant's side of a case or of a whole bundle, each thing once."""
    subject = f"{title}：{name}"
    if case.submitted_at:
        once = f"{once}:{timezone.localtime(case.submitted_at):%Y%m%d%H%M%S}"
    people = dict.fromkeys(pk for pk in (case.person_id, case.agent_id) if pk)
    for user in itertools.chain.from_iterable(map(accounts_of_person, people)):
        key = f"{once}:{user.pk}"
        notify(user=user, subject=subject, body=body, link=link, case_id=case.pk, once_key=key)
        if loud and user.email:
            notify(
                user=user,
                channel=Channel.EMAIL,
                subject=subject,
                body=body,
                case_id=case.pk,
                once_key=f"{key}:mail",
            )
    if loud and case.contact_phone:
        text = _("您的办件有新进展，请凭办件编号和查询码查询，或登录“我的办件”查看。")
        notify(
            address=case.contact_phone,
            channel=Channel.SMS,
            subject=title,
            body=text,
            case_id=case.pk,
            once_key=f"{once}:sms",
        )


def day(moment: dt.datetime) -> str:
    local = timezone.localtime(moment)
    return _("%(y)s年%(m)s月%(d)s日") % {"y": local.year, "m": local.month, "d": local.day}
