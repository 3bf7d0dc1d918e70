"""Verbs about the material library (材料库) and the lists of proofs (证明目录、共享目录、取消的证明)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Conflict, Incomplete, Invalid
from hall.organisation.models import Department, Jurisdiction
from hall.trail import services as trail

from ..choices import ProofList
from ..materials import normalised
from ..models import MaterialDefinition, Matter, Proof
from .rights import require_keeper, touch

Row = MaterialDefinition | Proof


@transaction.atomic
def define_material(
    place: Jurisdiction,
    code: str,
    *,
    name: str,
    by: Actor,
    synonyms: Sequence[str] = (),
    result_of: Matter | None = None,
    **facts: Any,
) -> MaterialDefinition:
    """Enter a material into the library of `place`, or correct it. `facts`: the fields of the model.

    Materials of versions already published keep what they say. Raises NotAllowed unless `by` keeps this
    catalogue, Conflict if another definition has this name, Invalid for a result of another place.
    """
    require_keeper(by, place)
    if result_of is not None and result_of.jurisdiction_id != place.pk:
        raise Invalid(_("事项不属于本地"), fields={"result_of": [_("请选择本地的事项")]})
    values = {**_named(name, synonyms), **facts, "result_of": result_of}
    found, made = _store(MaterialDefinition, place, code, values)
    _tell("material_defined" if made else "material_corrected", found, by)
    return found


@transaction.atomic
def list_proof(
    place: Jurisdiction,
    code: str,
    *,
    name: str,
    listed_in: str,
    by: Actor,
    synonyms: Sequence[str] = (),
    holder: Department | None = None,
    definition: MaterialDefinition | None = None,
    **facts: Any,
) -> Proof:
    """Put a proof into one of the lists of `place`, or correct its line. `facts`: source, basis, document,
    listed_on, note, is_demo.

    From then on a shared or cancelled proof is not asked for at intake, whatever older versions say.
    Raises NotAllowed, Incomplete for a demandable proof without basis or a shared one without source,
    Conflict if a list has it already, Invalid for a department or definition of another place.
    """
    require_keeper(by, place)
    for field, row in (("holder", holder), ("definition", definition)):
        if row is not None and row.jurisdiction_id != place.pk:
            raise Invalid(_("不属于本地"), fields={field: [_("请选择本地的")]})
    if listed_in == ProofList.DEMANDABLE and not str(facts.get("basis", "")).strip():
        raise Incomplete(
            _("列入证明目录的须有法律、法规或者国务院决定作依据"), fields={"basis": [_("请写明依据")]}
        )
    if listed_in == ProofList.SHARED and not str(facts.get("source", "")).strip():
        raise Incomplete(_("共享获取的证明须写明怎样获取"), fields={"source": [_("请写明获取方式")]})
    values = {
        **_named(name, synonyms),
        **facts,
        "listed_in": listed_in,
        "holder": holder,
        "definition": definition,
    }
    found, made = _store(Proof, place, code, values)
    _tell("proof_listed" if made else "proof_corrected", found, by)
    return found


@transaction.atomic
def unlist_proof(proof_id: int, *, by: Actor, reason: str) -> None:
    """Take a proof out of its list. Raises Incomplete without a reason."""
    proof = Proof.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=proof_id)
    require_keeper(by, proof.jurisdiction_id)
    if not reason.strip():
        raise Incomplete(_("请写明理由和依据"))
    _tell("proof_unlisted", proof, by, reason=reason.strip())
    proof.delete()


def _named(name: str, synonyms: Sequence[str]) -> dict[str, Any]:
    if not name.strip():
        raise Incomplete(_("请填写名称"), fields={"name": [_("请填写名称")]})
    others = [each.strip() for each in synonyms if each.strip()]
    return {"name": name.strip(), "key": normalised(name)[:200], "synonyms": others}


def _store(model: type[Row], place: Jurisdiction, code: str, values: dict[str, Any]) -> tuple[Any, bool]:
    try:
        with transaction.atomic():
            found, made = model.objects.select_for_update().update_or_create(  # type: ignore[union-attr]
                jurisdiction=place, code=code, defaults=values
            )
    except IntegrityError as error:
        raise Conflict(
            _("“%(name)s”已经在库或者目录里") % {"name": values["name"]}, fields={"name": [_("名称已有")]}
        ) from error
    touch(place)
    return found, made


def _tell(what: str, row: Row, by: Actor, reason: str = "") -> None:
    data: dict[str, Any] = {"code": row.code, "name": row.name}
    if isinstance(row, Proof):
        data["list"] = str(row.listed_in)
    trail.record(what, subject=row, by=by, jurisdiction=row.jurisdiction_id, reason=reason, data=data)
    if what == "proof_unlisted":
        touch(row.jurisdiction_id)
