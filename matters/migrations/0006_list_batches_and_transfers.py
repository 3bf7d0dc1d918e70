"""Batches of lists with their dates, and transfers of matters to the bureau (划转, S1 二(二))."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0005_one_form_and_guarded_regimes"),
        ("organisation", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="批次")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="公布日期")),
                (
                    "published_total",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="公布数"),
                ),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="公布文件")),
                (
                    "matter_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="matters.matterlist",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单批次",
                "verbose_name_plural": "清单批次",
                "ordering": (
                    "matter_list_id",
                    models.OrderBy(models.F("published_on"), nulls_last=True),
                    "pk",
                ),
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="代码")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("document", models.CharField(max_length=200, verbose_name="文件")),
                (
                    "effective_on",
                    models.DateField(
                        blank=True,
                        help_text="当日零时起；条件未成就的先空着",
                        null=True,
                        verbose_name="生效日期",
                    ),
                ),
                ("condition", models.CharField(blank=True, max_length=200, verbose_name="生效条件")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "拟订中"),
                            ("approved", "已审定，待生效"),
                            ("effective", "已生效"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="审定时间")),
                ("effective_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("is_demo", models.BooleanField(default=False, verbose_name="示范数据")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_received",
                        to="organisation.department",
                        verbose_name="划入机关",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="organisation.jurisdiction",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "划转批次",
                "verbose_name_plural": "划转批次",
                "ordering": ("jurisdiction", models.OrderBy(models.F("effective_on"), nulls_last=True), "pk"),
            },
        ),
        migrations.CreateModel(
            name="TransferItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="序号")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("transferred", "划转"),
                            ("associated", "关联事项，一并划转"),
                            ("deferred", "暂缓划转"),
                            ("staying", "保留，须进驻窗口"),
                        ],
                        default="transferred",
                        max_length=12,
                        verbose_name="性质",
                    ),
                ),
                (
                    "consult_basis",
                    models.CharField(blank=True, max_length=200, verbose_name="须征求原部门意见的依据"),
                ),
                ("deferred_until", models.DateField(blank=True, null=True, verbose_name="暂缓至")),
                (
                    "deferred_condition",
                    models.CharField(blank=True, max_length=200, verbose_name="暂缓的条件"),
                ),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="没有划成的原因")),
                (
                    "from_department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_given",
                        to="organisation.department",
                        verbose_name="划出部门",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_items",
                        to="matters.matter",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="matters.transfer",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_item",
                        to="matters.matterversion",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisation.window",
                        verbose_name="进驻窗口",
                    ),
                ),
            ],
            options={
                "verbose_name": "划转事项",
                "verbose_name_plural": "划转事项",
                "ordering": ("transfer_id", "order", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="listbatch",
            constraint=models.UniqueConstraint(fields=("matter_list", "name"), name="batch_once_a_list"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("state", "approved")), fields=["effective_on"], name="transfer_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                fields=("jurisdiction", "code"), name="transfer_code_once_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("effective_on__isnull", False), _connector="OR"),
                name="transfer_approved_has_its_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                    _connector="OR",
                ),
                name="transfer_is_approved_by_a_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="transferitem",
            constraint=models.UniqueConstraint(fields=("transfer", "matter"), name="matter_once_a_transfer"),
        ),
        migrations.AddConstraint(
            model_name="transferitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "deferred"), _negated=True),
                    ("deferred_until__isnull", False),
                    models.Q(("deferred_condition", ""), _negated=True),
                    _connector="OR",
                ),
                name="deferred_item_says_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="transferitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("version__isnull", True), ("role__in", ("transferred", "associated")), _connector="OR"
                ),
                name="only_what_moves_gets_a_version",
            ),
        ),
    ]
