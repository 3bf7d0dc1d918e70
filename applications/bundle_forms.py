"""Forms of a bundle: its guidance, its joint form, its grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matters import bundles, formspec
from matters.bundles import Composition, Entry
from matters.choices import Necessity

from .bundle_models import BundleCase, BundleMaterial
from .choices import MaterialVerdict
from .forms import SHORT_VERDICTS, VERDICT_KEYS, HallForm
from .services import MaterialEntry


class BundleSituationForm(HallForm):
    """The questions of a bundle, each shown where it is asked, with project code and territory."""

    def __init__(self, whole: Composition, answers: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = whole.asked(answers)
        self.keys = [entry.key for entry in asked]
        for entry in asked:
            field = forms.ChoiceField(
                label=entry.item["ask"],
                choices=[(option["value"], option["label"]) for option in entry.item["options"]],
                widget=forms.RadioSelect,
                help_text=_effects(entry),
            )
            field.span = 6  # type: ignore[attr-defined]  # read by {% field %}
            self.fields[f"q_{entry.key}"] = field
        opened = whole.opened(answers)
        if any(member.needed.project_code_required for member in opened):
            code = forms.CharField(
                label=_("投资项目代码"),
                required=False,
                max_length=40,
                help_text=_("24位，例如 2105-511602-04-01-123456"),
            )
            code.span = 5  # type: ignore[attr-defined]
            self.fields["project_code"] = code
        if any(member.needed.territory_seal for member in opened):
            territory = forms.CharField(label=_("项目所在区域"), required=False, max_length=40)
            territory.span = 4  # type: ignore[attr-defined]
            self.fields["territory"] = territory

    @classmethod
    def of(
        cls, bundle: BundleCase, whole: Composition, data: Mapping[str, Any] | None = None
    ) -> BundleSituationForm:
        """The form of a bundle with what it holds, or with what was posted; asked by what it holds."""
        initial: dict[str, Any] = {f"q_{key}": value for key, value in bundle.answers.items()}
        initial |= {"project_code": bundle.project_code, "territory": bundle.territory}
        return cls(whole, bundle.answers, data, initial=initial, prefix="s")

    def answers(self) -> dict[str, str]:
        """The chosen answers by the joint keys."""
        return {key: value for key in self.keys if (value := self.cleaned_data.get(f"q_{key}"))}

    def given(self, name: str) -> str | None:
        """Project code or territory; None where it is not asked for."""
        return self.cleaned_data.get(name) if name in self.fields else None


def joint_form(
    whole: Composition, bundle: BundleCase, data: Mapping[str, Any] | None = None
) -> formspec.MatterForm:
    """The one form of the parts that this situation opens."""
    items = whole.form_items(bundle.answers)
    form = formspec.form_class(items)(data, initial=bundle.form_data)
    for item in items:
        form.fields[item["key"]].span = item.get("span") or _span(item["kind"])  # type: ignore[attr-defined]
    return form


def sections(whole: Composition, bundle: BundleCase, form: forms.Form) -> list[tuple[str, list[Any]]]:
    """The fields of the joint form under headings: what several parts share first, then part by part."""
    opened = {member.code: member.name for member in whole.opened(bundle.answers)}
    shared: list[Any] = []
    own: dict[str, list[Any]] = {code: [] for code in opened}
    for entry in whole.fields:
        codes = [code for code, _key in entry.parts if code in opened]
        if entry.key not in form.fields or not codes:
            continue
        (shared if len(codes) > 1 else own[codes[0]]).append(form[entry.key])
    found = [(str(_("各事项共用，只填一次")), shared)] if shared else []
    return found + [(opened[code], fields) for code, fields in own.items() if fields]


def verdicts_for(row: BundleMaterial) -> list[tuple[str, Any, str]]:
    """The verdicts that the desk may give a joint material: value, short word, key."""
    offered = [MaterialVerdict.OK, MaterialVerdict.FAULTY, MaterialVerdict.MISSING]
    if row.deferrable:
        offered.append(MaterialVerdict.DEFERRED)
    if row.material.condition or row.material.necessity == Necessity.OPTIONAL:
        offered.append(MaterialVerdict.NOT_NEEDED)
    return [(verdict.value, SHORT_VERDICTS[verdict], VERDICT_KEYS[verdict]) for verdict in offered]


def read_grid(posted: Mapping[str, Any], rows: Iterable[BundleMaterial]) -> list[MaterialEntry]:
    """What the grid says of each joint material; rows without a verdict are left out."""
    return [
        MaterialEntry(
            code=row.key,
            verdict=verdict,
            problem=posted.get(f"p-{row.key}", "")[:300],
            requirement=posted.get(f"r-{row.key}", "")[:300],
        )
        for row in rows
        if (verdict := posted.get(f"v-{row.key}"))
    ]


class ClearForm(HallForm):
    """Why a prohibited item of the negative list does not apply."""

    reason = forms.CharField(
        label=_("不属于禁止准入的理由"),
        max_length=300,
        error_messages={"required": _("请写明理由")},
        help_text=_("与比对结果一并记入办件"),
    )


def answers_in(whole: Composition, posted: Mapping[str, Any], prefix: str = "s") -> dict[str, str]:
    """The answers in a posted form, whatever questions it showed."""
    return whole.clean_answers(
        {entry.key: str(posted.get(f"{prefix}-q_{entry.key}", "")) for entry in whole.questions}
    )


def conditions(whole: Composition) -> dict[str, tuple[str, list[str]]]:
    """Which answers open which part, for pages that show it."""
    return {member.code: bundles.condition_of(member.row) for member in whole.members}


def _effects(entry: Entry) -> str:
    return "；".join(
        f"{option['label']}：{option['effect']}" for option in entry.item["options"] if option.get("effect")
    )


def _span(kind: str) -> int:
    from .views.desk_page import SPANS

    return SPANS.get(kind, 4)  # type: ignore[call-overload]
