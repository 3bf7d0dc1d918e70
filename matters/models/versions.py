"""Published versions of matters with their materials and routes.

A published version is immutable (a trigger guards it); a case pins its version for life.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from hall.calendars.workdays import WorkCalendar
from hall.clocks.limits import Limit, Unit
from hall.organisation.models import Department, Jurisdiction

from .. import formschema
from ..choices import (
    CaseType,
    Certainty,
    MaterialForm,
    MaterialSource,
    Media,
    Necessity,
    ResultKind,
    Scope,
    StepKind,
    VersionState,
)
from ..querysets import VersionQuerySet, steps_of_version
from .matters import Matter, Regime
from .proofs import MaterialDefinition
from .stated import StatedElements, StatedMaterial

# Versions that nobody changes any more: those that were published, in force or not.
_FROZEN = "OLD.state IN ('published', 'superseded', 'withdrawn')"

# The matter as a range of one number: equality for a GiST index without the btree_gist extension.
ONE_MATTER = Func(
    F("matter"), F("matter"), Value("[]"), function="int8range", output_field=BigIntegerRangeField()
)
VALIDITY = Func(
    F("valid_from"), F("valid_to"), Value("[)"), function="tstzrange", output_field=DateTimeRangeField()
)


class MatterVersion(StatedElements):
    """事项版本: every element that intake, route, papers, certificate and guide need (DOMAIN §4)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本号"))
    state = models.CharField(_("状态"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    valid_from = models.DateTimeField(_("生效"), null=True, blank=True)
    valid_to = models.DateTimeField(_("失效"), null=True, blank=True)
    certainty = models.CharField(_("可信程度"), max_length=10, choices=Certainty, default=Certainty.PROFILE)
    change_reason = models.CharField(_("变更理由"), max_length=300, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What it is
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("决定机关"))
    regime = models.ForeignKey(Regime, models.PROTECT, verbose_name=_("程序规则"))
    case_type = models.CharField(_("办件类型"), max_length=10, choices=CaseType)
    legal_basis = models.JSONField(_("设定依据"), default=list)  # [{"law", "article"}]
    conditions = models.JSONField(_("受理条件"), default=list)  # [str]
    applicants = models.JSONField(_("服务对象"), default=list)  # ApplicantKind values
    # How long
    statutory_value = models.PositiveSmallIntegerField(_("法定办结时限"), null=True, blank=True)
    statutory_unit = models.CharField(max_length=15, choices=Unit, blank=True)
    statutory_basis = models.CharField(_("法定时限依据"), max_length=300, blank=True)
    promised_value = models.PositiveSmallIntegerField(_("承诺办结时限"))
    promised_unit = models.CharField(max_length=15, choices=Unit, default=Unit.WORKING_DAY)
    special_procedures = models.JSONField(_("特别程序"), default=list)
    # How it is done
    form = models.JSONField(_("表单"), default=formschema.empty)  # {"schema", "ui"}: see formschema
    questions = models.JSONField(_("情形引导"), default=list)
    visits = models.PositiveSmallIntegerField(_("到现场次数"), default=1)
    visit_reason = models.CharField(_("须到现场原因"), max_length=200, blank=True)
    online_depth = models.PositiveSmallIntegerField(_("网上办理深度"), default=1)
    scope = models.CharField(_("通办范围"), max_length=10, choices=Scope, default=Scope.COUNTY)
    deferral_allowed = models.BooleanField(_("可容缺受理"), default=False)
    commitment_allowed = models.BooleanField(_("可告知承诺"), default=False)
    one_certificate = models.BooleanField(_("一证通办"), default=False)
    project_code_required = models.BooleanField(_("须项目代码"), default=False)
    town_intake = models.BooleanField(_("镇街可受理"), default=False)
    territory_seal = models.BooleanField(_("按项目所在区域用章"), default=False)
    quantity_limit = models.CharField(_("数量限制"), max_length=200, blank=True)
    renewal = models.JSONField(_("延续"), null=True, blank=True)
    # What it costs and gives
    fee = models.JSONField(_("收费"), null=True, blank=True)
    result_kind = models.CharField(_("结果类型"), max_length=12, choices=ResultKind)
    result_name = models.CharField(_("结果名称"), max_length=100, blank=True)
    result_validity = models.CharField(_("有效期"), max_length=60, blank=True)
    result_fields = models.JSONField(_("证载内容"), default=list)
    certificate_template = models.CharField(_("证照模板"), max_length=40, default="general")
    # What people read
    faq = models.JSONField(_("常见问题"), default=list)
    counter_tips = models.JSONField(_("窗口要点"), default=list)
    discretion = models.JSONField(_("裁量标准"), default=list)
    mechanisms = models.JSONField(_("机制"), default=list)
    place_note = models.CharField(_("办理地点"), max_length=300, blank=True)
    hours_note = models.CharField(_("办理时间"), max_length=200, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    complaint_phone = models.CharField(_("投诉电话"), max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("事项版本")
        verbose_name_plural = _("事项版本")
        ordering = ("matter_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=("matter", "number"), name="version_number_once_a_matter"),
            models.UniqueConstraint(
                fields=("matter",),
                condition=Q(state=VersionState.PUBLISHED, valid_to__isnull=True),
                name="version_in_force_once_a_matter",
            ),
            ExclusionConstraint(
                name="versions_in_force_never_overlap",
                expressions=[(ONE_MATTER, RangeOperators.OVERLAPS), (VALIDITY, RangeOperators.OVERLAPS)],
                condition=Q(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED]),
            ),
            models.CheckConstraint(
                name="superseded_version_has_an_end",
                condition=~Q(state=VersionState.SUPERSEDED) | Q(valid_to__isnull=False),
            ),
            models.CheckConstraint(
                name="withdrawn_version_never_was_in_force",
                condition=~Q(state=VersionState.WITHDRAWN) | Q(valid_to=F("valid_from")),
            ),
            models.CheckConstraint(
                name="version_in_force_has_a_beginning",
                condition=Q(valid_from__isnull=False)
                | ~Q(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED]),
            ),
            models.CheckConstraint(
                name="version_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="version_instant_promises_nothing_later",
                condition=Q(case_type=CaseType.INSTANT, promised_value=0)
                | Q(case_type=CaseType.PROMISED, promised_value__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_version_is_never_changed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(_FROZEN),
                func="""
                    IF to_jsonb(NEW) - 'state' - 'valid_to' <> to_jsonb(OLD) - 'state' - 'valid_to' THEN
                        RAISE EXCEPTION 'a published version is never changed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF NEW.state <> OLD.state AND NOT (
                        OLD.state = 'published' AND NEW.state IN ('superseded', 'withdrawn')
                    ) THEN
                        RAISE EXCEPTION 'a published version only ends'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # 国办发〔2020〕42号, S0 §18: what no promise may stand for, no silence may either.
            pgtrigger.Trigger(
                name="excluded_version_is_never_silent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("NEW.state = 'published' AND NEW.exclusions <> '[]'::jsonb"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM matters_step s WHERE s.version_id = NEW.id AND s.silent_consent
                    ) THEN
                        RAISE EXCEPTION 'a matter of an excluded kind knows no silent consent'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="published_version_is_never_removed",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition(_FROZEN),
                func="RAISE EXCEPTION 'a published version is never removed' "
                "USING ERRCODE = 'integrity_constraint_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} v{self.number}"

    @property
    def promised(self) -> Limit:
        """承诺办结时限; zero working days for an 即办件."""
        return Limit(self.promised_value, Unit(self.promised_unit))

    @property
    def statutory(self) -> Limit | None:
        """法定办结时限, where the law sets one."""
        if self.statutory_value is None:
            return None
        return Limit(self.statutory_value, Unit(self.statutory_unit))

    @cached_property
    def route(self) -> list[Step]:
        """The steps in their order, each with its department; read once for a version in hand."""
        steps = steps_of_version.all(self.pk)
        for step in steps:
            step.version = self
        return steps

    def handled_on_rest_days(self, place: Jurisdiction) -> bool:
        """Is it handled on the rest day itself? An 即办件 is; others where `place` keeps a rota for them."""
        return self.case_type == CaseType.INSTANT or self.matter.domain in place.policies.rest_day_domains

    def counts_as_accepted(
        self, moment: dt.datetime, calendar: WorkCalendar, place: Jurisdiction
    ) -> dt.datetime:
        """The moment from which limits run for a case accepted at `moment` in `place`.

        What is taken in on a rest day (365 服务) counts as accepted on the next working day, unless it is
        handled there and then (DOMAIN §2).
        """
        day = calendar.local_date(moment)
        if calendar.is_working(day) or self.handled_on_rest_days(place):
            return moment
        return calendar.opening(calendar.table.next_working_day(day))

    @property
    def form_fields(self) -> list[dict[str, Any]]:
        """The fields of the form as items, in their order."""
        return formschema.items_of(self.form)

    @form_fields.setter
    def form_fields(self, items: Iterable[Mapping[str, Any]]) -> None:
        self.form = formschema.form_of(items)

    @property
    def is_frozen(self) -> bool:
        """Has it ever been published? Then nothing in it changes any more."""
        return self.state in (VersionState.PUBLISHED, VersionState.SUPERSEDED, VersionState.WITHDRAWN)


def _parts_are_frozen(name: str, parent: str) -> pgtrigger.Trigger:
    """A trigger that keeps the rows of a published version from being changed, added or removed."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (SELECT 1 FROM matters_matterversion v WHERE v.id = {parent}
                       AND v.state IN ('published', 'superseded', 'withdrawn')) THEN
                RAISE EXCEPTION 'a published version is never changed'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,  # noqa: S608 the parts come from this file
    )


class Material(StatedMaterial):
    """申请材料 of one version."""

    version = models.ForeignKey(MatterVersion, models.CASCADE, related_name="materials")
    code = models.CharField(_("代码"), max_length=20)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(_("名称"), max_length=200)
    necessity = models.CharField(_("必要性"), max_length=12, choices=Necessity, default=Necessity.REQUIRED)
    is_main = models.BooleanField(_("主件"), default=True, help_text=_("主件不得容缺（S0 §17）"))
    form = models.CharField(_("材料类型"), max_length=10, choices=MaterialForm, default=MaterialForm.ORIGINAL)
    originals = models.PositiveSmallIntegerField(_("原件份数"), default=1)
    copies = models.PositiveSmallIntegerField(_("复印件份数"), default=0)
    media = models.CharField(_("形式"), max_length=12, choices=Media, default=Media.BOTH)
    source = models.CharField(
        _("来源渠道"), max_length=2, choices=MaterialSource, default=MaterialSource.APPLICANT
    )
    issuer = models.CharField(_("出具机构"), max_length=100, blank=True)
    substitute_certificate = models.CharField(_("可替代的电子证照"), max_length=100, blank=True)
    shared_source = models.CharField(_("由部门核查获取"), max_length=100, blank=True)
    condition = models.CharField(_("需要的情形"), max_length=300, blank=True)
    basis = models.CharField(_("法律依据"), max_length=300, blank=True)
    note = models.CharField(_("填报须知"), max_length=500, blank=True)
    definition = models.ForeignKey(
        MaterialDefinition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        verbose_name=_("材料库"),
    )
    result_of = models.ForeignKey(
        Matter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="used_results",
        verbose_name=_("是哪个事项的结果"),
    )

    class Meta:
        verbose_name = _("申请材料")
        verbose_name_plural = _("申请材料")
        ordering = ("version_id", "order")
        constraints = [
            models.UniqueConstraint(fields=("version", "code"), name="material_code_once_a_version"),
            models.CheckConstraint(
                name="main_document_is_never_deferrable",
                condition=~Q(necessity=Necessity.DEFERRABLE, is_main=True),
            ),
        ]
        triggers = [
            _parts_are_frozen("material_of_published_is_frozen", "COALESCE(NEW.version_id, OLD.version_id)")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def demanded(self) -> bool:
        """May the applicant be asked for it at all? Not when the government obtains it itself (S4 四(六))."""
        return not self.shared_source


class Step(models.Model):
    """路径环节: one department's task in one stage of a version's route.

    Stages follow one another by number; the steps of one stage run in parallel. Exactly one step decides.
    After it may stand co-signing steps (会签) where a law wants several organs to decide together: they sign
    the text of the decision itself, which takes effect when all have.
    """

    version = models.ForeignKey(MatterVersion, models.CASCADE, related_name="steps")
    code = models.CharField(_("代码"), max_length=20, help_text=_("情形引导的选项以它指明启动哪个环节"))
    stage = models.PositiveSmallIntegerField(_("阶段"))
    order = models.PositiveSmallIntegerField(default=0)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("承办部门"))
    kind = models.CharField(_("环节"), max_length=20, choices=StepKind)
    receipt_value = models.PositiveSmallIntegerField(_("签收时限"), null=True, blank=True)
    receipt_unit = models.CharField(max_length=15, choices=Unit, default=Unit.WORKING_DAY)
    limit_value = models.PositiveSmallIntegerField(_("办理时限"))
    limit_unit = models.CharField(max_length=15, choices=Unit, default=Unit.WORKING_DAY)
    decides = models.BooleanField(_("作出决定"), default=False)
    silent_consent = models.BooleanField(_("缺席、超时默认"), default=False)
    silent_basis = models.CharField(_("默认依据"), max_length=200, blank=True)
    opens_when = models.CharField(_("启动条件"), max_length=200, blank=True)
    by_town = models.BooleanField(
        _("镇街承办"), default=False, help_text=_("在镇街大厅收件的，由该镇街承办；其他由承办部门承办")
    )
    countersign_basis = models.CharField(_("会签依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("路径环节")
        verbose_name_plural = _("路径环节")
        ordering = ("version_id", "stage", "order")
        constraints = [
            models.UniqueConstraint(fields=("version", "code"), name="step_code_once_a_version"),
            models.CheckConstraint(
                name="silent_consent_has_a_basis",
                condition=Q(silent_consent=False) | ~Q(silent_basis=""),
            ),
            models.CheckConstraint(
                name="decision_is_never_silent", condition=~Q(silent_consent=True, decides=True)
            ),
            models.CheckConstraint(
                name="countersigning_is_no_silence_and_no_decision",
                condition=~Q(kind=StepKind.COUNTERSIGN) | Q(silent_consent=False, decides=False),
            ),
            models.CheckConstraint(
                name="countersigning_has_its_law",
                condition=~Q(kind=StepKind.COUNTERSIGN) | ~Q(countersign_basis=""),
            ),
            models.CheckConstraint(
                name="decision_is_not_left_to_the_town_of_intake", condition=~Q(decides=True, by_town=True)
            ),
            models.UniqueConstraint(
                fields=("version",), condition=Q(decides=True), name="one_step_decides_a_version"
            ),
        ]
        triggers = [
            _parts_are_frozen("step_of_published_is_frozen", "COALESCE(NEW.version_id, OLD.version_id)")
        ]

    def __str__(self) -> str:
        return f"{self.stage}. {self.department} {self.get_kind_display()}"

    @property
    def limit(self) -> Limit:
        """办理时限 of the step."""
        return Limit(self.limit_value, Unit(self.limit_unit))

    @property
    def countersigns(self) -> bool:
        """Is it a signature under the decision text (会签)?"""
        return self.kind == StepKind.COUNTERSIGN

    @property
    def receipt(self) -> Limit | None:
        """签收时限, where one is set."""
        if self.receipt_value is None:
            return None
        return Limit(self.receipt_value, Unit(self.receipt_unit))
