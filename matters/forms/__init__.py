"""Forms of the keepers' desk. They read and show; what may be stored is decided by the verbs."""

from .library import DefinitionForm, ProofForm
from .lists import BatchForm
from .manage import (
    CreateForm,
    ListForm,
    NamesForm,
    PublishForm,
    PutInListForm,
    ReasonForm,
    StateForm,
)
from .transfers import TransferForm, TransferItemForm
from .version import VersionEditForm

__all__ = [
    "BatchForm",
    "CreateForm",
    "DefinitionForm",
    "ListForm",
    "NamesForm",
    "ProofForm",
    "PublishForm",
    "PutInListForm",
    "ReasonForm",
    "StateForm",
    "TransferForm",
    "TransferItemForm",
    "VersionEditForm",
]
