"""Verbs about transfers (划转, S1 二(二)): prepare a batch, approve it, let it take effect on its date."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import HallError, Incomplete, Invalid, WrongState, require
from hall.now import now, today
from hall.organisation.choices import DepartmentKind
from hall.organisation.models import Department, Jurisdiction, Window
from hall.trail import services as trail

from .. import elements as element_names
from ..choices import MatterState, TransferRole, TransferState, VersionState
from ..models import Material, Matter, MatterVersion, Step, Transfer, TransferItem
from ..models.transfers import MOVING
from ..transfers import moved_steps
from .publishing import release
from .rights import require_keeper, touch

# -- Preparing -----------------------------------------------------------------------------------------


@transaction.atomic
def prepare_transfer(
    place: Jurisdiction,
    code: str,
    *,
    name: str,
    document: str,
    bureau: Department,
    by: Actor,
    effective_on: dt.date | None = None,
    condition: str = "",
    note: str = "",
    is_demo: bool = False,
) -> Transfer:
    """Begin a batch, or correct one that is not approved yet (拟订).

    Raises NotAllowed unless `by` keeps this catalogue, WrongState once it is approved, Invalid unless the
    receiver is a bureau of approvals of the place, Incomplete without the document it rests on.
    """
    require_keeper(by, place)
    if bureau.jurisdiction_id != place.pk or bureau.kind != DepartmentKind.APPROVAL_BUREAU:
        raise Invalid(_("划入机关须是本地的行政审批局"), fields={"bureau": [_("请选择本地的行政审批局")]})
    missing = {
        field: [_("请填写")] for field, text in (("name", name), ("document", document)) if not text.strip()
    }
    if missing:
        raise Incomplete(_("划转须写明名称和文件依据"), fields=missing)
    found = Transfer.objects.select_for_update(of=("self",)).filter(jurisdiction=place, code=code).first()
    if found is not None:
        _require_state(found, TransferState.DRAFT)
    batch = found or Transfer(jurisdiction=place, code=code, is_demo=is_demo)
    batch.name, batch.document, batch.bureau = name.strip(), document.strip(), bureau
    batch.effective_on, batch.condition, batch.note = effective_on, condition.strip(), note.strip()
    batch.prepared_by_id = by.user_id
    batch.save()
    _tell("transfer_prepared" if found is None else "transfer_changed", batch, by)
    return batch


@transaction.atomic
def put_in_transfer(
    transfer_id: int,
    matter: Matter,
    *,
    by: Actor,
    role: str = TransferRole.TRANSFERRED,
    from_department: Department | None = None,
    consult_basis: str = "",
    deferred_until: dt.date | None = None,
    deferred_condition: str = "",
    window: Window | None = None,
    order: int | None = None,
) -> TransferItem:
    """Say what happens to a matter in a batch; called again, it corrects it.

    Without `from_department` it is the matter's own. Raises Invalid across places, for a matter that the
    bureau already has, or for a deferred one that names neither date nor condition.
    """
    batch = _locked(transfer_id)
    require_keeper(by, batch.jurisdiction_id)
    _require_state(batch, TransferState.DRAFT)
    giver = from_department or matter.department
    if batch.jurisdiction_id not in {matter.jurisdiction_id} & {giver.jurisdiction_id}:
        raise Invalid(_("事项或者部门不属于本地"), fields={"matter": [_("请选择本地的事项")]})
    if role in MOVING and giver.pk == batch.bureau_id:
        raise Invalid(
            _("“%(name)s”已经由%(bureau)s实施") % {"name": matter.name, "bureau": batch.bureau.name},
            fields={"matter": [_("已经由划入机关实施")]},
        )
    if role == TransferRole.DEFERRED and not (deferred_until or deferred_condition.strip()):
        raise Invalid(
            _("暂缓划转须写明期限或者条件"), fields={"deferred_condition": [_("请写明期限或者条件")]}
        )
    if order is None:
        order = (batch.items.aggregate(last=Max("order"))["last"] or 0) + 1
    item, _made = TransferItem.objects.update_or_create(
        transfer=batch,
        matter=matter,
        defaults={
            "role": role,
            "from_department": giver,
            "consult_basis": consult_basis.strip(),
            "deferred_until": deferred_until,
            "deferred_condition": deferred_condition.strip(),
            "window": window,
            "order": order,
        },
    )
    _tell("transfer_item_put", batch, by, data={"matter": matter.pk, "role": str(role)})
    return item


@transaction.atomic
def drop_from_transfer(item_id: int, *, by: Actor) -> None:
    """Take a matter out of a batch that is not approved yet."""
    item = TransferItem.objects.select_related("transfer").get(pk=item_id)
    batch = _locked(item.transfer_id)
    require_keeper(by, batch.jurisdiction_id)
    _require_state(batch, TransferState.DRAFT)
    item.delete()
    _tell("transfer_item_dropped", batch, by, data={"matter": item.matter_id})


@transaction.atomic
def declare_hearing(item_id: int, *, basis: str, by: Actor) -> TransferItem:
    """Name the law by which the former department is still heard in a moved matter, before or after the day.

    From then on a version may have it consulted, or lend its experts; approve it never may. Raises
    Incomplete without the law, WrongState for a matter that does not move.
    """
    item = TransferItem.objects.select_related("transfer__jurisdiction", "matter").get(pk=item_id)
    batch = _locked(item.transfer_id)
    require_keeper(by, batch.jurisdiction_id)
    if not item.moves:
        raise WrongState(_("“%(name)s”没有划转") % {"name": item.matter.name})
    if not basis.strip():
        raise Incomplete(_("请写明须征求原部门意见的依据"), fields={"basis": [_("请写明依据")]})
    item.consult_basis = basis.strip()[:200]
    item.save(update_fields=["consult_basis"])
    _tell("transfer_hearing_declared", batch, by, reason=item.consult_basis, data={"matter": item.matter_id})
    return item


# -- Approving -----------------------------------------------------------------------------------------


@transaction.atomic
def approve_transfer(transfer_id: int, *, by: Actor) -> Transfer:
    """A second keeper approves the batch; on its date it takes effect by itself.

    Raises NotAllowed for the one who prepared it, Incomplete naming everything that is missing: the date,
    what moves, a window in the hall for what stays, a matter that another approved batch already moves.
    """
    batch = _locked(transfer_id)
    require_keeper(by, batch.jurisdiction_id)
    require(by.user_id != batch.prepared_by_id, _("拟订人不能审定自己拟订的划转，请另一位目录管理员审定"))
    _require_state(batch, TransferState.DRAFT)
    if wanting := _wanting(batch):
        raise Incomplete(_("有%(n)s处没有备齐，先补上") % {"n": len(wanting)}, items=wanting)
    batch.state, batch.approved_by_id, batch.approved_at = TransferState.APPROVED, by.user_id, now()
    batch.save(update_fields=["state", "approved_by", "approved_at"])
    _tell("transfer_approved", batch, by, before=TransferState.DRAFT)
    return batch


@transaction.atomic
def return_transfer(transfer_id: int, *, by: Actor, reason: str) -> Transfer:
    """Send an approved batch back before it takes effect. Raises WrongState once any matter has moved."""
    batch = _locked(transfer_id)
    require_keeper(by, batch.jurisdiction_id)
    _require_state(batch, TransferState.APPROVED)
    if not reason.strip():
        raise Incomplete(_("请写明退回的理由"))
    if batch.items.filter(version__isnull=False).exists():
        raise WrongState(_("已经有事项划转，不能退回"))
    batch.state, batch.approved_by, batch.approved_at = TransferState.DRAFT, None, None
    batch.save(update_fields=["state", "approved_by", "approved_at"])
    batch.items.update(problem="")
    _tell("transfer_returned", batch, by, before=TransferState.APPROVED, reason=reason.strip())
    return batch


@transaction.atomic
def record_transfer(transfer_id: int, *, by: Actor) -> Transfer:
    """Enter a batch that took effect before this catalogue was kept: its matters are the bureau's already.

    For founding data only. Raises NotAllowed unless the system itself acts, Incomplete without the date.
    """
    require(by == SYSTEM, _("只有建库时可以登记早已生效的划转"))
    batch = _locked(transfer_id)
    _require_state(batch, TransferState.DRAFT)
    if batch.effective_on is None:
        raise Incomplete(_("没有生效日期"))
    batch.state, batch.effective_at = TransferState.EFFECTIVE, now()
    batch.save(update_fields=["state", "effective_at"])
    _tell("transfer_recorded", batch, by, before=TransferState.DRAFT)
    return batch


# -- Taking effect -------------------------------------------------------------------------------------


def take_transfers() -> int:
    """Let every approved batch whose day has come take effect. Returns how many matters moved.

    Safe to run twice, late, or in several workers.
    """
    due = Transfer.objects.filter(state=TransferState.APPROVED, effective_on__lte=today())
    return sum(take_effect(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def take_effect(transfer_id: int) -> int:
    """The next version of every moving matter comes into force, with organ, seal and route of the bureau.

    Cases already begun keep their version and with it their organ. A matter that cannot move says why and
    is tried again; the batch is in effect when all have moved. Returns how many moved now.
    """
    batch = _locked(transfer_id)
    if batch.state != TransferState.APPROVED or batch.effective_on is None or batch.effective_on > today():
        return 0
    moved = 0
    items = list(batch.items.filter(role__in=MOVING, version=None).select_related("from_department"))
    for item in items:
        item.transfer = batch
        try:
            with transaction.atomic():
                item.version = _move(item)
            item.problem, moved = "", moved + 1
        except HallError as error:
            item.problem = str(error)[:300]
        item.save(update_fields=["version", "problem"])
    if moved == len(items):
        batch.state, batch.effective_at = TransferState.EFFECTIVE, now()
        batch.save(update_fields=["state", "effective_at"])
        _tell("transfer_effective", batch, SYSTEM, before=TransferState.APPROVED, data={"moved": moved})
    return moved


def _move(item: TransferItem) -> MatterVersion:
    """Publish the matter's next version, which the bureau decides; everything else is copied."""
    batch = item.transfer
    matter = (
        Matter.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=item.matter_id)
    )
    if matter.state == MatterState.CANCELLED:
        raise WrongState(_("事项已取消"))
    current = matter.versions.valid_at().select_related("regime").first()
    if current is None:
        raise WrongState(_("事项没有现行版本"))
    version = MatterVersion(
        matter=matter,
        number=(matter.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        state=VersionState.DRAFT,
        drafted_by_id=batch.prepared_by_id,
        approved_by_id=batch.approved_by_id,
        department=batch.bureau,
        regime=current.regime,
        **{name: getattr(current, name) for name in element_names.VERSION},
    )
    reason = _("%(name)s：由%(bureau)s实施（%(document)s）")
    told = reason % {"name": batch.name, "bureau": batch.bureau.name, "document": batch.document}
    version.change_reason = told[:300]
    version.save()
    Material.objects.bulk_create(_copies(current.materials.all(), version))
    steps = moved_steps(current.steps.select_related("department"), item)
    for step in steps:
        step.version = version
    Step.objects.bulk_create(steps)
    # The matter itself goes along, whoever its version named as deciding before.
    Matter.objects.filter(pk=matter.pk).update(department=batch.bureau)
    release(version, by=SYSTEM)
    trail.record(
        "matter_transferred",
        subject=matter,
        by=SYSTEM,
        jurisdiction=matter.jurisdiction_id,
        reason=batch.document,
        data={
            "transfer": batch.code,
            "from": item.from_department.code,
            "to": batch.bureau.code,
            "version": version.number,
        },
    )
    return version


# -- Parts ---------------------------------------------------------------------------------------------


def _wanting(batch: Transfer) -> list[str]:
    """Everything that keeps a batch from being approved, in words."""
    items = list(batch.items.select_related("matter", "from_department"))
    wanting = []
    if batch.effective_on is None:
        wanting.append(_("没有生效日期"))
    elif batch.effective_on < today():
        wanting.append(_("生效日期已经过去"))
    if not any(item.moves for item in items):
        wanting.append(_("没有要划转的事项"))
    elsewhere = TransferItem.objects.filter(
        matter__in=[item.matter_id for item in items if item.moves],
        role__in=MOVING,
        transfer__state=TransferState.APPROVED,
    ).exclude(transfer=batch)
    taken = set(elsewhere.values_list("matter", flat=True))
    for item in items:
        name = item.matter.name
        if item.moves and item.matter_id in taken:
            wanting.append(_("“%(name)s”已在另一个审定的批次里") % {"name": name})
        if item.moves and item.matter.state == MatterState.CANCELLED:
            wanting.append(_("“%(name)s”已取消") % {"name": name})
        if item.role == TransferRole.STAYING and item.window_id is None:
            wanting.append(_("“%(name)s”保留在原部门，须在大厅设立窗口") % {"name": name})
    return wanting


def _copies(materials: Any, version: MatterVersion) -> list[Material]:
    rows = list(materials)
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    return rows


def _locked(transfer_id: int) -> Transfer:
    return (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("jurisdiction", "bureau")
        .get(pk=transfer_id)
    )


def _require_state(batch: Transfer, state: TransferState) -> None:
    if batch.state != state:
        raise WrongState(_("批次现在是“%(state)s”，不能这样做") % {"state": batch.get_state_display()})


def _tell(
    what: str, batch: Transfer, by: Actor, *, before: str = "", reason: str = "", data: dict | None = None
) -> None:
    trail.record(
        what,
        subject=batch,
        by=by,
        jurisdiction=batch.jurisdiction_id,
        from_state=before,
        to_state=batch.state,
        reason=reason,
        data=data,
    )
    touch(batch.jurisdiction_id)
