"""The keepers' desk: batches of lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import Invalid
from hall.requests import DeskRequest

from .. import services
from ..forms import BatchForm
from .places import place_of


@desk("catalogue")
@require_POST
def batch(request: DeskRequest) -> HttpResponse:
    """Say when and with how many matters a batch was published."""
    form = BatchForm(request.POST, place=place_of(request), prefix="batch")
    if not form.is_valid():
        raise Invalid(_("请选择清单，写明批次；公布数填数字"))
    services.set_batch(by=request.officer, **form.cleaned_data)
    messages.success(request, _("批次已保存"))
    return redirect("matters:manage_lists")
