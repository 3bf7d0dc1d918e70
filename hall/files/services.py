"""The way of a file: temporary → checked → claimed. Its bytes are private from the first to the last."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import unicodedata
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.now import real_now
from hall.people.models import User

from . import checks
from .choices import FileState
from .models import StoredFile
from .scanner import scanner

log = logging.getLogger(__name__)

UNCLAIMED_HOURS = 24
MOST_UNCLAIMED = 200
NAME_LENGTH = 200


def store(
    upload: UploadedFile, owner: User | None, types: Mapping[str, str] = checks.CONTENT_TYPES
) -> StoredFile:
    """Take an upload in, check it, and keep it for a day until something claims it.

    Raises Invalid with the reason when the file is refused; its row stays, its bytes do not. Raises
    Conflict when the owner has too many unclaimed files or the virus scanner is down. `owner` is None
    for an applicant without account; the caller then remembers the id in their session. `types` are the
    extensions that may come, with the type under which each is kept: documents, or `checks.TABLE_TYPES`.
    """
    if owner and _unclaimed().filter(owner=owner).count() >= MOST_UNCLAIMED:
        raise Conflict(_("未使用的上传文件过多，请先提交或明天再传"))
    name = tidy_name(upload.name or "")
    file = StoredFile(
        name=name,
        content_type=types.get(checks.extension_of(name), "application/octet-stream"),
        size=upload.size or 0,
        owner=owner,
        uploaded_at=real_now(),
    )
    file.path = _path_of(file)
    content = cast(BinaryIO, upload)
    try:
        checks.check(content, name, file.size, types)
        file.sha256 = _digest(upload)
        file.save()
        private().save(file.path, upload)
        upload.seek(0)
        scanner().scan(content)
    except checks.Refused as refusal:
        _refuse(file, str(refusal))
        raise Invalid(str(refusal), fields={"file": [str(refusal)]}, name=name) from None
    except Conflict:
        _remove([file])
        raise
    file.state = FileState.CHECKED
    file.save(update_fields=["state"])
    return file


@transaction.atomic
def claim(file_id: uuid.UUID | str, subject_type: str, subject_id: Any, *, by: Actor) -> StoredFile:
    """Make a checked file part of `subject_type`/`subject_id`; from then on that room says who reads it.

    Claiming again for the same subject changes nothing. Raises NotAllowed for somebody else's upload,
    WrongState when it is not checked or belongs elsewhere, Conflict when the bytes have changed.
    """
    file = _locked(file_id)
    if file.state == FileState.CLAIMED and (file.claimed_type, file.claimed_id) == (
        subject_type,
        str(subject_id),
    ):
        return file
    if file.owner_id and file.owner_id != by.user_id:
        raise NotAllowed(_("这个文件是别人上传的"))
    if file.state != FileState.CHECKED:
        raise WrongState(_("文件“%(name)s”不能使用，请重新上传") % {"name": file.name})
    with private().open(file.path) as content:
        if _digest(content) != file.sha256:
            log.error("file %s has changed since it was checked", file.pk)
            raise Conflict(_("文件“%(name)s”与上传时不一致，请重新上传") % {"name": file.name})
    _mark_claimed(file, subject_type, subject_id)
    return file


@transaction.atomic
def keep(
    content: bytes,
    *,
    name: str,
    content_type: str,
    subject_type: str,
    subject_id: Any,
    by: Actor = SYSTEM,
) -> StoredFile:
    """Store a file that the hall itself made (a paper, a certificate), claimed at once."""
    file = StoredFile(
        name=tidy_name(name),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        owner_id=by.user_id,
        uploaded_at=real_now(),
    )
    file.path = _path_of(file)
    private().save(file.path, ContentFile(content))
    _mark_claimed(file, subject_type, subject_id)
    return file


@transaction.atomic
def discard(file_id: uuid.UUID | str, *, by: Actor) -> None:
    """Let the uploader take back a file that nothing has claimed. Claimed files are evidence and stay."""
    file = _locked(file_id)
    if file.owner_id and file.owner_id != by.user_id:
        raise NotAllowed(_("这个文件是别人上传的"))
    if file.state == FileState.CLAIMED:
        raise WrongState(_("文件已归入办件，不能删除"))
    _remove([file])


def open_bytes(file: StoredFile) -> File:
    """The content, for reading. The caller has asked whether it may be read (see hall.files.readers)."""
    return private().open(file.path, "rb")


def sweep() -> int:
    """Remove what nobody claimed within a day, and bytes without a row. Returns how many files went."""
    cutoff = real_now() - dt.timedelta(hours=UNCLAIMED_HOURS)
    with transaction.atomic():
        stale = list(_unclaimed().filter(uploaded_at__lt=cutoff).select_for_update(skip_locked=True)[:1000])
        _remove(stale)
    return len(stale) + _remove_orphans((cutoff - dt.timedelta(days=1)).date())


def private() -> Storage:
    """Where the bytes lie: a folder of HALL_DATA, or whatever STORAGES["private"] names (S3)."""
    return storages["private"]


def tidy_name(name: str) -> str:
    """A file name without folders and control characters, its end kept when it is too long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip() or _("未命名")
    if len(name) <= NAME_LENGTH:
        return name
    extension = f".{checks.extension_of(name)}"[:20]
    return name[: NAME_LENGTH - len(extension)] + extension


def _path_of(file: StoredFile) -> str:
    return f"{file.uploaded_at:%Y/%m/%d}/{file.pk}"


def _digest(content: BinaryIO | File) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(1024 * 1024):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _locked(file_id: uuid.UUID | str) -> StoredFile:
    try:
        return StoredFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    except (StoredFile.DoesNotExist, ValidationError):
        raise Invalid(_("找不到上传的文件，可能已超过一天未使用，请重新上传")) from None


def _unclaimed() -> Any:
    return StoredFile.objects.exclude(state=FileState.CLAIMED)


def _mark_claimed(file: StoredFile, subject_type: str, subject_id: Any) -> None:
    file.state = FileState.CLAIMED
    file.claimed_type, file.claimed_id = subject_type, str(subject_id)
    file.save()


def _refuse(file: StoredFile, reason: str) -> None:
    private().delete(file.path)
    file.state, file.reason = FileState.REFUSED, reason[:200]
    file.save()
    log.info("upload %s refused: %s", file.pk, reason)


def _remove(files: list[StoredFile]) -> None:
    """Remove rows now and bytes once that is certain."""
    for file in files:
        if file._state.adding:
            continue
        file.delete()
        transaction.on_commit(partial(private().delete, file.path))


def _remove_orphans(day: dt.date) -> int:
    """Bytes of a rolled-back transaction: in the folder of that day, but no row knows them."""
    folder = f"{day:%Y/%m/%d}"
    try:
        _folders, names = private().listdir(folder)
    except FileNotFoundError:
        return 0
    paths = {f"{folder}/{name}" for name in names}
    orphans = paths - set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
    for path in orphans:
        private().delete(path)
    return len(orphans)
