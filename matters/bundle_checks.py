"""Is a bundle complete and consistent? The rules that must hold before it is published.

Each finding names the element, the rule it breaks and the remedy, as for a matter (matters.checks).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import bundles
from .bundles import Composition
from .checks.base import Finding
from .models import BundleVersion


def findings(whole: Composition) -> list[Finding]:
    """Everything that is wrong with a bundle, what blocks publishing first."""
    rules = (_head, _parts, _order, _opening, _naming, _time, _series)
    found = [each for rule in rules for each in rule(whole)]
    return sorted(found, key=lambda finding: not finding.blocks)


def _head(whole: Composition) -> Iterator[Finding]:
    if not whole.version.basis:
        yield Finding(_("依据"), _("一件事须有依据"), _("写明文件名称和条款"), code="bundle_basis")
    if not whole.version.applicants:
        yield Finding(_("服务对象"), _("须写明谁可以申请"), _("至少选一类服务对象"), code="bundle_applicants")


def _parts(whole: Composition) -> Iterator[Finding]:
    if len(whole.members) < 2:
        yield Finding(_("组成事项"), _("一件事至少由两个事项组成"), _("加入事项"), code="bundle_parts")
    for member in whole.missing:
        yield Finding(
            member.name,
            _("组成事项须有现行版本且未暂停、取消"),
            _("先发布该事项，或者从一件事中移除"),
            code="bundle_part_in_force",
        )


def _order(whole: Composition) -> Iterator[Finding]:
    codes = set(whole.by_code)
    for member in whole.members:
        if lost := [code for code in member.row.after if code not in codes]:
            yield Finding(
                member.name,
                _("所依赖的事项须在本一件事中"),
                _("去掉“%(codes)s”或者加入该事项") % {"codes": "、".join(lost)},
                code="bundle_after_exists",
            )
        conditional = [
            each.name
            for each in whole.members
            if each.code in member.row.after
            and each.row.opens_when
            and each.row.opens_when != member.row.opens_when
        ]
        if conditional:
            yield Finding(
                member.name,
                _("所依赖的“%(names)s”只在部分情形办理") % {"names": "、".join(conditional)},
                _("不办理时本项直接启动，请核对"),
                blocks=False,
                code="bundle_after_conditional",
            )
    if circle := bundles.in_circle([member.row for member in whole.members]):
        names = [whole[code].name for code in circle]
        yield Finding(
            _("办理顺序"),
            _("先后顺序不能循环：%(names)s") % {"names": "、".join(names)},
            _("去掉其中一个“在其后办理”"),
            code="bundle_circle",
        )


def _opening(whole: Composition) -> Iterator[Finding]:
    offered = {
        entry.key: {str(option["value"]) for option in entry.item["options"]} for entry in whole.questions
    }
    always = 0
    for member in whole.members:
        key, values = bundles.condition_of(member.row)
        if not key:
            always += 1
        elif key not in offered or not values or set(values) - offered[key]:
            yield Finding(
                member.name,
                _("需要的情形须是情形引导中的问题和选项"),
                _("写成“问题代码=选项值”，多个值用“|”隔开"),
                code="bundle_condition",
            )
    if whole.members and not always:
        yield Finding(_("组成事项"), _("至少有一项任何情形都要办"), _("核对需要的情形"), code="bundle_always")


def _naming(whole: Composition) -> Iterator[Finding]:
    """Fields, presets and fed materials must be there under the names given."""
    for member in whole.members:
        if member.version is None:
            continue
        options = {q["key"]: {str(o["value"]) for o in q["options"]} for q in member.version.questions}
        if wrong := [key for key, value in member.row.preset.items() if value not in options.get(key, ())]:
            yield Finding(
                member.name,
                _("预设回答须是该事项情形引导中的选项"),
                _("核对“%(keys)s”") % {"keys": "、".join(wrong)},
                code="bundle_preset",
            )
        for feed in member.row.feeds:
            target = whole.by_code.get(feed.get("part", ""))
            codes = {m.code for m in target.version.materials.all()} if target and target.version else set()
            if feed.get("material") not in codes:
                yield Finding(
                    member.name,
                    _("结果用作的材料须在后一事项的材料清单中"),
                    _("核对“%(part)s.%(code)s”")
                    % {"part": feed.get("part", ""), "code": feed.get("material", "")},
                    code="bundle_feed",
                )
            elif target and member.code not in target.row.after:
                yield Finding(
                    target.name,
                    _("用到“%(name)s”的结果，须在其后办理") % {"name": member.name},
                    _("在“在其后办理”中写上它"),
                    code="bundle_feed_order",
                )
    kinds = {
        f"{member.code}.{item['key']}": item["kind"]
        for member in whole.members
        if member.version
        for item in member.version.form_fields
    }
    for group in whole.version.same_fields:
        lost = [name for name in group if name not in kinds]
        if lost:
            yield Finding(
                _("同一内容的字段"),
                _("没有这样的字段：%(names)s") % {"names": "、".join(lost)},
                _("写成“事项代码.字段代码”"),
                code="bundle_same_field",
            )
        elif len({kinds[name] for name in group}) > 1:
            yield Finding(
                _("同一内容的字段"),
                _("类型不同，不能合为一个字段：%(names)s") % {"names": "、".join(group)},
                _("去掉类型不同的字段"),
                code="bundle_same_kind",
            )


def _time(whole: Composition) -> Iterator[Finding]:
    if bundles.in_circle([member.row for member in whole.members]):
        return
    needed, promised = whole.longest(), whole.version.promised_value
    if needed > promised:
        yield Finding(
            _("承诺办结时限"),
            _("最长一条路径要%(needed)s个工作日，超过承诺的%(promised)s个工作日")
            % {"needed": needed, "promised": promised},
            _("压缩组成事项的承诺、改为并联办理，或者延长一件事的承诺"),
            code="bundle_promise",
        )


def _series(whole: Composition) -> Iterator[Finding]:
    version = whole.version
    if not version.series or not version.series_limit or not version.in_series_limit:
        return
    others = BundleVersion.objects.in_force().filter(
        bundle__jurisdiction=version.bundle.jurisdiction_id, series=version.series, in_series_limit=True
    )
    stages = others.exclude(bundle=version.bundle_id).values_list("promised_value", flat=True)
    total = sum(stages) + version.promised_value
    if total > version.series_limit:
        yield Finding(
            _("全流程承诺"),
            _("各阶段合计%(total)s个工作日，超过全流程承诺的%(limit)s个工作日")
            % {"total": total, "limit": version.series_limit},
            _("压缩本阶段或者其他阶段的承诺"),
            code="bundle_series",
        )
