"""The form by which a keeper puts up a blank form or a sample."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ..choices import FormFileKind
from ..models import MatterVersion


class FormFileForm(forms.Form):
    """A file for one material of a version."""

    material = forms.ChoiceField(label=_("材料"))
    kind = forms.ChoiceField(label=_("种类"), choices=FormFileKind.choices)
    file = forms.FileField(label=_("文件"), help_text=_("PDF、Word、Excel或者图片"))
    use_required_attribute = False

    def __init__(self, *args: Any, version: MatterVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        material = cast(forms.ChoiceField, self.fields["material"])
        material.choices = [(m.code, f"{m.code} {m.name}") for m in version.materials.all()]
