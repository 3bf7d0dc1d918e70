"""Blank forms and filled samples that keepers put up beside a material (空白表格, 示例样表)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.files.models import StoredFile

from ..choices import FormFileKind
from .matters import Matter


class FormFile(models.Model):
    """表格文件: what a matter hands out for one material, from one version on until a later row replaces it.

    A row without a file says that from its version on there is none. Rows of published versions stay.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="form_files")
    material_code = models.CharField(_("材料代码"), max_length=20)
    kind = models.CharField(_("种类"), max_length=8, choices=FormFileKind)
    from_number = models.PositiveIntegerField(_("自哪一版起"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    put_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("表格文件")
        verbose_name_plural = _("表格文件")
        ordering = ("matter", "material_code", "kind", "from_number")
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "material_code", "kind", "from_number"), name="form_file_once_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.material_code} {self.get_kind_display()}"
