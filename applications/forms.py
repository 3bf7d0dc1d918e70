"""Forms of the desk and the portal. They check shape; the rules are in the verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hall.errors import Invalid
from hall.formkit import DateInput
from hall.people import identity
from hall.people.choices import IdType
from matters import situations
from matters.choices import ApplicantKind, Necessity
from matters.models import MatterVersion

from .choices import CheckResult, MaterialVerdict, RefusalGround
from .models import Application, CaseMaterial
from .services import MaterialEntry

PERSON, ENTERPRISE = "person", "enterprise"
DOCUMENT_CHOICES = IdType.choices


class HallForm(forms.Form):
    """The server says what is missing, in one summary."""

    use_required_attribute = False

    def check(self, field: str, value: str, by: Callable[[str], str]) -> str:
        """The value as `by` stores it; what is wrong with it becomes an error of `field`."""
        try:
            return by(value)
        except Invalid as error:
            self.add_error(field, ValidationError(str(error.message)))
            return value

    def take_over(self, error: Invalid, where: Mapping[str, str] | None = None) -> None:
        """Show a refusal by a verb beside the fields it names; what names none of ours goes on top."""
        told = False
        for name, messages in error.fields.items():
            mine = (where or {}).get(name, name)
            if mine in self.fields:
                self.add_error(mine, [str(message) for message in messages])
                told = True
        if not told:
            self.add_error(None, str(error.message))


def text(label: Any, span: int, *, required: bool = False, **given: Any) -> forms.CharField:
    field = forms.CharField(label=label, required=required, max_length=given.pop("max_length", 100), **given)
    field.span = span  # type: ignore[attr-defined]  # read by {% field %}
    return field


class ApplicantForm(HallForm):
    """Who applies, and who brings it: typed, with the checks of the numbers (GB 11643, GB 32100)."""

    kind = forms.ChoiceField(
        label=_("申请人类型"),
        choices=[(PERSON, _("个人")), (ENTERPRISE, _("单位"))],
        widget=forms.RadioSelect,
        initial=PERSON,
    )
    name = text(_("姓名"), 3)
    id_type = forms.ChoiceField(
        label=_("证件类型"), choices=DOCUMENT_CHOICES, initial=IdType.ID_CARD, required=False
    )
    id_number = text(_("证件号码"), 4, max_length=30)
    enterprise_name = text(_("单位名称"), 5, max_length=200)
    uscc = text(_("统一社会信用代码"), 4, max_length=30)
    legal_representative = text(_("法定代表人"), 3)
    phone = text(_("联系电话"), 3, max_length=30)
    by_agent = forms.BooleanField(label=_("由代理人办理"), required=False)
    agent_name = text(_("代理人姓名"), 3)
    agent_id_type = forms.ChoiceField(
        label=_("代理人证件类型"), choices=DOCUMENT_CHOICES, initial=IdType.ID_CARD, required=False
    )
    agent_id_number = text(_("代理人证件号码"), 4, max_length=30)
    agent_phone = text(_("代理人电话"), 3, max_length=30)
    mandate_ends = forms.DateField(
        label=_("委托截止日期"), required=False, widget=DateInput(), help_text=_("授权委托书没有写明的，空着")
    )

    WHO = {
        PERSON: {"name": _("请填写姓名"), "id_number": _("请填写证件号码")},
        ENTERPRISE: {
            "enterprise_name": _("请填写单位名称"),
            "uscc": _("请填写统一社会信用代码"),
        },
    }
    AGENT = {"agent_name": _("请填写代理人姓名"), "agent_id_number": _("请填写代理人证件号码")}

    def __init__(self, *args: Any, serves: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if serves and ApplicantKind.PERSON not in serves:
            self.initial.setdefault("kind", ENTERPRISE)  # nobody else may apply for this matter
        self._show_required(True)
        for name in ("name", "id_number", "phone", "agent_name", "agent_id_number", "agent_phone"):
            self.fields[name].personal = True  # type: ignore[attr-defined]  # read by {% field %}
            self.fields[name].widget.attrs |= {"autocomplete": "off", "class": "input personal"}

    def full_clean(self) -> None:
        """Every field is required within its group; which group counts, `clean` decides."""
        self._show_required(False)
        super().full_clean()
        self._show_required(True)

    def _show_required(self, required: bool) -> None:
        for name in (*self.WHO[PERSON], *self.WHO[ENTERPRISE], *self.AGENT, "id_type", "agent_id_type"):
            self.fields[name].required = required

    def _needed(self, kind: str, by_agent: bool) -> dict[str, Any]:
        """The fields that are asked for, with what to say when one is empty."""
        return {**self.WHO.get(kind, {}), **(self.AGENT if by_agent else {})}

    def clean(self) -> dict[str, Any]:
        """Only what the chosen kind needs is asked for."""
        super().clean()
        data = self.cleaned_data
        needed = self._needed(data.get("kind", ""), bool(data.get("by_agent")))
        for field, message in needed.items():
            if not data.get(field) and field not in self.errors:
                self.add_error(field, message)
        self._check_numbers(data, needed)
        return data

    def _check_numbers(self, data: dict[str, Any], needed: Iterable[str]) -> None:
        for field in needed:
            if not data.get(field):
                continue
            if field.endswith("id_number"):
                id_type = data[field.replace("number", "type")]
                data[field] = self.check(field, data[field], partial(identity.check_id, id_type))
            elif field == "uscc":
                data[field] = self.check(field, data[field], identity.check_uscc)
        for field in ("phone", "agent_phone"):
            if data.get(field):
                data[field] = self.check(field, data[field], identity.check_phone)


class SituationForm(HallForm):
    """The questions of a version (情形引导), with project code and territory where it needs them.

    Only the questions that are asked after the answers given so far; `guidance` is what those lead to.
    Who handles it (由谁来办) is known from who comes, and not asked again: `handler` is that answer in words.
    """

    def __init__(
        self, version: MatterVersion, *args: Any, by_agent: bool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_agent = by_agent
        self.known = situations.who_handles(version, by_agent=by_agent) if by_agent is not None else {}
        self.handler = situations.in_words(version, self.known)
        self.guidance = situations.outcome(version, self._given(version) | self.known)
        self.keys = [question["key"] for question in self.guidance.asked]
        for question in self.guidance.asked:
            if question["key"] in self.known:
                continue
            field = forms.ChoiceField(
                label=question["ask"],
                choices=[(option["value"], option["label"]) for option in question["options"]],
                widget=forms.RadioSelect,
                help_text=question.get("help", ""),
                required=question["key"] in self.guidance.answers or not self.guidance.stop,
                error_messages={"required": _("请回答：%(ask)s") % {"ask": question["ask"]}},
            )
            field.span = 6  # type: ignore[attr-defined]  # read by {% field %}
            self.fields[f"q_{question['key']}"] = field
        if version.project_code_required:
            self.fields["project_code"] = text(
                _("投资项目代码"),
                5,
                required=True,
                max_length=40,
                help_text=_("24位，例如 2105-511602-04-01-123456"),
            )
        if version.territory_seal:
            self.fields["territory"] = text(_("项目所在区域"), 4, max_length=40)

    @classmethod
    def of(
        cls, case: Application, data: Mapping[str, Any] | None = None, *, by_agent: bool | None = None
    ) -> SituationForm:
        """The form of a case with what it holds, or with what was posted; `by_agent` as it was typed."""
        initial = {f"q_{key}": value for key, value in case.answers.items()}
        initial |= {"project_code": case.project_code, "territory": case.territory}
        if by_agent is None:
            by_agent = case.agent_id is not None
        if data is not None and "a-kind" in data:  # the desk's form of who applies came along
            by_agent = bool(data.get("a-by_agent"))
        return cls(case.version, data, initial=initial, prefix="s", by_agent=by_agent)

    def _given(self, version: MatterVersion) -> dict[str, str]:
        """The answers posted, or those that the case holds."""
        found = {}
        for question in version.questions:
            name = f"q_{question['key']}"
            value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
            if value:
                found[question["key"]] = str(value)
        return found

    def answers(self) -> dict[str, str]:
        """The chosen answers by the version's own keys."""
        given = {key: value for key in self.keys if (value := self.cleaned_data.get(f"q_{key}"))}
        return given | {key: value for key, value in self.known.items() if key in self.keys}

    def given(self, name: str) -> str | None:
        """Project code or territory; None where the version does not ask for it."""
        return self.cleaned_data.get(name) if name in self.fields else None


