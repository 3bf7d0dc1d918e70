"""Forms for files that come in, and for changes of many matters at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Jurisdiction

from .. import changes
from ..choices import ChangeHow, ImportMode
from ..models import ChangeSet, MatterList
from .fields import offer

ELEMENT = "element-"
HOW = "how-"


class ImportForm(forms.Form):
    """A file with matters, and what to do with it."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("XLSX或者CSV，表头在前10行内；最大20MB、2万行"),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.txt"}),
    )
    mode = forms.ChoiceField(
        label=_("有错的行怎么办"),
        choices=ImportMode.choices,
        widget=forms.RadioSelect,
        required=False,
        initial=ImportMode.ROWS,
    )
    matter_list = forms.ModelChoiceField(
        MatterList.objects.none(), label=_("全部列入清单"), required=False, empty_label=_("不列入")
    )
    publish = forms.BooleanField(
        label=_("新事项直接发布，改动直接送审"),
        required=False,
        help_text=_("不选的，都只成为草稿；已发布版本的改动，总须另一位目录管理员审定后才能发布"),
    )

    def __init__(self, *args: Any, place: Jurisdiction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter_list", MatterList.objects.filter(jurisdiction=place))

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or ImportMode.ROWS


class ChangeSetForm(forms.Form):
    """What a change set is called, why it is made, and which elements it changes.

    Each element that may be changed in bulk has a field for its new value; an empty one stays as it is.
    """

    title = forms.CharField(label=_("名称"), max_length=100, help_text=_("例如：窗口电话变更"))
    reason = forms.CharField(label=_("变更理由和依据"), max_length=300)

    def __init__(self, *args: Any, change_set: ChangeSet | None = None, **kwargs: Any) -> None:
        if change_set is not None:
            kwargs.setdefault("initial", _initial(change_set))
        super().__init__(*args, **kwargs)
        self.fields["reason"].span = 12  # type: ignore[attr-defined]  # read by {% field %}
        for name, column in changes.editable().items():
            self.fields[ELEMENT + name] = _field(column)
            self.fields[ELEMENT + name].span = 4  # type: ignore[attr-defined]
            if column.is_number:
                label = _now("%(element)s怎么改") % {"element": column.heading}
                how = forms.ChoiceField(label=label, choices=ChangeHow.choices, required=False)
                how.span = 4  # type: ignore[attr-defined]
                self.fields[HOW + name] = how

    def heads(self) -> list[forms.BoundField]:
        """The fields about the set itself."""
        return [self["title"], self["reason"]]

    def often(self) -> list[forms.BoundField]:
        """What is changed most: telephones, place, hours, the promise."""
        return [field for name in OFTEN for field in self._of(name)]

    def seldom(self) -> list[forms.BoundField]:
        """Every other element."""
        return [field for name in changes.editable() if name not in OFTEN for field in self._of(name)]

    def told(self) -> list[dict[str, str]]:
        """The changes, as `services.draft_change_set` takes them."""
        found = []
        for name in changes.editable():
            value = str(self.cleaned_data.get(ELEMENT + name) or "").strip()
            if value:
                how = self.cleaned_data.get(HOW + name) or ChangeHow.SET
                found.append({"element": name, "how": str(how), "value": "" if value == CLEAR else value})
        return found

    def _of(self, name: str) -> list[forms.BoundField]:
        return [self[key] for key in (ELEMENT + name, HOW + name) if key in self.fields]


# Typed instead of a text, it empties the element.
CLEAR = "—"
OFTEN = (
    "phone",
    "complaint_phone",
    "place_note",
    "hours_note",
    "promised_value",
    "visits",
    "in_centre",
    "one_window",
)


def _field(column: changes.Column) -> forms.Field:
    label = column.heading
    if words := column.words():
        choices = [("", _("不变")), *((word, word) for word in words)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if column.is_number:
        return forms.CharField(label=label, required=False, widget=forms.TextInput({"inputmode": "numeric"}))
    return forms.CharField(label=label, required=False, max_length=column.field.max_length)


def _initial(change_set: ChangeSet) -> dict[str, Any]:
    values: dict[str, Any] = {"title": change_set.title, "reason": change_set.reason}
    for each in changes.changes_of(change_set):
        values[ELEMENT + each.element] = changes.text_of(each) or CLEAR
        values[HOW + each.element] = each.how
    return values
