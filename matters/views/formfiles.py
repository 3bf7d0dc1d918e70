"""The keepers' desk: blank forms and samples of a version."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import desk
from hall.errors import HallError
from hall.files import services as files
from hall.requests import DeskRequest

from .. import formfiles, services
from ..choices import FormFileKind
from ..forms.formfiles import FormFileForm
from ..models import MatterVersion
from .places import place_of


@desk("catalogue")
def form_files(request: DeskRequest, version_id: int) -> HttpResponse:
    """What a version hands out for each material; a file is put up here."""
    version = _version(request, version_id)
    form = FormFileForm(request.POST or None, request.FILES or None, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            stored = files.store(form.cleaned_data["file"], request.user)
            services.put_form_file(
                version.pk,
                form.cleaned_data["material"],
                form.cleaned_data["kind"],
                stored.pk,
                by=request.officer,
            )
        except HallError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("已上传"))
            return redirect("matters:form_files", version.pk)
    handed = formfiles.of_version(version)
    rows = [
        {
            "material": material,
            "handouts": handed.of(material),
            "uploaded": [kind for kind in FormFileKind.values if (material.code, kind) in handed.rows],
        }
        for material in version.materials.all()
    ]
    context = {"form": form, "version": version, "matter": version.matter, "rows": rows}
    return render(request, "matters/manage/form_files.html", context, status=422 if form.errors else 200)


@desk("catalogue")
@require_POST
def drop_form_file(request: DeskRequest, version_id: int, code: str, kind: str) -> HttpResponse:
    """Take a file out of a draft."""
    version = _version(request, version_id)
    services.drop_form_file(version.pk, code, kind, by=request.officer)
    messages.success(request, _("已撤下"))
    return redirect("matters:form_files", version.pk)


def _version(request: DeskRequest, version_id: int) -> MatterVersion:
    """A version of the keeper's own place; any other does not exist for this keeper."""
    versions = MatterVersion.objects.whole()
    return get_object_or_404(versions, matter__jurisdiction=place_of(request), pk=version_id)
