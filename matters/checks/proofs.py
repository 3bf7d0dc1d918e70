"""What may not be asked of people: proofs that are shared, cancelled or without a law (S0 §6, S4 四(六))."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import proofs
from ..choices import ProofList
from .base import Finding, Whole, rule


@rule(gettext_lazy("不要共享目录里的和已取消的证明"))
def no_proof_that_may_not_be_demanded(whole: Whole) -> Iterator[Finding]:
    book = proofs.seen_by(whole.place)
    for material in whole.materials:
        proof = book.proof_of(material)
        if not material.demanded or proof is None:
            continue
        element = _("材料：%(name)s") % {"name": material.name}
        if proof.listed_in == ProofList.SHARED:
            yield Finding(
                element,
                _("列入证明材料共享目录的由部门自行核查获取，不得要求提供原件和复印件（S4 四(六)）"),
                _("在“由部门核查获取”写明来源：%(source)s") % {"source": proofs.told_source(proof)},
            )
        elif proof.listed_in == ProofList.CANCELLED:
            yield Finding(
                element, _("该证明已经取消，不得要求提供"), _("删除该材料，或者改由部门核查、申请人承诺")
            )


@rule(gettext_lazy("证明有法律依据"))
def no_proof_without_law(whole: Whole) -> Iterator[Finding]:
    book = proofs.seen_by(whole.place)
    listed = book.lists(ProofList.DEMANDABLE)
    for material in whole.materials:
        if not material.demanded or not book.is_proof(material):
            continue
        element = _("材料：%(name)s") % {"name": material.name}
        if not material.basis:
            yield Finding(
                element,
                _("无依据证明：没有法律、法规或者国务院决定依据的证明一律取消（S0 §6）"),
                _("写明依据；没有依据的取消，改由部门核查或者申请人承诺"),
                blocks=False,
            )
        elif listed and book.proof_of(material) is None:
            yield Finding(
                element, _("要求提供的证明须列入证明目录"), _("把它列入证明目录，或者不再要求"), blocks=False
            )
