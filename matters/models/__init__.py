"""The catalogue: matters, their published versions, materials, routes and lists."""

from .bundles import Bundle, BundlePart, BundleVersion
from .changes import ChangeItem, ChangeSet
from .formfiles import FormFile
from .health import MatterHealth
from .imports import ImportRun
from .lists import CatalogueStamp, ListBatch, ListEntry, MatterList
from .market import CheckedField, NegativeItem, NegativeList
from .matters import Matter, Regime
from .projects import MatterDependency, ProjectScheme, ProjectStage, StageMatter
from .proofs import MaterialDefinition, Proof
from .stamps import StampMark
from .transfers import Transfer, TransferItem
from .versions import Material, MatterVersion, Step

__all__ = [
    "Bundle",
    "BundlePart",
    "BundleVersion",
    "CatalogueStamp",
    "ChangeItem",
    "ChangeSet",
    "CheckedField",
    "FormFile",
    "ImportRun",
    "ListBatch",
    "ListEntry",
    "Material",
    "MaterialDefinition",
    "Matter",
    "MatterDependency",
    "MatterHealth",
    "MatterList",
    "MatterVersion",
    "NegativeItem",
    "NegativeList",
    "ProjectScheme",
    "ProjectStage",
    "Proof",
    "Regime",
    "StageMatter",
    "StampMark",
    "Step",
    "Transfer",
    "TransferItem",
]
