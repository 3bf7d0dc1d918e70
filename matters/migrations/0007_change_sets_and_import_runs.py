import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_first"),
        ("matters", "0006_list_batches_and_transfers"),
        ("organisation", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("reason", models.CharField(max_length=300, verbose_name="变更理由和依据")),
                ("changes", models.JSONField(default=list, verbose_name="改什么")),
                ("selection", models.JSONField(blank=True, default=dict, verbose_name="选择条件")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "拟定中"),
                            ("submitted", "待审定"),
                            ("approved", "已审定"),
                            ("published", "已发布"),
                            ("dropped", "已撤销"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="拟定")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="送审")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="审定")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布")),
                ("valid_from", models.DateTimeField(blank=True, null=True, verbose_name="生效")),
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
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_sets",
                        to="organisation.jurisdiction",
                    ),
                ),
            ],
            options={
                "verbose_name": "变更单",
                "verbose_name_plural": "变更单",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="ChangeItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matters.matterversion",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_items",
                        to="matters.matter",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="change_item",
                        to="matters.matterversion",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="matters.changeset",
                    ),
                ),
            ],
            options={
                "verbose_name": "变更事项",
                "verbose_name_plural": "变更事项",
                "ordering": ("change_set_id", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("rows", "能导则导：有错的行不写入，其余照常写入"),
                            ("batch", "整批导入：同一批次有一行错，整批都不写入"),
                        ],
                        default="rows",
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("publish", models.BooleanField(default=False, verbose_name="直接发布")),
                ("dry_run", models.BooleanField(default=True, verbose_name="试运行")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "等待导入"), ("done", "已完成"), ("failed", "没有导入")],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="没有导入的原因")),
                ("report", models.JSONField(blank=True, null=True, verbose_name="结果")),
                ("started_at", models.DateTimeField(verbose_name="开始")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束")),
                (
                    "annotated",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="批注表",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_runs",
                        to="organisation.jurisdiction",
                    ),
                ),
                (
                    "matter_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matters.matterlist",
                        verbose_name="全部列入清单",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入",
                "verbose_name_plural": "导入",
                "ordering": ("-started_at",),
            },
        ),
        migrations.CreateModel(
            name="StampMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("horizon", models.BigIntegerField()),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stamp_marks",
                        to="organisation.jurisdiction",
                    ),
                ),
            ],
            options={
                "verbose_name": "目录变更记号",
                "verbose_name_plural": "目录变更记号",
            },
        ),
        migrations.AddIndex(
            model_name="changeset",
            index=models.Index(fields=["jurisdiction", "-id"], name="change_set_by_place"),
        ),
        migrations.AddConstraint(
            model_name="changeset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    ("drafted_by__isnull", True),
                    models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    _connector="OR",
                ),
                name="change_set_is_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="changeset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    models.Q(("published_at__isnull", False), ("valid_from__isnull", False)),
                    _connector="OR",
                ),
                name="published_change_set_has_its_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="changeitem",
            constraint=models.UniqueConstraint(
                fields=("change_set", "matter"), name="matter_once_a_change_set"
            ),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["started_at"], name="import_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["jurisdiction", "-started_at"], name="import_by_place"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "waiting"),
                    models.Q(
                        ("finished_at__isnull", False),
                        models.Q(
                            ("report__isnull", False),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="finished_import_says_what_came_of_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="stampmark",
            constraint=models.UniqueConstraint(fields=("jurisdiction", "number"), name="stamp_marked_once"),
        ),
    ]
