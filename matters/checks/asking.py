"""What is asked of the applicant in the form; the guiding questions are in `guidance`."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import formschema, formspec
from .base import Finding, Whole, rule


@rule(gettext_lazy("表单字段正确"))
def form_can_be_drawn(whole: Whole) -> Iterator[Finding]:
    version = whole.version
    for fault in [*formspec.faults(version.form_fields), *formschema.schema_faults(version.form)]:
        yield Finding(_("表单"), fault, _("改正该字段"))