# Verdicts of the grid and the key of each. A verdict that makes no sense for a material is not offered.
VERDICT_KEYS = {
    MaterialVerdict.OK: "Y",
    MaterialVerdict.FAULTY: "N",
    MaterialVerdict.MISSING: "M",
    MaterialVerdict.DEFERRED: "R",
    MaterialVerdict.REUSED: "U",
    MaterialVerdict.NOT_NEEDED: "X",
}
SHORT_VERDICTS = {
    MaterialVerdict.OK: _("符合"),
    MaterialVerdict.FAULTY: _("补正"),
    MaterialVerdict.MISSING: _("缺"),
    MaterialVerdict.DEFERRED: _("容缺"),
    MaterialVerdict.REUSED: _("复用"),
    MaterialVerdict.NOT_NEEDED: _("不需要"),
}


def verdicts_for(row: CaseMaterial, *, deferrable: bool) -> list[tuple[str, Any, str]]:
    """The verdicts that the desk may give a material: value, short word, key."""
    offered = [MaterialVerdict.OK, MaterialVerdict.FAULTY, MaterialVerdict.MISSING]
    if deferrable:
        offered.append(MaterialVerdict.DEFERRED)
    if row.verdict == MaterialVerdict.REUSED:  # given by naming the certificate, not by a click alone
        offered.append(MaterialVerdict.REUSED)
    if row.material.condition or row.material.necessity == Necessity.OPTIONAL:
        offered.append(MaterialVerdict.NOT_NEEDED)
    return [(verdict.value, SHORT_VERDICTS[verdict], VERDICT_KEYS[verdict]) for verdict in offered]


