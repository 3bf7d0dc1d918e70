"""The editor of a draft: every element, the material grid, the route, the form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hall.clocks.choices import Ground
from hall.clocks.limits import Unit
from hall.errors import Invalid
from hall.formkit import Column, TableField
from hall.organisation.models import Department

from .. import elements as element_names
from .. import formschema
from ..choices import (
    ApplicantKind,
    CaseType,
    Certainty,
    FieldKind,
    MaterialForm,
    MaterialSource,
    Media,
    Necessity,
    Prefill,
    ResultKind,
    Scope,
    SpecialProcedure,
    StepKind,
)
from ..models import MaterialDefinition, MatterVersion, Regime
from . import stated
from .fields import LinesField, offer

YES_NO = (("1", _("是")), ("0", _("否")))
BLANK: list[tuple[str, Any]] = [("", "—")]
WHOLE_LINES = (
    "statutory_basis",
    "visit_reason",
    "quantity_limit",
    "fee_basis",
    "change_reason",
    *stated.WHOLE_LINES,
)

MATERIAL_COLUMNS = [
    Column("code", _("代码")),
    Column("name", _("名称"), required=True),
    Column("necessity", _("必要性"), "select", True, Necessity.choices),
    Column("is_main", _("主件"), "select", True, YES_NO),
    Column("form", _("类型"), "select", True, MaterialForm.choices),
    Column("originals", _("原件"), "number"),
    Column("copies", _("复印件"), "number"),
    Column("media", _("形式"), "select", True, Media.choices),
    Column("source", _("来源"), "select", True, MaterialSource.choices),
    Column("issuer", _("出具机构")),
    Column("substitute_certificate", _("可用电子证照")),
    Column("shared_source", _("由部门核查获取")),
    Column("condition", _("需要的情形")),
    Column("basis", _("依据")),
    Column("note", _("须知")),
    *stated.MATERIAL_COLUMNS,
]
FORM_COLUMNS = [
    Column("key", _("代码"), required=True),
    Column("label", _("名称"), required=True),
    Column("kind", _("类型"), "select", True, FieldKind.choices),
    Column("required", _("必填"), "select", True, YES_NO),
    Column("options", _("可选项（用顿号隔开）")),
    Column("columns", _("表格的列（用顿号隔开）")),
    Column("help", _("提示")),
    Column("prefill", _("自动带入"), "select", False, Prefill.choices),
]
SPECIAL_COLUMNS = [
    Column("kind", _("程序"), "select", True, SpecialProcedure.choices),
    Column("limit_value", _("时限"), "number"),
    Column("limit_unit", _("单位"), "select", False, Unit.choices),
    Column("stops_clock", _("不计入时限"), "select", True, YES_NO),
    Column("when", _("情形"), required=True),
    Column("basis", _("依据")),
    Column("ground", _("中止事由"), "select", False, Ground.choices),
    Column("claim_value", _("等待期满后申领时限"), "number"),
    Column("claim_unit", _("申领时限单位"), "select", False, Unit.choices),
]


class VersionEditForm(stated.StatedFields):
    """All elements of a draft. `parts()` gives what `services.change_draft` takes."""

    # Sections of the page: title and the fields in it.
    SECTIONS = (
        (_("基本情况"), "department regime case_type certainty applicants conditions legal_basis"),
        stated.RIGHTS,
        (
            _("时限"),
            "promised_value promised_unit promised_note statutory_value statutory_unit statutory_basis "
            "statutory_note special_procedures",
        ),
        (_("材料"), "deferral_allowed materials"),
        (_("路径"), "steps"),
        (_("申请表"), "form_fields"),
        (
            _("怎么办"),
            "visits visit_reason online_depth scope town_intake one_certificate commitment_allowed "
            "project_code_required territory_seal quantity_limit",
        ),
        stated.WAYS,
        (
            _("收费"),
            "fee_item fee_standard fee_basis fee_unit_price fee_unit fee_reduction fee_reduction_basis "
            "payment_ways",
        ),
        (
            _("结果"),
            "result_kind result_name result_validity certificate_template result_fields result_sample "
            "renewal_days renewal_silent renewal_basis",
        ),
        (
            _("公开的说明"),
            "place_note hours_note phone complaint_phone faq counter_tips discretion mechanisms",
        ),
        stated.APPEALS,
        (_("变更理由"), "change_reason"),
    )

    department = forms.ModelChoiceField(Department.objects.none(), label=_("决定机关"))
    regime = forms.ModelChoiceField(Regime.objects.all(), label=_("程序规则"))
    case_type = forms.ChoiceField(choices=CaseType.choices, label=_("办件类型"))
    certainty = forms.ChoiceField(choices=Certainty.choices, label=_("可信程度"))
    change_reason = forms.CharField(label=_("变更理由和依据"), max_length=300, required=False)
    applicants = forms.MultipleChoiceField(
        choices=ApplicantKind.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("服务对象"),
        required=False,
    )
    conditions = LinesField(label=_("受理条件"), help_text=_("一行一条"))
    legal_basis = TableField(
        [Column("law", _("名称"), required=True), Column("article", _("条款"))],
        label=_("设定依据"),
        required=False,
    )
    promised_value = forms.IntegerField(
        label=_("承诺办结时限"), min_value=0, max_value=5000, help_text=_("即办件填0")
    )
    promised_unit = forms.ChoiceField(choices=Unit.choices, label=_("单位"))
    statutory_value = forms.IntegerField(label=_("法定办结时限"), min_value=1, max_value=5000, required=False)
    statutory_unit = forms.ChoiceField(choices=[*BLANK, *Unit.choices], label=_("单位"), required=False)
    statutory_basis = forms.CharField(label=_("法定时限依据"), max_length=300, required=False)
    special_procedures = TableField(SPECIAL_COLUMNS, label=_("特别程序"), required=False)
    deferral_allowed = forms.BooleanField(label=_("可容缺受理"), required=False)
    materials = TableField(MATERIAL_COLUMNS, label=_("申请材料"), required=False)
    steps = TableField([], label=_("环节"), required=False)
    form_fields = TableField(FORM_COLUMNS, label=_("字段"), required=False)
    visits = forms.IntegerField(label=_("到现场次数"), min_value=0, max_value=20)
    visit_reason = forms.CharField(label=_("须到现场原因"), max_length=200, required=False)
    online_depth = forms.TypedChoiceField(
        choices=[
            (1, _("一级：咨询")),
            (2, _("二级：下载表格")),
            (3, _("三级：在线申报")),
            (4, _("四级：全程网办")),
        ],
        coerce=int,
        label=_("网上办理深度"),
    )
    scope = forms.ChoiceField(choices=Scope.choices, label=_("通办范围"))
    town_intake = forms.BooleanField(label=_("镇街可受理"), required=False)
    one_certificate = forms.BooleanField(label=_("一证通办"), required=False)
    commitment_allowed = forms.BooleanField(label=_("可告知承诺"), required=False)
    project_code_required = forms.BooleanField(label=_("须项目代码"), required=False)
    territory_seal = forms.BooleanField(label=_("按项目所在区域用章"), required=False)
    quantity_limit = forms.CharField(label=_("数量限制"), max_length=200, required=False)
    fee_item = forms.CharField(
        label=_("收费项目"), max_length=100, required=False, help_text=_("不收费的留空")
    )
    fee_standard = forms.CharField(label=_("收费标准"), max_length=300, required=False)
    fee_basis = forms.CharField(label=_("收费依据"), max_length=300, required=False)
    fee_unit_price = forms.DecimalField(label=_("单价（元）"), min_value=0, decimal_places=2, required=False)
    fee_unit = forms.CharField(label=_("计价单位"), max_length=20, required=False)
    result_kind = forms.ChoiceField(choices=ResultKind.choices, label=_("结果类型"))
    result_name = forms.CharField(label=_("结果名称"), max_length=100, required=False)
    result_validity = forms.CharField(label=_("有效期"), max_length=60, required=False)
    certificate_template = forms.CharField(label=_("证照模板"), max_length=40, required=False)
    result_fields = LinesField(label=_("证载内容"), help_text=_("一行一项"))
    renewal_days = forms.IntegerField(
        label=_("届满前多少日申请延续"), min_value=1, max_value=365, required=False
    )
    renewal_silent = forms.BooleanField(label=_("逾期未决定视为准予延续"), required=False)
    renewal_basis = forms.CharField(label=_("延续依据"), max_length=200, required=False)
    place_note = forms.CharField(label=_("办理地点"), max_length=300, required=False)
    hours_note = forms.CharField(label=_("办理时间"), max_length=200, required=False)
    phone = forms.CharField(label=_("咨询电话"), max_length=40, required=False)
    complaint_phone = forms.CharField(label=_("投诉电话"), max_length=40, required=False)
    faq = TableField(
        [Column("q", _("问"), required=True), Column("a", _("答"), required=True)],
        label=_("常见问题"),
        required=False,
    )
    counter_tips = LinesField(label=_("窗口要点"), help_text=_("一行一条，工作人员看"))
    discretion = LinesField(label=_("裁量标准"), help_text=_("一行一条"))
    mechanisms = LinesField(label=_("机制"), rows=2)

    def __init__(self, data: Any = None, *, version: MatterVersion) -> None:
        self.version = version
        super().__init__(data, initial=initial(version))
        departments = Department.objects.filter(jurisdiction=version.matter.jurisdiction_id)
        offer(self, "department", departments)
        held = Regime.objects.in_place(version.matter.jurisdiction_id)
        taken = Regime.objects.current(version.matter.jurisdiction_id).values("pk")
        offer(self, "regime", held.filter(Q(pk__in=taken) | Q(pk=version.regime_id)))
        self.by_code = {department.code: department for department in departments}
        self.library = {
            str(each): each
            for each in MaterialDefinition.objects.filter(jurisdiction=version.matter.jurisdiction_id)
        }
        named = [(name, name) for name in self.library]
        of_library = Column("definition", _("材料库"), "select", False, named)
        self.fields["materials"] = TableField(
            [*MATERIAL_COLUMNS, of_library], label=_("申请材料"), required=False
        )
        columns = _step_columns([(d.code, d.name) for d in self.by_code.values()])
        self.fields["steps"] = TableField(columns, label=_("环节"), required=False)
        for name, field in self.fields.items():
            whole = name in WHOLE_LINES or isinstance(field, TableField | LinesField)
            field.span = 12 if whole else 4  # type: ignore[attr-defined]  # read by {% field %}

    def sections(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Title and fields of each section of the page."""
        for title, names in self.SECTIONS:
            yield title, [self[name] for name in names.split()]

    def parts(self) -> dict[str, Any]:
        """Elements, materials and steps of the cleaned form, as the verb takes them."""
        data = self.cleaned_data
        before = {item["key"]: item for item in self.version.form_fields}
        elements = {name: data[name] for name in element_names.VERSION if name in data}
        elements |= {
            "department": data["department"],
            "regime": data["regime"],
            "special_procedures": [_special(row) for row in data["special_procedures"]],
            "form": formschema.form_of(
                [_form_field(row, before) for row in data["form_fields"]], base=self.version.form
            ),
            "fee": _fee(data),
            "renewal": _renewal(data),
            **stated.stated_parts(data),
        }
        if data["statutory_value"] is None:
            elements["statutory_unit"] = ""
        return {
            "elements": elements,
            "materials": [
                _material(row) | {"definition": self.library.get(row["definition"])}
                for row in data["materials"]
            ],
            "steps": [self._step(row) for row in data["steps"]],
        }

    def refuse(self, error: Invalid) -> None:
        """Show what the verb refused beside the fields it means."""
        for name, messages in error.fields.items():
            head, _dot, rest = name.partition(".")
            row = rest.split(".")[0]
            for message in messages:
                where = _now("第%(row)s行：") % {"row": int(row) + 1} if row.isdecimal() else ""
                self.add_error(head if head in self.fields else None, f"{where}{message}")
        if not error.fields:
            self.add_error(None, str(error))

    def _step(self, row: dict[str, str]) -> dict[str, Any]:
        return {
            "code": row["code"],
            "stage": _number(row["stage"], 1),
            "department": self.by_code[row["department"]],
            "kind": row["kind"],
            "receipt_value": _number(row["receipt_value"], 0) or None,
            "receipt_unit": row["receipt_unit"] or Unit.WORKING_DAY,
            "limit_value": _number(row["limit_value"], 1),
            "limit_unit": row["limit_unit"],
            "decides": row["decides"] == "1",
            "silent_consent": row["silent_consent"] == "1",
            "silent_basis": row["silent_basis"],
            "opens_when": row["opens_when"],
            "by_town": row["by_town"] == "1",
            "countersign_basis": row["countersign_basis"],
        }


