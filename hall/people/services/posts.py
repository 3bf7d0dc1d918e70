"""Posts (岗位): who holds which, from when to when. All rights come from here."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, WrongState, require
from hall.now import today
from hall.organisation.choices import ADMINISTRATORS, CASE_HANDLERS, Role
from hall.organisation.models import Department, Hall, Jurisdiction, Post, Window
from hall.organisation.officers import Officer
from hall.trail.services import record

from ..models import User


@transaction.atomic
def assign_post(
    user: User,
    role: str,
    *,
    jurisdiction: Jurisdiction,
    department: Department | None = None,
    hall: Hall | None = None,
    window: Window | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    by: Actor,
) -> Post:
    """Put `user` into a role in a department, a hall or a window, from today or `starts_on`.

    Raises Conflict when the user would hold two administrator roles at once, or one beside a role that
    handles cases (DESIGN §5.4); Invalid when the places do not belong together.
    """
    _require_may_assign(user, jurisdiction, by)
    _check_places(role, jurisdiction, department, hall, window)
    post = Post(
        user=user,
        role=Role(role),
        jurisdiction=jurisdiction,
        department=department,
        hall=hall,
        window=window,
        starts_on=starts_on or today(),
        ends_on=ends_on,
    )
    return _give(post, by)


@transaction.atomic
def deputise(
    post: Post,
    user: User,
    *,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    by: Actor,
) -> Post:
    """Make `user` the deputy (B 岗) of the holder of `post`: the same rights, "on behalf of" (S3 四(二)4)."""
    _require_may_assign(user, post.jurisdiction, by)
    if post.deputises_id:
        raise Invalid(_("代岗不能再设代岗，请选择 A 岗"))
    if post.user_id == user.pk:
        raise Invalid(_("不能给自己当代岗"))
    deputy = Post(
        user=user,
        role=post.role,
        jurisdiction=post.jurisdiction,
        department=post.department,
        hall=post.hall,
        window=post.window,
        deputises=post,
        starts_on=starts_on or today(),
        ends_on=ends_on or post.ends_on,
    )
    return _give(deputy, by)


@transaction.atomic
def end_post(post_id: int, *, last_day: dt.date | None = None, reason: str = "", by: Actor) -> Post:
    """End a post after `last_day` (today unless said), and its deputies' posts with it.

    To shut somebody out at once, deactivate the account.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("user", "jurisdiction").get(pk=post_id)
    _require_may_assign(post.user, post.jurisdiction, by, ending=True)
    last_day = last_day or max(today(), post.starts_on)
    if last_day < post.starts_on:
        raise Invalid(_("岗位的截止日期早于开始日期"), fields={"last_day": [_("不能早于开始日期")]})
    if post.ends_on and post.ends_on < today():
        raise WrongState(_("该岗位已经结束"))
    _end(post, last_day, reason, by)
    for deputy in post.deputies.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)):
        _end(deputy, max(last_day, deputy.starts_on), reason, by)
    return post


def _give(post: Post, by: Actor) -> Post:
    if post.ends_on and post.ends_on < post.starts_on:
        raise Invalid(_("岗位的截止日期早于开始日期"), fields={"ends_on": [_("不能早于开始日期")]})
    # The database's own guard locks the same row; taken first here so that the refusal can be explained.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=post.user_id)
    _keep_administrators_apart(post)
    post.save()
    record(
        "post.assigned",
        subject=post,
        by=by,
        jurisdiction=post.jurisdiction_id,
        data={"user": post.user_id, "role": post.role, "deputises": post.deputises_id},
    )
    return post


def _end(post: Post, last_day: dt.date, reason: str, by: Actor) -> None:
    post.ends_on = last_day
    post.save(update_fields=["ends_on"])
    record(
        "post.ended",
        subject=post,
        by=by,
        jurisdiction=post.jurisdiction_id,
        reason=reason.strip(),
        data={"user": post.user_id, "role": post.role, "last_day": last_day},
    )


def _keep_administrators_apart(post: Post) -> None:
    if post.role in ADMINISTRATORS:
        apart = (ADMINISTRATORS | CASE_HANDLERS) - {post.role}
    elif post.role in CASE_HANDLERS:
        apart = set(ADMINISTRATORS)
    else:
        return
    clash = Post.objects.filter(user_id=post.user_id, role__in=apart).exclude(ends_on__lt=post.starts_on)
    if post.ends_on:
        clash = clash.filter(starts_on__lte=post.ends_on)
    if held := clash.first():
        raise Conflict(
            _("%(name)s已任%(held)s，同一时间不能再任%(role)s（三员分立，管理员不经办业务）")
            % {"name": post.user.name, "held": held.get_role_display(), "role": post.get_role_display()}
        )


def _check_places(
    role: str,
    jurisdiction: Jurisdiction,
    department: Department | None,
    hall: Hall | None,
    window: Window | None,
) -> None:
    if role not in Role.values:
        raise Invalid(_("没有这种角色"), fields={"role": [_("没有这种角色")]})
    if role in (Role.REVIEWER, Role.HEAD) and department is None:
        raise Invalid(_("审查岗位须指定部门"), fields={"department": [_("请选择部门")]})
    if role in (Role.CLERK, Role.ISSUER) and hall is None:
        raise Invalid(_("窗口岗位须指定大厅"), fields={"hall": [_("请选择大厅")]})
    for name, place in (("department", department), ("hall", hall)):
        if place and place.jurisdiction_id != jurisdiction.pk:
            raise Invalid(_("所选部门或大厅不属于该辖区"), fields={name: [_("不属于该辖区")]})
    if window and (hall is None or window.zone.hall_id != hall.pk):
        raise Invalid(_("所选窗口不在该大厅"), fields={"window": [_("不在该大厅")]})


def _require_may_assign(user: User, jurisdiction: Jurisdiction, by: Actor, *, ending: bool = False) -> None:
    allowed = by == SYSTEM or (
        isinstance(by, Officer) and by.has(Role.SECURITY_ADMIN, jurisdiction=jurisdiction)
    )
    require(allowed, _("只有本辖区的安全管理员可以安排岗位"))
    require(by.user_id != user.pk, _("不能给自己安排岗位"))
    if user.is_public:
        raise Invalid(_("公众账号不能担任岗位"))
    if not ending and not user.is_active:
        raise WrongState(_("账号已停用，不能安排岗位"))
