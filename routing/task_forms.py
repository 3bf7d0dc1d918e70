"""What is typed when tasks pass on, are brought together, co-signed or delegated, and on slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Department
from hall.people.models import User
from matters.models import Matter

from .choices import Ruling
from .forms import ColleagueField
from .holdings import Holding, Office
from .models import Opinion, SlipItem
from .services import Adoption
from .services.slips import Count

YES_NO = (("yes", _("采纳")), ("no", _("不采纳，须写理由")))


class WhyForm(forms.Form):
    """One reason, for a recall, a revocation, a text taken back."""

    reason = forms.CharField(label=_("原因"), max_length=300)


class RulingForm(forms.Form):
    """职责裁定."""

    ruling = forms.ChoiceField(label=_("裁定"), choices=Ruling, widget=forms.RadioSelect)
    to = forms.ModelChoiceField(label=_("改派到"), queryset=Department.objects.none(), required=False)
    reason = forms.CharField(label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = departments


class ConsolidationForm(forms.Form):
    """审查意见汇总, with an answer to every condition and objection."""

    text = forms.CharField(
        label=_("汇总的审查意见"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, opinions: Sequence[Opinion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opinions = opinions
        for opinion in opinions:
            who = opinion.task.department.name
            self.fields[f"treatment_{opinion.pk}"] = forms.ChoiceField(
                label=_("是否采纳%(who)s的意见") % {"who": who},
                choices=YES_NO,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason_{opinion.pk}"] = forms.CharField(
                label=_("不采纳%(who)s意见的理由") % {"who": who}, max_length=1000, required=False
            )

    def rows(self) -> list[tuple[Opinion, forms.BoundField, forms.BoundField]]:
        """Each opinion with its two fields."""
        return [(each, self[f"treatment_{each.pk}"], self[f"reason_{each.pk}"]) for each in self.opinions]

    def treatments(self) -> dict[int, Adoption]:
        """What the verb is given: only what was answered."""
        return {
            each.pk: Adoption(answer == "yes", self.cleaned_data.get(f"reason_{each.pk}", ""))
            for each in self.opinions
            if (answer := self.cleaned_data.get(f"treatment_{each.pk}"))
        }


class RefusalForm(forms.Form):
    """不予会签."""

    reasons = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    legal_basis = forms.CharField(label=_("法律依据"), max_length=300)


class DelegationForm(forms.Form):
    """委托审批."""

    officer = ColleagueField(label=_("受托人"), queryset=User.objects.none())
    matters = forms.ModelMultipleChoiceField(
        label=_("事项"),
        queryset=Matter.objects.none(),
        required=False,
        help_text=_("不选的，为本部门决定的全部事项；按住 Ctrl 选多项"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    basis = forms.CharField(
        label=_("委托依据"), max_length=300, help_text=_("授权文件的名称和文号，印在决定书上")
    )
    starts_on = forms.DateField(label=_("自"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("至"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(
        self, *args: Any, officers: QuerySet[User], matters: QuerySet[Matter], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"] = ColleagueField(label=_("受托人"), queryset=officers)
        field = self.fields["matters"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = matters


class SlipForm(forms.Form):
    """物料转移单: which originals go where."""

    materials = forms.MultipleChoiceField(label=_("材料"), widget=forms.CheckboxSelectMultiple)
    to = forms.ChoiceField(label=_("交给"))
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(
        self, *args: Any, held: Sequence[Holding], offices: Mapping[str, Office], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offices = offices
        choices = [(str(each.material.pk), _count(each)) for each in held]
        self.fields["materials"] = forms.MultipleChoiceField(
            label=_("材料"),
            choices=choices,
            initial=[key for key, _label in choices],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["to"] = forms.ChoiceField(
            label=_("交给"), choices=[(key, str(office)) for key, office in offices.items()]
        )

    def told(self) -> dict[str, Any]:
        """What the verb is given."""
        values = self.cleaned_data
        return {
            "materials": [int(key) for key in values["materials"]],
            "to": self.offices[values["to"]],
            "note": values["note"],
        }


class ReceiptForm(forms.Form):
    """清点接收: what was counted, line by line."""

    difference = forms.CharField(
        label=_("差异说明"),
        max_length=1000,
        required=False,
        help_text=_("实收与单上不一致时填写，会通知督查员"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, items: Sequence[SlipItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            name = item.material.material.name
            for kind, label, value in (
                ("originals", _("%(name)s实收原件"), item.originals),
                ("copies", _("%(name)s实收复印件"), item.copies),
            ):
                self.fields[f"{kind}_{item.pk}"] = forms.IntegerField(
                    label=label % {"name": name}, min_value=0, max_value=999, initial=value
                )

    def rows(self) -> list[tuple[SlipItem, forms.BoundField, forms.BoundField]]:
        """Each line with its two counts."""
        return [(each, self[f"originals_{each.pk}"], self[f"copies_{each.pk}"]) for each in self.items]

    def counted(self) -> dict[int, Count]:
        """What the verb is given."""
        values = self.cleaned_data
        return {
            each.pk: Count(values[f"originals_{each.pk}"], values[f"copies_{each.pk}"]) for each in self.items
        }


def _count(held: Holding) -> str:
    parts = []
    if held.originals:
        parts.append(_("原件%(n)s份") % {"n": held.originals})
    if held.copies:
        parts.append(_("复印件%(n)s份") % {"n": held.copies})
    return f"{held.material}（{'、'.join(str(part) for part in parts)}）"