def initial(version: MatterVersion) -> dict[str, Any]:
    """A version as its editor shows it."""
    values = {name: getattr(version, name) for name in element_names.VERSION}
    fee, renewal = version.fee or {}, version.renewal or {}
    return values | {
        "department": version.department_id,
        "regime": version.regime_id,
        "materials": [
            _as_row(m, [*(c.name for c in MATERIAL_COLUMNS), "definition"])
            for m in version.materials.select_related("definition")
        ],
        "steps": [
            _as_row(s, ("code", *element_names.STEP)) | {"department": s.department.code}
            for s in version.steps.select_related("department")
        ],
        "special_procedures": [_shown(row) for row in version.special_procedures],
        "form_fields": [_shown(row) for row in version.form_fields],
        **{
            f"fee_{name}": fee.get(name) or "" for name in ("item", "standard", "basis", "unit_price", "unit")
        },
        "renewal_days": renewal.get("apply_days_before"),
        "renewal_silent": renewal.get("silent_renewal", False),
        "renewal_basis": renewal.get("basis", ""),
        **stated.stated_initial(version),
    }


def _step_columns(departments: list[tuple[str, str]]) -> list[Column]:
    return [
        Column("code", _("代码")),
        Column("stage", _("阶段"), "number", True),
        Column("department", _("部门"), "select", True, departments),
        Column("kind", _("环节"), "select", True, StepKind.choices),
        Column("limit_value", _("时限"), "number", True),
        Column("limit_unit", _("单位"), "select", True, Unit.choices),
        Column("receipt_value", _("签收时限"), "number"),
        Column("receipt_unit", _("签收单位"), "select", False, Unit.choices),
        Column("decides", _("决定"), "select", True, YES_NO),
        Column("silent_consent", _("超时默认"), "select", True, YES_NO),
        Column("silent_basis", _("默认依据")),
        Column("opens_when", _("启动条件")),
        Column("by_town", _("收件镇街承办"), "select", True, YES_NO),
        Column("countersign_basis", _("会签依据")),
    ]


