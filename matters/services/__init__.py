"""The verbs of the catalogue: the only way to change it."""

from .changing import (
    approve_change_set,
    draft_change_set,
    drop_change_set,
    leave_out,
    publish_change_set,
    return_change_set,
    revise_change_set,
    submit_change_set,
)
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
    "approve_change_set",
    "approve_transfer",
    "cancel",
    "change_draft",
    "check",
    "count_popularity",
    "create_matter",
    "define_material",
    "draft_change_set",
    "draft_version",
    "drop_change_set",
    "drop_from_transfer",
    "fill_usual",
    "leave_out",
    "list_proof",
    "prepare_transfer",
    "publish",
    "publish_change_set",
    "publish_definition",
    "publish_profile",
    "publish_profiles",
    "put_in_list",
    "put_in_transfer",
    "record_transfer",
    "rename",
    "resume",
    "return_change_set",
    "return_to_draft",
    "return_transfer",
    "revise_change_set",
    "revise_regime",
    "set_batch",
    "set_list",
    "submit",
    "submit_change_set",
    "suspend",
    "take_effect",
    "take_transfers",
    "turn_versions",
    "unlist_proof",
    "withdraw",
]
