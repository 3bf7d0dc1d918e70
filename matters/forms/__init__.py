"""Forms of the keepers' desk. They read and show; what may be stored is decided by the verbs."""

from .manage import (
    CreateForm,
    ImportForm,
    ListForm,
    NamesForm,
    PublishForm,
    PutInListForm,
    ReasonForm,
    StateForm,
)
from .version import VersionEditForm

__all__ = [
    "CreateForm",
    "ImportForm",
    "ListForm",
    "NamesForm",
    "PublishForm",
    "PutInListForm",
    "ReasonForm",
    "StateForm",
    "VersionEditForm",
]
