"""The catalogue: matters, their published versions, materials, routes and lists."""

from .changes import ChangeItem, ChangeSet
from .imports import ImportRun
from .lists import CatalogueStamp, ListBatch, ListEntry, MatterList
from .matters import Matter, Regime
from .proofs import MaterialDefinition, Proof
from .stamps import StampMark
from .transfers import Transfer, TransferItem
from .versions import Material, MatterVersion, Step

__all__ = [
    "CatalogueStamp",
    "ChangeItem",
    "ChangeSet",
    "ImportRun",
    "ListBatch",
    "ListEntry",
    "Material",
    "MaterialDefinition",
    "Matter",
    "MatterList",
    "MatterVersion",
    "Proof",
    "Regime",
    "StampMark",
    "Step",
    "Transfer",
    "TransferItem",
]
