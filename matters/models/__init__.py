"""The catalogue: matters, their published versions, materials, routes and lists."""

from .lists import CatalogueStamp, ListBatch, ListEntry, MatterList
from .matters import Matter, Regime
from .proofs import MaterialDefinition, Proof
from .transfers import Transfer, TransferItem
from .versions import Material, MatterVersion, Step

__all__ = [
    "CatalogueStamp",
    "ListBatch",
    "ListEntry",
    "Material",
    "MaterialDefinition",
    "Matter",
    "MatterList",
    "MatterVersion",
    "Proof",
    "Regime",
    "Step",
    "Transfer",
    "TransferItem",
]
