"""变更单: one change of many matters, reviewed and published as one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.organisation.models import Jurisdiction

from ..choices import ChangeSetState
from .matters import Matter
from .versions import MatterVersion


class ChangeSet(models.Model):
    """变更单: the same change of a few elements across many matters, with its reason and basis.

    `changes` is `[{"element", "how", "value"}]`, ways as in `matters.changes.How`. Handed in, every matter of
    the set has a draft of its own; a second keeper approves them as one, and they come into force at one
    instant, all or none.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="change_sets")
    title = models.CharField(_("名称"), max_length=100)
    reason = models.CharField(_("变更理由和依据"), max_length=300)
    changes = models.JSONField(_("改什么"), default=list)
    selection = models.JSONField(_("选择条件"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ChangeSetState, default=ChangeSetState.DRAFT)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    drafted_at = models.DateTimeField(_("拟定"))
    submitted_at = models.DateTimeField(_("送审"), null=True, blank=True)
    approved_at = models.DateTimeField(_("审定"), null=True, blank=True)
    published_at = models.DateTimeField(_("发布"), null=True, blank=True)
    valid_from = models.DateTimeField(_("生效"), null=True, blank=True)

    class Meta:
        verbose_name = _("变更单")
        verbose_name_plural = _("变更单")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="change_set_is_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(approved_by=models.F("drafted_by")),
            ),
            models.CheckConstraint(
                name="published_change_set_has_its_instant",
                condition=~Q(state=ChangeSetState.PUBLISHED)
                | Q(published_at__isnull=False, valid_from__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=("jurisdiction", "-id"), name="change_set_by_place")]

    def __str__(self) -> str:
        return self.title


class ChangeItem(models.Model):
    """A matter in a change set: the version that it was made from, and the one that it became."""

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="change_items")
    base = models.ForeignKey(MatterVersion, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.OneToOneField(
        MatterVersion, models.SET_NULL, null=True, blank=True, related_name="change_item"
    )

    class Meta:
        verbose_name = _("变更事项")
        verbose_name_plural = _("变更事项")
        ordering = ("change_set_id", "pk")
        constraints = [
            models.UniqueConstraint(fields=("change_set", "matter"), name="matter_once_a_change_set")
        ]

    def __str__(self) -> str:
        return f"{self.change_set} {self.matter}"