def _as_row(part: Any, names: Any) -> dict[str, str]:
    return _shown({name: getattr(part, name) for name in names})


def _shown(row: dict[str, Any]) -> dict[str, str]:
    """A stored row as texts of a table: yes or no as 1 or 0, lists with 顿号."""
    shown = {}
    for name, value in row.items():
        if isinstance(value, bool):
            shown[name] = "1" if value else "0"
        elif isinstance(value, list):
            shown[name] = "、".join(str(item) for item in value)
        else:
            shown[name] = "" if value is None else str(value)
    return shown


def _number(text: str, default: int) -> int:
    return int(Decimal(text)) if text else default


def _many(text: str) -> list[str]:
    return [part.strip() for part in text.split("、") if part.strip()]


def _material(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "is_main": row["is_main"] == "1",
        "originals": _number(row["originals"], 0),
        "copies": _number(row["copies"], 0),
    }


def _special(row: dict[str, str]) -> dict[str, Any]:
    stored = {name: value for name, value in row.items() if not name.startswith("claim_")}
    return {
        **stored,
        "limit_value": _number(row["limit_value"], 0) or None,
        "limit_unit": row["limit_unit"] or str(Unit.WORKING_DAY),
        "stops_clock": row["stops_clock"] == "1",
        **_claim(row),
    }


