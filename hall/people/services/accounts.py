"""Accounts: of citizens, of staff, and their passwords."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import PUBLIC, SYSTEM, Actor
from hall.errors import Conflict, Invalid, WrongState, require
from hall.now import now, real_now, today
from hall.organisation.choices import Role
from hall.organisation.models import Post
from hall.organisation.officers import Officer
from hall.trail.services import record

from .. import identity, index
from ..models import Person, User
from .subjects import find_or_register_person

TEMPORARY_ALPHABET = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"


@transaction.atomic
def register_citizen(
    *,
    username: str,
    password: str,
    name: str,
    id_type: str,
    id_number: str,
    phone: str,
    email: str = "",
    by: Actor = PUBLIC,
    is_demo: bool = False,
) -> User:
    """A portal account for a member of the public.

    Whoever the hall has met at a counter cannot be claimed from outside by typing their number: such an
    account is opened by a clerk who sees the document, and only then counts as confirmed.
    """
    at_counter = by == SYSTEM or (isinstance(by, Officer) and by.has(Role.CLERK))
    require(at_counter or by == PUBLIC, _("无权开通公众账号"))
    number = identity.check_id(id_type, id_number)
    if not at_counter and Person.objects.filter(id_type=id_type, id_index=index.id_index(number)).exists():
        raise Conflict(
            _("该证件已在大厅登记或已有账号。已有账号的请直接登录；没有账号的，请持证件原件到窗口核验开通。"),
            field="id_number",
        )
    person = find_or_register_person(
        name=name, id_type=id_type, id_number=number, phone=phone, by=by, is_demo=is_demo
    )
    if User.objects.filter(person=person).exists():
        raise Conflict(_("此人已有账号，可以直接登录或重置密码"), field="id_number")
    user = _create_account(
        username,
        password,
        name=person.name,
        email=email,
        person=person,
        must_change_password=False,
        identity_confirmed_at=now() if at_counter else None,
        is_demo=is_demo,
    )
    record("account.registered", subject=user, by=_self(user) if by == PUBLIC else by)
    return user


@transaction.atomic
def confirm_identity(user: User, *, by: Officer) -> None:
    """A clerk has seen the citizen and the document behind a self-registered account."""
    require(by.has(Role.CLERK), _("只有综合受理员可以核验身份"))
    if not user.is_public:
        raise WrongState(_("工作人员账号不需要核验身份"))
    user.identity_confirmed_at = now()
    user.save(update_fields=["identity_confirmed_at"])
    record("account.identity_confirmed", subject=user, by=by, jurisdiction=by.jurisdiction)


@transaction.atomic
def create_staff(
    *,
    username: str,
    name: str,
    password: str,
    email: str = "",
    must_change_password: bool = True,
    is_staff: bool = False,
    by: Actor,
    is_demo: bool = False,
) -> User:
    """An account for a member of staff. It can do nothing until it holds a post.

    `is_staff` opens the technicians' admin and is nobody's right by office.
    """
    _require_security_admin(by)
    require(not is_staff or by == SYSTEM, _("技术人员账号只能由系统初始化时建立"))
    user = _create_account(
        username,
        password,
        name=name.strip(),
        email=email,
        must_change_password=must_change_password,
        is_staff=is_staff,
        is_demo=is_demo,
    )
    record("account.created", subject=user, by=by)
    return user


@transaction.atomic
def change_password(user: User, *, old: str, new: str) -> None:
    """Let a user replace their own password. Raises Invalid when the old is wrong or the new too weak."""
    if not user.check_password(old):
        raise Invalid(_("原密码不正确"), fields={"old_password": [_("原密码不正确")]})
    if user.check_password(new):
        raise Invalid(_("新密码不能与原密码相同"), fields={"new_password": [_("新密码不能与原密码相同")]})
    _check_password(new, user, field="new_password")
    user.set_password(new)
    user.must_change_password = False
    user.password_changed_at = real_now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record("account.password_changed", subject=user, by=_self(user))


@transaction.atomic
def reset_password(user: User, *, by: Actor) -> str:
    """Give a forgotten account a temporary password, returned once; its owner must change it at log-in."""
    may = isinstance(by, Officer) and by.has(Role.CLERK) if user.is_public else False
    if not may:
        _require_keeper_of(user, by)
    require(by.user_id != user.pk, _("不能重置自己的密码"))
    temporary = temporary_password()
    user.set_password(temporary)
    user.must_change_password = True
    user.password_changed_at = real_now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record("account.password_reset", subject=user, by=by)
    return temporary


def temporary_password() -> str:
    """A password to be handed over once and changed at the first log-in; no characters that look alike."""
    return "".join(secrets.choice(alphabet) for alphabet in TEMPORARY_ALPHABET for _i in range(4))


@transaction.atomic
def deactivate(user: User, *, reason: str, by: Actor) -> None:
    """Close an account at once; its history stays."""
    _require_keeper_of(user, by)
    require(by.user_id != user.pk, _("不能停用自己的账号"))
    _set_active(user, False, reason, by)


@transaction.atomic
def reactivate(user: User, *, reason: str, by: Actor) -> None:
    """Open a closed account again."""
    _require_keeper_of(user, by)
    _set_active(user, True, reason, by)


def _set_active(user: User, active: bool, reason: str, by: Actor) -> None:
    if user.is_active == active:
        raise WrongState(_("账号已是该状态"))
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(
        "account.reactivated" if active else "account.deactivated", subject=user, by=by, reason=reason.strip()
    )


def _create_account(username: str, password: str, **fields: object) -> User:
    username = username.strip()
    if not username:
        raise Invalid(_("请填写账号"), fields={"username": [_("请填写账号")]})
    _check_password(password, User(username=username, name=str(fields["name"])), field="password")
    try:
        with transaction.atomic():
            return User.objects.create_user(username, password, **fields)
    except IntegrityError:
        taken = _("这个账号名已被使用，请换一个")
        raise Conflict(taken, field="username") from None


def _check_password(password: str, user: User, *, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        message = _("密码不符合要求：%(why)s") % {"why": " ".join(error.messages)}
        raise Invalid(message, fields={field: error.messages}) from None


def _require_security_admin(by: Actor) -> None:
    allowed = by == SYSTEM or (isinstance(by, Officer) and by.has(Role.SECURITY_ADMIN))
    require(allowed, _("只有安全管理员可以管理账号和岗位"))


def _require_keeper_of(user: User, by: Actor) -> None:
    """A security administrator keeps the accounts of their own places.

    Somebody with a post elsewhere belongs to that place too: whoever gets such a password could act there.
    """
    _require_security_admin(by)
    if not isinstance(by, Officer):
        return
    require(not (user.is_staff or user.is_superuser), _("技术人员账号由系统维护"))
    held = Post.objects.filter(user=user).exclude(ends_on__lt=today())
    elsewhere = held.exclude(jurisdiction__in=by.places(Role.SECURITY_ADMIN)).exists()
    require(not elsewhere, _("该账号在其他辖区有岗位，由那里的安全管理员管理"))


def _self(user: User) -> Actor:
    return Actor(user_id=user.pk, name=user.name, role="citizen" if user.is_public else "")
