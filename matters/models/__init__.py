"""The catalogue: matters, their published versions, materials, routes and lists."""

from .lists import CatalogueStamp, ListEntry, MatterList
from .matters import Matter, Regime
from .proofs import MaterialDefinition, Proof
from .versions import Material, MatterVersion, Step

__all__ = [
    "CatalogueStamp",
    "ListEntry",
    "Material",
    "MaterialDefinition",
    "Matter",
    "MatterList",
    "MatterVersion",
    "Proof",
    "Regime",
    "Step",
]
