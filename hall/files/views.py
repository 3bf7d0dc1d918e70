"""Upload and download. The bytes are never reached by path, only through these views."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from hall.access import public
from hall.errors import Invalid, NotAllowed

from . import checks, readers, services
from .choices import FileState
from .models import StoredFile

PDF = "application/pdf"
# Nothing in a file may run or fetch. Older browsers show no PDF in a sandbox; their viewer is one itself.
POLICY = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)

# Ids of files uploaded in a session without account. A room that lets people draft without logging in
# opens the door with `open_for_draft`.
DRAFT_UPLOADS = "draft_uploads"
MOST_OF_A_DRAFT = 50


def open_for_draft(request: HttpRequest) -> None:
    """Let this browser upload files although nobody is logged in."""
    request.session.setdefault(DRAFT_UPLOADS, [])


@public
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file (field `file`). Answers JSON, or for htmx a list item with a hidden field."""
    user = request.user if request.user.is_authenticated else None
    drafted: list[str] | None = request.session.get(DRAFT_UPLOADS)
    if user is None and drafted is None:
        raise NotAllowed(_("请先登录再上传文件"))
    content = request.FILES.get("file")
    if not isinstance(content, UploadedFile):
        raise Invalid(_("请选择要上传的文件"), fields={"file": [_("请选择要上传的文件")]})
    if user is None and drafted is not None and len(drafted) >= MOST_OF_A_DRAFT:
        raise NotAllowed(_("上传的文件过多，请登录后继续"))
    file = services.store(content, user)
    if user is None and drafted is not None:
        request.session[DRAFT_UPLOADS] = [*drafted, str(file.pk)]
    if request.headers.get("HX-Request"):
        field = request.POST.get("field", "")
        context = {"file": file, "field": field if field.isidentifier() else "file_id"}
        return render(request, "files/_file.html", context, status=201)
    told = {
        "id": str(file.pk),
        "name": file.name,
        "size": file.size,
        "content_type": file.content_type,
        "url": reverse("files:file", args=[file.pk]),
    }
    return JsonResponse(told, status=201)


@public
@require_safe
@xframe_options_sameorigin
def file(request: HttpRequest, file_id: UUID) -> FileResponse:
    """Stream a file to whoever may read it; pictures and PDF in the page, the rest as a download."""
    stored = StoredFile.objects.filter(pk=file_id).exclude(state=FileState.REFUSED).first()
    if stored is None:
        raise Http404
    if not may_read(request, stored):
        raise NotAllowed(_("无权查看该文件"))
    inline = stored.content_type in checks.INLINE and "download" not in request.GET
    try:
        content = services.open_bytes(stored)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=not inline, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY if stored.content_type == PDF else f"{POLICY}; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def may_read(request: HttpRequest, stored: StoredFile) -> bool:
    """A claimed file is read by leave of its room, an unclaimed one by who uploaded it."""
    if stored.state == FileState.CLAIMED:
        return readers.may_read(request, stored.claimed_type, stored.claimed_id)
    if stored.owner_id:
        return request.user.is_authenticated and stored.owner_id == request.user.pk
    return str(stored.pk) in request.session.get(DRAFT_UPLOADS, [])