def read_materials(posted: Mapping[str, Any], rows: Iterable[CaseMaterial]) -> list[MaterialEntry]:
    """What the grid says of each material; rows without a verdict are left out."""
    entries = []
    for row in rows:
        code = row.material.code
        verdict = posted.get(f"v-{code}")
        if not verdict:
            continue
        entries.append(
            MaterialEntry(
                code=code,
                verdict=verdict,
                originals=_count(posted.get(f"o-{code}")),
                copies=_count(posted.get(f"c-{code}")),
                problem=posted.get(f"p-{code}", "")[:300],
                requirement=posted.get(f"r-{code}", "")[:300],
            )
        )
    return entries


def _count(text: str | None) -> int | None:
    return min(int(text), 99) if text and text.strip().isdecimal() else None


class RefusalForm(HallForm):
    """不予受理: ground, reason, and the organ that is competent.

    That it was not corrected is a ground for a case that was told what to correct.
    """

    ground = forms.ChoiceField(
        label=_("依据"),
        choices=[c for c in RefusalGround.choices if c[0] != RefusalGround.NOT_CORRECTED],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择依据")},
    )
    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("请写明理由")},
        help_text=_("写进《不予受理决定书》，用申请人看得懂的话"),
    )
    right_organ = text(_("有权机关"), 6, help_text=_("不属于本机关职权的，写明应当向哪个机关申请"))

    def __init__(self, *args: Any, corrected: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground = self.fields["ground"]
        if corrected and isinstance(ground, forms.ChoiceField):
            ground.choices = RefusalGround.choices


class ReasonForm(HallForm):
    """One reason, in words."""

    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("请写明理由")},
    )

    def __init__(self, *args: Any, label: Any = None, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text


class CheckForm(HallForm):
    """部门核查: what came of it, under which reference."""

    result = forms.ChoiceField(
        label=_("核查结果"), choices=CheckResult.choices, widget=forms.RadioSelect, required=False
    )
    reference = text(_("查询凭据号"), 6, max_length=80)
    note = text(_("说明"), 6, max_length=300, help_text=_("没有查到或者不一致的，写明情况"))

    def told(self) -> dict[str, str]:
        """What was filled in, as the verb takes it."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class TrackForm(HallForm):
    """Case number and query code, as printed on the receipt."""

    number = forms.CharField(
        label=_("办件编号"),
        max_length=100,
        error_messages={"required": _("请填写办件编号")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    code = forms.CharField(
        label=_("查询码"),
        max_length=10,
        error_messages={"required": _("请填写查询码")},
        help_text=_("印在收件凭证上，8位字母和数字"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class WhoForm(HallForm):
    """Online: for myself, or for somebody whose mandate I hold."""

    principal = forms.ChoiceField(label=_("为谁申请"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        error_messages={"required": _("请填写联系电话")},
        help_text=_("办理中有问题会打这个电话"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        principal = self.fields["principal"]
        if isinstance(principal, forms.ChoiceField):
            principal.choices = choices

    def clean_phone(self) -> str:
        """A telephone number as it is stored."""
        return self.check("phone", self.cleaned_data["phone"], identity.check_phone)
