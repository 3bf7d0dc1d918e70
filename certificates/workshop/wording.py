"""The words that differ with the type of a matter (GB/T 39046 A.1, DOMAIN §5), as data.

A licence is granted by a 准予行政许可决定书, a confirmation by a 行政确认决定书, a public service ends with
a 办理结果通知书. Templates ask here and never branch on a type.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """How papers speak of one type of matter.

    `act` is what the applicant asked for; `grant` and `refuse` complete the sentence 「本机关决定：…」;
    the four laws are cited where a paper rests on procedure and the matter's own basis is not enough.
    """

    act: str
    acceptance_title: str
    refusal_of_acceptance_title: str
    grant_title: str
    refusal_title: str
    grant: str
    refuse: str
    acceptance_law: str
    refusal_of_acceptance_law: str
    decision_law: str
    correction_law: str
    renewal: str = ""


_LICENSING_LAW = "《中华人民共和国行政许可法》"


def _by_local_rule(act: str, *, grant_title: str, refusal_title: str, grant: str, refuse: str) -> Wording:
    """Types outside the licensing law: the matter's own basis carries the paper."""
    return Wording(
        act=act,
        acceptance_title="受理通知书",
        refusal_of_acceptance_title="不予受理决定书",
        grant_title=grant_title,
        refusal_title=refusal_title,
        grant=grant,
        refuse=refuse,
        acceptance_law="该事项办事指南公布的受理条件",
        refusal_of_acceptance_law="该事项设定依据和办事指南公布的受理条件",
        decision_law="",
        correction_law="该事项设定依据和办事指南公布的申请材料要求",
    )


LICENCE = Wording(
    act="行政许可",
    acceptance_title="行政许可申请受理通知书",
    refusal_of_acceptance_title="行政许可申请不予受理决定书",
    grant_title="准予行政许可决定书",
    refusal_title="不予行政许可决定书",
    grant="准予你（单位）的行政许可申请",
    refuse="不予行政许可",
    acceptance_law=f"{_LICENSING_LAW}第三十二条第一款第（五）项",
    refusal_of_acceptance_law=f"{_LICENSING_LAW}第三十二条第一款",
    decision_law=f"{_LICENSING_LAW}第三十八条",
    correction_law=f"{_LICENSING_LAW}第三十二条第一款第（四）项",
    renewal="需要延续的，应当在有效期届满三十日前提出申请。",
)

_SERVICE = _by_local_rule(
    "公共服务",
    grant_title="办理结果通知书",
    refusal_title="不予办理通知书",
    grant="同意办理你（单位）申请的事项",
    refuse="不予办理",
)

BY_TYPE: dict[str, Wording] = {
    "01": LICENCE,
    "05": _by_local_rule(
        "行政给付",
        grant_title="行政给付决定书",
        refusal_title="不予行政给付决定书",
        grant="准予你（单位）的行政给付申请",
        refuse="不予行政给付",
    ),
    "07": _by_local_rule(
        "行政确认",
        grant_title="行政确认决定书",
        refusal_title="不予行政确认决定书",
        grant="对你（单位）申请的事项予以确认",
        refuse="不予行政确认",
    ),
    "08": _by_local_rule(
        "行政奖励",
        grant_title="行政奖励决定书",
        refusal_title="不予行政奖励决定书",
        grant="准予你（单位）的行政奖励申请",
        refuse="不予行政奖励",
    ),
    "09": _by_local_rule(
        "行政裁决",
        grant_title="行政裁决书",
        refusal_title="驳回行政裁决申请决定书",
        grant="对你（单位）的申请作出如下裁决",
        refuse="驳回裁决申请",
    ),
    "10": _by_local_rule(
        "行政权力事项",
        grant_title="办理结果通知书",
        refusal_title="不予办理决定书",
        grant="同意办理你（单位）申请的事项",
        refuse="不予办理",
    ),
    "20": _SERVICE,
}


def wording(matter_type: str) -> Wording:
    """The words for a matter type; a local extension (11+, 21+) speaks like a public service."""
    return BY_TYPE.get(matter_type, _SERVICE)
