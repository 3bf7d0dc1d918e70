"""What a version leaves unsaid, filled with what follows from the rest of it or with what is usual.

For definitions and profiles when they are loaded, and for keepers who ask for it in a draft. Nothing that
is stated is ever replaced. The usual values are data (profiles.json, "unstated").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .. import materials as material_words
from .. import wording
from ..choices import Channel, MaterialSource, MatterType, ResultKind
from ..models import Material, MatterVersion, Step

PROFILES = Path(__file__).resolve().parent.parent / "profiles.json"
APPLIED_ONLINE = 3  # 网上办理深度 from which an application is made online
WRITTEN = (ResultKind.CERTIFICATE, ResultKind.DOCUMENT)


def unstated(version: MatterVersion, materials: Sequence[Material], steps: Iterable[Step]) -> dict[str, Any]:
    """Values for those elements of `version` that it leaves empty and that follow or are usual."""
    usual = _usual()
    follows = {
        "channels": _channels(version),
        "delivery_modes": usual["delivery_modes"] if version.result_kind != ResultKind.NONE else [],
        "payment_ways": usual["payment_ways"] if version.fee else [],
        "joint_organs": _joint_organs(version, steps),
        "intermediaries": _intermediaries(version, materials),
        "exclusions": list(wording.exclusions_of(version.matter.name)),
        "result_sample": _sample(version, usual["sample_value"]),
        "rights_and_duties": usual["rights_and_duties"],
        "review_organ": None,
        "court": None,
    }
    if version.matter.kind != MatterType.PUBLIC_SERVICE:
        of_domain = usual["review_organ_of_domain"].get(version.matter.domain)
        follows |= {"review_organ": of_domain or usual["review_organ"], "court": usual["court"]}
    return {name: value for name, value in follows.items() if value and not getattr(version, name)}


def complete(version: MatterVersion, materials: Sequence[Material], steps: Iterable[Step]) -> None:
    """Fill an unsaved version and its materials with what they leave out. Saves nothing.

    A material without a basis of its own is asked for by the law that sets the matter up. A 证明 is not:
    it needs a law of its own, and the lists of proofs say so (无依据证明).
    """
    law = _first_law(version)
    for material in materials:
        if (
            law
            and material.demanded
            and not material.basis
            and not material_words.is_proof(material.name, material.definition)
        ):
            material.basis = law[:300]
    for name, value in unstated(version, materials, steps).items():
        setattr(version, name, value)


@cache
def _usual() -> dict[str, Any]:
    return json.loads(PROFILES.read_text(encoding="utf-8"))["unstated"]


def _channels(version: MatterVersion) -> list[str]:
    """The counter always; the internet from the third level; the post where nobody has to come."""
    found: list[str] = [Channel.WINDOW]
    if version.online_depth >= APPLIED_ONLINE:
        found += [Channel.WEB, Channel.MOBILE]
    elif version.visits == 0:
        found.append(Channel.POST)
    return [str(each) for each in found]


def _joint_organs(version: MatterVersion, steps: Iterable[Step]) -> list[dict[str, str]]:
    acting = {step.department_id: step.department for step in steps}
    acting.pop(version.department_id, None)
    return [{"name": department.name, "uscc": department.uscc} for department in acting.values()]


def _intermediaries(version: MatterVersion, materials: Sequence[Material]) -> list[dict[str, str]]:
    return [
        {"name": material.name, "provider": material.issuer, "basis": material.basis or _first_law(version)}
        for material in materials
        if material.source == MaterialSource.INTERMEDIARY and material.demanded
    ]


def _sample(version: MatterVersion, value: str) -> list[dict[str, str]]:
    if version.result_kind not in WRITTEN:
        return []
    fields = version.result_fields or [version.result_name]
    return [{"field": field, "value": value} for field in fields if field]


def _first_law(version: MatterVersion) -> str:
    stated = next((basis for basis in version.legal_basis if basis.get("law")), None)
    return f"《{stated['law']}》{stated.get('article', '')}" if stated else ""
