"""The verbs of the catalogue: the only way to change it."""

from .creating import (
    cancel,
    count_popularity,
    create_matter,
    put_in_list,
    rename,
    resume,
    set_list,
    suspend,
)
from .drafting import change_draft, draft_version, fill_usual
from .loading import Profiled, publish_definition, publish_profile, publish_profiles
from .publishing import approve, check, publish, return_to_draft, submit, turn_versions, withdraw
from .regimes import revise_regime

__all__ = [
    "Profiled",
    "approve",
    "cancel",
    "change_draft",
    "check",
    "count_popularity",
    "create_matter",
    "draft_version",
    "fill_usual",
    "publish",
    "publish_definition",
    "publish_profile",
    "publish_profiles",
    "put_in_list",
    "rename",
    "resume",
    "return_to_draft",
    "revise_regime",
    "set_list",
    "submit",
    "suspend",
    "turn_versions",
    "withdraw",
]
