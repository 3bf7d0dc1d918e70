"""After a transfer the former department neither approves again nor seals again (S1 二(二): 杜绝重复盖章)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import transfers
from .base import Finding, Whole, rule


@rule(gettext_lazy("划转后原部门不再审批"))
def no_second_approval_after_transfer(whole: Whole) -> Iterator[Finding]:
    found = transfers.settled(whole.place).get(whole.version.matter_id)
    if found is None:
        return
    if whole.version.department_id in found.former:
        yield Finding(
            _("决定机关"),
            _("事项已经划转，原部门不再作出决定，不得要求再加盖其印章（S1 二(二)）"),
            _("把决定机关改为划入的行政审批局"),
        )
    for step in whole.steps:
        if step.department_id not in found.former:
            continue
        element = _("路径：%(step)s") % {"step": step}
        if step.decides or step.kind in transfers.APPROVING:
            yield Finding(
                element,
                _("事项已经划转，原部门不再审查、审核和决定"),
                _("由划入的行政审批局承办；依法须听取意见的改为征求意见"),
            )
        elif not found.consult_basis:
            yield Finding(
                element,
                _("划转后再征求原部门意见，须有法律、法规依据"),
                _("在划转批次里写明依据，或者取消这个环节"),
            )
