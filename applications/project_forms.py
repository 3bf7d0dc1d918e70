"""Forms of projects. They check shape; the rules are in the verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department
from hall.people.models import User
from matters.models import ProjectScheme

from .choices import Feasibility, HelpKind, ProjectNature
from .forms import HallForm


def _line(
    label: Any, most: int = 100, *, required: bool = False, span: int = 6, **given: Any
) -> forms.CharField:
    found = forms.CharField(label=label, required=required, max_length=most, **given)
    found.span = span  # type: ignore[attr-defined]  # read by {% field %}
    return found


def _words(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _name_of_user(obj: Any) -> str:
    return f"{obj.name}（{obj.username}）"


def _name_of_department(obj: Any) -> str:
    return str(obj.short_name)


class NewProjectForm(HallForm):
    """What is entered of a project; its builder stands in the applicant's form beside it."""

    scheme = forms.ModelChoiceField(
        queryset=ProjectScheme.objects.none(), label=_("审批流程"), empty_label=None
    )
    name = _line(_("项目名称"), 200, required=True, span=12)
    code = _line(_("投资项目代码"), 40, help_text=_("还没有立项的先不填，赋码以后补登"))
    nature = forms.ChoiceField(label=_("建设性质"), choices=ProjectNature.choices)
    investment = forms.DecimalField(
        label=_("总投资（万元）"), required=False, max_digits=14, decimal_places=2, min_value=0
    )
    address = _line(_("建设地点"), 200)
    territory = _line(_("所在区域"), 40)

    def __init__(self, schemes: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme = self.fields["scheme"]
        assert isinstance(scheme, forms.ModelChoiceField)
        scheme.queryset = schemes


class CodeForm(HallForm):
    """The code that the investment platform has given."""

    code = _line(_("投资项目代码"), 40, required=True)


class AttachForm(HallForm):
    """A case that began outside the project."""

    number = _line(_("办件编号"), 100, required=True, help_text=_("同一建设单位已收的办件"))


class GreenForm(HallForm):
    """绿色通道."""

    ground = _line(_("理由"), 300, required=True)
    basis = _line(_("依据的文件"), 300, required=True)


class WhyForm(HallForm):
    """One reason."""

    reason = _line(_("理由"), 300, required=True)


class HelperForm(HallForm):
    """Who helps, and under which number."""

    helper = forms.ModelChoiceField(queryset=User.objects.none(), label=_("帮办人"))
    phone = _line(_("联系电话"), 30, required=True)
    reason = _line(_("更换的原因"), 300)

    def __init__(self, place_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helper = self.fields["helper"]
        assert isinstance(helper, forms.ModelChoiceField)
        helper.queryset = (
            User.objects.filter(
                posts__jurisdiction=place_id, posts__ends_on=None, is_active=True, posts__role__in=HELPERS
            )
            .distinct()
            .order_by("name", "pk")
        )
        helper.label_from_instance = _name_of_user  # type: ignore[method-assign]


HELPERS = ("clerk", "manager", "reviewer", "head")


class HelpForm(HallForm):
    """One entry of the helper's log."""

    kind = forms.ChoiceField(label=_("方式"), choices=HelpKind.choices)
    text = _words(_("做了什么"))


class ExtendForm(HallForm):
    """行政许可法 Art. 42(2): fifteen working days more at most."""

    days = forms.IntegerField(label=_("延长（工作日）"), min_value=1, max_value=99)
    document = _line(_("政府负责人批准的文号"), 100, required=True)
    reason = _line(_("理由"), 300, required=True, help_text=_("会告知建设单位"))


class ConsultForm(HallForm):
    """准入评审: whom to ask, what, and by when."""

    departments = forms.ModelMultipleChoiceField(
        queryset=Department.objects.none(), label=_("征询的部门"), widget=forms.CheckboxSelectMultiple
    )
    questions = _words(_("征询的问题"), rows=4)
    days = forms.IntegerField(label=_("答复期限（工作日）"), min_value=1, max_value=20, initial=5)

    def __init__(self, place_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = self.fields["departments"]
        assert isinstance(departments, forms.ModelMultipleChoiceField)
        departments.queryset = Department.objects.filter(
            jurisdiction=place_id, posts__role__in=("reviewer", "head"), posts__ends_on=None
        ).distinct()
        departments.label_from_instance = _name_of_department  # type: ignore[method-assign]


class AnswerForm(HallForm):
    """A department's answer."""

    answer = forms.IntegerField(widget=forms.HiddenInput)
    feasibility = forms.ChoiceField(label=_("意见"), choices=Feasibility.choices, widget=forms.RadioSelect)
    reasons = _words(_("理由"))
    conditions = _words(_("条件"), required=False, help_text=_("有条件可行的，逐条写明"))


class SumUpForm(HallForm):
    """The lead's words for the builder."""

    consultation = forms.UUIDField(widget=forms.HiddenInput)
    summary = _words(_("汇总意见"), rows=5, help_text=_("和各部门的意见一起给建设单位"))


class PrerequisiteForm(HallForm):
    """The prerequisite was not granted: end the case as well, or wait for another application."""

    END, AGAIN = "end", "again"
    choice = forms.ChoiceField(
        label=_("怎么办"),
        widget=forms.RadioSelect,
        choices=[(AGAIN, _("已重新申请前置事项，本件继续等待")), (END, _("结束本件，以后再申请"))],
    )
    number = _line(_("重新申请的前置事项的办件编号"), 100, help_text=_("选择继续等待的须填写"))
    reason = _words(_("理由"))
