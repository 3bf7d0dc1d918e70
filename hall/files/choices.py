"""Life of an uploaded file."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileState(TextChoices):
    TEMPORARY = "temporary", _("刚上传")
    CHECKED = "checked", _("已检查")
    CLAIMED = "claimed", _("已归入办件")
    REFUSED = "refused", _("未通过检查")