def _claim(row: dict[str, str]) -> dict[str, Any]:
    if not row["claim_value"]:
        return {}
    unit = row["claim_unit"] or str(Unit.CALENDAR_DAY)
    return {"claim_value": _number(row["claim_value"], 0), "claim_unit": unit}


def _form_field(row: dict[str, str], before: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A row of the table as an item; what the table does not show stays, as long as the kind does."""
    kept = before.get(row["key"], {})
    hidden = {name: kept[name] for name in ("span", "message", "rules") if name in kept}
    return (hidden if kept.get("kind") == row["kind"] else {}) | {
        **row,
        "required": row["required"] == "1",
        "options": _many(row["options"]),
        "columns": _many(row["columns"]),
    }


def _fee(data: dict[str, Any]) -> dict[str, Any] | None:
    if not any(data[f"fee_{name}"] for name in ("item", "standard", "basis")):
        return None
    price = data["fee_unit_price"]
    fee = {
        "item": data["fee_item"],
        "standard": data["fee_standard"],
        "basis": data["fee_basis"],
        "unit_price": float(price) if price is not None else None,
        "unit": data["fee_unit"],
    }
    reduced = {name: data[f"fee_{name}"] for name in ("reduction", "reduction_basis")}
    return fee | {name: told for name, told in reduced.items() if told}


def _renewal(data: dict[str, Any]) -> dict[str, Any] | None:
    if not data["renewal_days"]:
        return None
    return {
        "apply_days_before": data["renewal_days"],
        "silent_renewal": data["renewal_silent"],
        "basis": data["renewal_basis"],
    }
