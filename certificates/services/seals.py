"""Seals: which one a paper gets, and their life from 启用 to 销毁 (S1 四(三))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applications.models import Application
from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, NotAllowed, WrongState, require
from hall.now import today
from hall.organisation.choices import DepartmentKind, Role
from hall.organisation.models import Department, Jurisdiction
from hall.organisation.officers import Officer
from hall.prepared import Prepared
from hall.trail.services import record

from ..choices import SealKind, SealState
from ..models import Seal

# From where a seal may go where. What is sealed up is never used again.
_WAYS = {
    SealState.IN_USE: {SealState.STOPPED, SealState.SEALED_UP},
    SealState.STOPPED: {SealState.IN_USE, SealState.SEALED_UP},
    SealState.SEALED_UP: {SealState.DESTROYED},
    SealState.DESTROYED: set(),
}
# Where a special seal is missing, the organ's own seal says the same and more.
_INSTEAD = {
    SealKind.ACCEPTANCE: (SealKind.ACCEPTANCE, SealKind.APPROVAL, SealKind.ORGAN),
    SealKind.APPROVAL: (SealKind.APPROVAL, SealKind.ORGAN),
    SealKind.ORGAN: (SealKind.ORGAN,),
}


def choose_seal(case: Application, kind: str) -> Seal | None:
    """The seal in use that the place's rule picks for a paper of `case`, or None if there is none.

    By `department`: the deciding organ's. By `bureau`: the approval bureau's, one for all (S1 一). By
    `territory`: where the version says so, the one for the project's territory (S2 二(一)1).
    """
    organ = case.version.department_id
    seals = _in_use.all(case.jurisdiction_id, str(SealState.IN_USE), today(), organ)
    for owns in _owners(case):
        for wanted in _INSTEAD[SealKind(kind)]:
            if seal := next((seal for seal in seals if seal.kind == wanted and owns(seal)), None):
                return seal
    return None


_in_use: Prepared[Seal] = Prepared(
    lambda place_id, state, day, organ: (
        Seal.objects.filter(
            # Those of other departments, which are most, are nobody's choice (`_owners`).
            Q(department=organ)
            | Q(department=None)
            | Q(department__kind=DepartmentKind.APPROVAL_BUREAU)
            | ~Q(territory=""),
            jurisdiction=place_id,
            state=state,
            in_use_from__lte=day,
        )
        .select_related("department", "jurisdiction")
        .order_by("code")
    ),
    int,
    str,
    dt.date,
    int,
)


def _owners(case: Application) -> list[Callable[[Seal], bool]]:
    """Whose seal is right, the first choice first."""
    rule, organ = case.jurisdiction.policies.seal_rule, case.version.department_id

    def of_organ(seal: Seal) -> bool:
        return seal.department_id == organ

    def of_department(seal: Seal) -> bool:
        return of_organ(seal) and not seal.territory

    def of_bureau(seal: Seal) -> bool:
        kind = seal.department.kind if seal.department else ""
        return kind == DepartmentKind.APPROVAL_BUREAU and not seal.territory

    def of_place(seal: Seal) -> bool:
        return seal.department_id is None and not seal.territory

    def of_territory(seal: Seal) -> bool:
        return bool(case.territory) and seal.territory == case.territory

    usual: list[Callable[[Seal], bool]] = [of_department, of_bureau, of_place]
    if rule == "bureau":
        # The bureau's one seal serves all that it decides. What a department still decides, because it
        # keeps the matter or the case began before the transfer, bears its own while it has one (S1 二(二)).
        by_bureau = case.version.department.kind == DepartmentKind.APPROVAL_BUREAU
        return [of_bureau, *usual] if by_bureau else usual
    if rule != "territory":
        return usual
    if case.version.territory_seal:
        return [of_territory, *usual]
    # A bureau may have no other seals than those of its territories; the matter then is free to take any.
    return [*usual, of_territory, of_organ]


@transaction.atomic
def register_seal(
    jurisdiction: Jurisdiction,
    *,
    code: str,
    ring_text: str,
    kind: str,
    line_text: str = "",
    department: Department | None = None,
    territory: str = "",
    has_star: bool = True,
    in_use_from: dt.date | None = None,
    by: Actor = SYSTEM,
) -> Seal:
    """Take a seal into use (启用). In a demonstration place it is a sample and always drawn as one.

    Raises NotAllowed, Invalid for a kind that does not exist, Conflict if the code is taken.
    """
    by = _manager(by, jurisdiction.pk)
    if kind not in SealKind.values:
        raise Invalid(_("没有这种印章"), fields={"kind": [_("没有这种印章")]})
    if department and department.jurisdiction_id != jurisdiction.pk:
        raise Invalid(_("该机关不属于本辖区"), fields={"department": [_("该机关不属于本辖区")]})
    try:
        with transaction.atomic():
            seal = Seal.objects.create(
                jurisdiction=jurisdiction,
                code=code,
                ring_text=ring_text,
                kind=kind,
                line_text=line_text,
                department=department,
                territory=territory,
                has_star=has_star,
                in_use_from=in_use_from or today(),
                is_demo=jurisdiction.is_demo or settings.DEMONSTRATION,
            )
    except IntegrityError as error:
        raise Conflict(_("已有这个代码的印章")) from error
    _tell("seal_registered", seal, by, to_state=seal.state, data={"ring": ring_text, "line": line_text})
    return seal


@transaction.atomic
def change_state(seal_id: int, state: str, *, reason: str, by: Actor) -> Seal:
    """Stop a seal, take it up again, seal it up for good, or record its destruction.

    Raises NotAllowed, WrongState for a way that does not exist, Invalid without a reason.
    """
    seal = Seal.objects.select_for_update().filter(pk=seal_id).first()
    if seal is None:
        raise WrongState(_("没有这枚印章"))
    by = _manager(by, seal.jurisdiction_id)
    if state not in _WAYS[SealState(seal.state)]:
        raise WrongState(_("这枚印章%(state)s，不能这样变更") % {"state": seal.get_state_display()})
    if not reason.strip():
        raise Invalid(_("请写明原因"), fields={"reason": [_("请写明原因")]})
    before, seal.state = seal.state, state
    seal.ended_on = None if state == SealState.IN_USE else (seal.ended_on or today())
    seal.save(update_fields=["state", "ended_on"])
    _tell("seal_state_changed", seal, by, from_state=before, to_state=state, reason=reason.strip())
    return seal


def ways(seal: Seal) -> list[SealState]:
    """Where this seal may go from here."""
    return [state for state in SealState if state in _WAYS[SealState(seal.state)]]


def managed_by(officer: Officer) -> QuerySet[Seal]:
    """Seals of the places that the officer manages."""
    return Seal.objects.filter(
        jurisdiction__in=officer.places(Role.MANAGER, Role.SYSTEM_ADMIN)
    ).select_related("department", "jurisdiction")


def _manager(by: Actor, jurisdiction_id: int) -> Actor:
    """The hall manager of the place, or the system when it founds a place."""
    if by == SYSTEM:
        return by
    refusal = _("只有大厅管理员可以管理印章")
    if not isinstance(by, Officer):
        raise NotAllowed(refusal)
    return by.acting_as(require(by.post_for(Role.MANAGER, jurisdiction=jurisdiction_id), refusal))


def _tell(
    what: str,
    seal: Seal,
    by: Actor,
    *,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    data: dict | None = None,
) -> None:
    record(
        f"certificates.{what}",
        subject=seal,
        by=by,
        jurisdiction=seal.jurisdiction_id,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        data=data,
    )
