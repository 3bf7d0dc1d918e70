"""The verbs of the catalogue: the only way to change it."""

from .creating import (
    cancel,
    count_popularity,
    create_matter,
    put_in_list,
    rename,
    resume,
    set_batch,
    set_list,
    suspend,
)
from .drafting import change_draft, draft_version, fill_usual
from .library import define_material, list_proof, unlist_proof
from .loading import Profiled, publish_definition, publish_profile, publish_profiles
from .publishing import approve, check, publish, return_to_draft, submit, turn_versions, withdraw
from .regimes import revise_regime
from .transferring import (
    approve_transfer,
    drop_from_transfer,
    prepare_transfer,
    put_in_transfer,
    record_transfer,
    return_transfer,
    take_effect,
    take_transfers,
)

__all__ = [
    "Profiled",
    "approve",
    "approve_transfer",
    "cancel",
    "change_draft",
    "check",
    "count_popularity",
    "create_matter",
    "define_material",
    "draft_version",
    "drop_from_transfer",
    "fill_usual",
    "list_proof",
    "prepare_transfer",
    "publish",
    "publish_definition",
    "publish_profile",
    "publish_profiles",
    "put_in_list",
    "put_in_transfer",
    "record_transfer",
    "rename",
    "resume",
    "return_to_draft",
    "return_transfer",
    "revise_regime",
    "set_batch",
    "set_list",
    "submit",
    "suspend",
    "take_effect",
    "take_transfers",
    "turn_versions",
    "unlist_proof",
    "withdraw",
]
