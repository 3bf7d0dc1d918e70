"""Forms of the keepers' desk for bundles and the negative list: plain lines, as keepers write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department, Jurisdiction

from ..choices import AccessKind, ApplicantKind, LicenceTiming
from ..models import BundleVersion, Matter
from .fields import LinesField, offer

SPARE_ROWS = 3


class QuestionLines(forms.CharField):
    """The bundle's own questions as lines: `key：question`, then `- value：answer` for each answer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": 8}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Questions as a keeper edits them."""
        if not isinstance(value, list):
            return value
        lines = []
        for question in value:
            lines.append(f"{question['key']}：{question['ask']}")
            lines += [f"- {option['value']}：{option['label']}" for option in question["options"]]
        return "\n".join(lines)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Questions as they are stored. Raises ValidationError, naming the line that is not right."""
        questions: list[dict[str, Any]] = []
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            text = line.strip()
            if not text:
                continue
            key, _colon, rest = text.lstrip("- ").replace(":", "：", 1).partition("：")
            key, rest = key.strip(), rest.strip()
            if not rest or not key.replace("_", "").isalnum() or (text[0] == "-" and not questions):
                raise ValidationError(_g("第%(line)s行写成“代码：问题”或者“- 值：说法”") % {"line": number})
            if text[0] == "-":
                questions[-1]["options"].append({"value": key, "label": rest})
            else:
                questions.append({"key": key, "ask": rest, "options": []})
        if any(len(question["options"]) < 2 for question in questions):
            raise ValidationError(_g("每个问题至少要有两个选项"))
        return questions


class NewBundleForm(forms.Form):
    """The identity of a bundle."""

    name = forms.CharField(label=_("名称"), max_length=100)
    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("字母、数字和横线"))
    department = forms.ModelChoiceField(Department.objects.none(), label=_("牵头部门"))
    aliases = LinesField(label=_("别名"), help_text=_("群众平时的说法，一行一个"))

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", Department.objects.filter(jurisdiction=place))


class BundleForm(forms.Form):
    """The elements of a bundle's draft."""

    summary = forms.CharField(label=_("说明"), max_length=300, required=False)
    basis = forms.CharField(label=_("依据"), max_length=300, required=False)
    applicants = forms.MultipleChoiceField(
        label=_("服务对象"),
        choices=ApplicantKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    promised_value = forms.IntegerField(label=_("承诺办结时限（工作日）"), min_value=1, max_value=400)
    online = forms.BooleanField(label=_("可网上申请"), required=False)
    questions = QuestionLines(
        label=_("一件事自己的问题"), help_text=_("各事项的问题自动合并，这里只写决定办哪几项的问题")
    )
    same_fields = LinesField(
        label=_("同一内容的字段"),
        help_text=_("一行一组：company.domicile = tax.biz_address，名称相同的自动合并，不用写"),
    )
    series = forms.CharField(label=_("所属全流程"), max_length=60, required=False)
    series_stage = forms.IntegerField(label=_("阶段"), min_value=1, max_value=20, required=False)
    series_limit = forms.IntegerField(label=_("全流程承诺（工作日）"), min_value=1, required=False)
    in_series_limit = forms.BooleanField(label=_("本阶段计入全流程承诺"), required=False)
    change_reason = forms.CharField(label=_("变更理由"), max_length=300, required=False)

    @classmethod
    def of(cls, version: BundleVersion, data: Any = None) -> BundleForm:
        """The form with what the draft holds, or with what was posted."""
        names = [name for name in cls.base_fields if name != "same_fields"]
        initial = {name: getattr(version, name) for name in names}
        initial["same_fields"] = [" = ".join(group) for group in version.same_fields]
        return cls(data, initial=initial)

    def clean_same_fields(self) -> list[list[str]]:
        """Groups of names; each at least two."""
        groups = [
            [name.strip() for name in line.split("=") if name.strip()]
            for line in self.cleaned_data["same_fields"]
        ]
        if any(len(group) < 2 for group in groups):
            raise ValidationError(_g("每行至少两个字段，用“=”隔开"))
        return groups


class BundlePartForm(forms.Form):
    """One part in one row of the editor."""

    code = forms.SlugField(label=_("代码"), max_length=20)
    matter = forms.ModelChoiceField(Matter.objects.none(), label=_("事项"))
    after = forms.CharField(label=_("在其后办理"), required=False, help_text=_("事项代码，空格隔开"))
    opens_when = forms.CharField(
        label=_("需要的情形"), max_length=100, required=False, help_text=_("问题=选项，空着是都要办")
    )
    sinks = forms.BooleanField(label=_("不予则全部终止"), required=False)
    preset = forms.CharField(label=_("预设回答"), required=False, help_text=_("问题=选项，空格隔开"))
    feeds = forms.CharField(
        label=_("结果用作材料"), required=False, help_text=_("事项代码.材料代码，空格隔开")
    )

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter", Matter.objects.in_place(place).open_now().order_by("pinyin", "pk"))

    def clean_after(self) -> list[str]:
        """Codes of other parts."""
        return self.cleaned_data["after"].split()

    def clean_preset(self) -> dict[str, str]:
        """Answers by question."""
        pairs = [word.partition("=") for word in self.cleaned_data["preset"].split()]
        if not all(key and value for key, _sign, value in pairs):
            raise ValidationError(_g("写成“问题=选项”"))
        return {key: value for key, _sign, value in pairs}

    def clean_feeds(self) -> list[dict[str, str]]:
        """Materials of later parts."""
        pairs = [word.partition(".") for word in self.cleaned_data["feeds"].split()]
        if not all(part and code for part, _sign, code in pairs):
            raise ValidationError(_g("写成“事项代码.材料代码”"))
        return [{"part": part, "material": code} for part, _sign, code in pairs]


class BasePartFormSet(forms.BaseFormSet):
    """The rows of parts; an empty row is left out, a ticked one removed."""

    def rows(self) -> list[dict[str, Any]]:
        """The parts in their order, as the verb takes them."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data.get("matter")]
        names = ("code", "matter", "after", "opens_when", "sinks", "preset", "feeds")
        return [{name: row[name] for name in names} for row in kept if not row.get("DELETE")]


PartFormSet = forms.formset_factory(
    BundlePartForm, formset=BasePartFormSet, extra=SPARE_ROWS, can_delete=True, max_num=20
)


def part_rows(version: BundleVersion, place: Jurisdiction, data: Any = None) -> BasePartFormSet:
    """The parts of a draft as rows to edit."""
    initial = [
        {
            "code": row.code,
            "matter": row.matter_id,
            "after": " ".join(row.after),
            "opens_when": row.opens_when,
            "sinks": row.sinks,
            "preset": " ".join(f"{key}={value}" for key, value in row.preset.items()),
            "feeds": " ".join(f"{feed['part']}.{feed['material']}" for feed in row.feeds),
        }
        for row in version.parts.all()
    ]
    made = PartFormSet(data, initial=initial, prefix="p", form_kwargs={"place": place})
    assert isinstance(made, BasePartFormSet)
    return made


class NegativeListForm(forms.Form):
    """Which edition of the negative list the place applies."""

    name = forms.CharField(label=_("名称"), max_length=100)
    edition = forms.CharField(label=_("版本"), max_length=100)
    document = forms.CharField(label=_("公布文件"), max_length=200)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class NegativeItemForm(forms.Form):
    """One item of the negative list."""

    code = forms.SlugField(label=_("代码"), max_length=40)
    kind = forms.ChoiceField(label=_("类别"), choices=AccessKind.choices, widget=forms.RadioSelect)
    industry = forms.CharField(label=_("行业"), max_length=60)
    name = forms.CharField(label=_("事项"), max_length=200)
    words = LinesField(label=_("对照词"), help_text=_("经营范围里出现这些词就命中，一行一个"))
    unless = LinesField(label=_("排除词"), help_text=_("含有对照词、但说的是另一回事的写法，一行一个"))
    basis = forms.CharField(label=_("依据"), max_length=300)
    timing = forms.ChoiceField(
        label=_("许可时点"), choices=[("", "—"), *LicenceTiming.choices], required=False
    )
    licence = forms.CharField(label=_("须取得的许可"), max_length=100, required=False)
    matter = forms.ModelChoiceField(Matter.objects.none(), label=_("本地办理事项"), required=False)
    in_use = forms.BooleanField(label=_("使用中"), required=False, initial=True)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter", Matter.objects.in_place(place).open_now().order_by("pinyin", "pk"))


class CheckedFieldForm(forms.Form):
    """Which field of which matter holds the business scope."""

    matter = forms.ModelChoiceField(Matter.objects.none(), label=_("事项"))
    key = forms.CharField(label=_("字段代码"), max_length=40)

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter", Matter.objects.in_place(place).open_now().order_by("pinyin", "pk"))
