"""What differs between places, as data. Code asks a policy, never for the name of a place."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from hall.errors import Invalid


@dataclass(frozen=True)
class Policies:
    """Settings of one jurisdiction. Each names the founding document that asks for it."""

    silent_consent: bool = False  # 缺席、超时默认 (S0 §18); also the kill switch
    silent_consent_basis: str = ""  # the local rule that a silent step cites
    silent_consent_batch: int = 20  # more than this at once waits for a supervisor (DESIGN §3)
    deferral: bool = True  # 容缺受理 (S0 §17, S4 四(六))
    breach_bars_deferral: bool = False  # who broke a promise within a year gets no 容缺 (S1 二(七): credit)
    delegated_instant: bool = False  # window posts decide 即办件 (S4 二(一)); else 受办分离 is absolute
    seal_rule: str = "department"  # "department" | "bureau" (S1 一) | "territory" (S2 二(一)1)
    window_grouping: str = "domains"  # "domains" (S3, eight) | "zones" (S2, four)
    zone_of_domain: dict[str, str] = field(default_factory=dict)  # domain → zone code
    town_levels: bool = False  # towns take applications in (S4 二(三))
    whole_city: bool = False  # any office in the city takes it (S0 §12, S2 二(六))
    correction_days: int = 15  # working days to correct after a notice; the law leaves them to the organ
    pre_review_days: int = 1  # working days in which an online application is looked at (S4 四(三))
    session_notice_days: int = 1  # working days between the notice of a joint session and its day (S0 §18)
    push_receipt_days: int = 3  # working days in which a supervising department signs for a push (S1 二(七))
    advice_days: int = 10  # working days in which a suggestion to revoke is answered
    rest_day_domains: tuple[str, ...] = ()  # handled on the rest day itself (365服务, S0 §12)
    warning_days: tuple[int, ...] = (3, 2, 1)
    targets: dict[str, float] = field(default_factory=dict)  # e.g. {"at_most_once": 0.95} (S3 二, S4 一)


def read(stored: dict[str, Any]) -> Policies:
    """Policies from a jurisdiction's stored settings. Raises Invalid for a name that does not exist."""
    known = {f.name for f in fields(Policies)}
    if unknown := set(stored) - known:
        raise Invalid(f"没有这样的政策项：{', '.join(sorted(unknown))}")
    values = dict(stored)
    for name in ("warning_days", "rest_day_domains"):
        if name in values:
            values[name] = tuple(values[name])
    return Policies(**values)


def write(policies: Policies) -> dict[str, Any]:
    """The settings to store for `policies`."""
    return asdict(policies)
