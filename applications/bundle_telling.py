"""What the applicant of a bundle is told: once for the whole, never once a part."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from hall.clocks.choices import Kind
from hall.clocks.queries import running

from .bundle_models import BundleCase, BundleNotice
from .choices import State
from .models import Application
from .services.telling import day, send_word


def submitted(bundle: BundleCase) -> None:
    """Sent in online."""
    _tell(bundle, "submitted", _("申请已提交"), _("窗口正在预审您的申请，结果会通知您。"), loud=False)


def returned(bundle: BundleCase) -> None:
    """Sent back before receipt."""
    body = _("预审没有通过，请修改后重新提交。原因：%(reason)s") % {"reason": bundle.return_reason}
    _tell(bundle, "returned", _("申请需要修改"), body)


def received(bundle: BundleCase) -> None:
    """Received, with the one number to follow all of it by."""
    body = _("我们已收到您的材料（收件不等于受理）。办件编号%(number)s，查询码%(code)s。") % {
        "number": bundle.number,
        "code": bundle.query_code,
    }
    _tell(bundle, "received", _("已收件"), body)


def accepted(bundle: BundleCase) -> None:
    """Accepted, with the one date by which all of it is done."""
    body = _("您的申请已受理，各部门同时办理。")
    clock = running(bundle, Kind.BUNDLE)
    if clock and clock.due_at:
        body += _("最晚%(day)s全部办结，一次领取。") % {"day": day(clock.due_at)}
    _tell(bundle, "accepted", _("已受理"), body)


def notice_given(bundle: BundleCase, notice: BundleNotice) -> None:
    """Something is missing: everything, in all parts, and until when."""
    clock = running(bundle, Kind.BUNDLE_CORRECTION)
    names = "、".join(item["name"] for item in notice.items)
    body = _("请补正%(n)s项：%(names)s。") % {"n": len(notice.items), "names": names}
    if clock and clock.due_at:
        body += _("请在%(day)s前补正，逾期不予受理。") % {"day": day(clock.due_at)}
    _tell(bundle, f"notice_{notice.number}", _("请补正材料"), body)


def supplemented(bundle: BundleCase) -> None:
    """The correction has arrived."""
    what = f"supplemented_{bundle.notices.count()}"
    _tell(bundle, what, _("补正材料已收到"), _("我们会在受理期限内答复您。"), loud=False)


def refused(bundle: BundleCase) -> None:
    """Not accepted, why, and where else to go."""
    body = _("您的申请不予受理。理由：%(reason)s") % {"reason": bundle.end_reason}
    if bundle.right_organ:
        body += _("请向%(organ)s申请。") % {"organ": bundle.right_organ}
    _tell(bundle, "refused", _("不予受理"), body)


def concluded(bundle: BundleCase) -> None:
    """All parts have come to an end: everything can be fetched at once."""
    if bundle.state == State.TERMINATED:
        _tell(bundle, "terminated", _("办理已终止"), bundle.end_reason)
    elif bundle.state == State.READY:
        where = bundle.hall.name if bundle.hall else bundle.jurisdiction.name
        body = _("全部结果已可一次领取，地点：%(where)s统一出件窗口。请带身份证件，代领须有委托书。")
        _tell(bundle, "ready", _("结果可以领取了"), body % {"where": where})


def date_moved(bundle: BundleCase, case: Application, until: dt.datetime) -> None:
    """One part takes longer, and the one hand-over with it."""
    body = _("“%(part)s”经批准延长办理期限，一次领取的日期改为最晚%(day)s。") % {
        "part": case.version.matter.name,
        "day": day(until),
    }
    _tell(bundle, f"date_moved:{case.pk}", _("领取日期有变化"), body)


def withdrawn(bundle: BundleCase) -> None:
    """Taken back by the applicant."""
    _tell(bundle, "withdrawn", _("申请已撤回"), _("办理已结束。需要时可以重新申请。"), loud=False)


def _tell(bundle: BundleCase, what: str, title: str, body: str, *, loud: bool = True) -> None:
    link = reverse("applications:my_bundle", args=[bundle.pk])
    send_word(
        bundle,
        name=bundle.name,
        link=link,
        once=f"bundle:{bundle.pk}:{what}",
        title=title,
        body=body,
        loud=loud,
    )
