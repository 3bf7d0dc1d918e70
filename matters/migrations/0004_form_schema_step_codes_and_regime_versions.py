"""The form as JSON Schema, steps with codes, regimes in versions: new columns, and what stored rows say."""

import django.db.models.deletion
from django.db import migrations, models

import matters.formschema


def fill(apps, schema_editor):
    """Give each version its form, each step its code, each regime its family.

    Published versions are frozen by triggers: they say the same as before in another shape, so the triggers
    stand aside for this one statement each.
    """
    from matters.formschema import form_of

    version, step = apps.get_model("matters", "MatterVersion"), apps.get_model("matters", "Step")
    tables = [model._meta.db_table for model in (version, step)]
    for table in tables:
        schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for pk, items in version.objects.values_list("pk", "form_fields").iterator(chunk_size=500):
        if items:
            version.objects.filter(pk=pk).update(form=form_of(items))
    schema_editor.execute(
        """
        UPDATE matters_step AS step SET code = 's' || lpad(place::text, 2, '0')
        FROM (SELECT id, row_number() OVER (PARTITION BY version_id ORDER BY stage, "order", id) AS place
              FROM matters_step) AS numbered
        WHERE numbered.id = step.id
        """
    )
    schema_editor.execute("UPDATE matters_regime SET family = code")
    for table in tables:
        schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def unfill(apps, schema_editor):
    """Back to the list of items."""
    from matters.formschema import items_of

    version = apps.get_model("matters", "MatterVersion")
    table = version._meta.db_table
    schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for pk, form in version.objects.values_list("pk", "form").iterator(chunk_size=500):
        version.objects.filter(pk=pk).update(form_fields=items_of(form))
    schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0003_elements_and_life_of_a_version"),
        ("organisation", "0001_first"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="regime",
            options={
                "ordering": ("family", "number", "code"),
                "verbose_name": "程序规则",
                "verbose_name_plural": "程序规则",
            },
        ),
        migrations.AddField(
            model_name="matterversion",
            name="form",
            field=models.JSONField(default=matters.formschema.empty, verbose_name="表单"),
        ),
        migrations.AddField(
            model_name="step",
            name="code",
            field=models.CharField(
                default="",
                help_text="情形引导的选项以它指明启动哪个环节",
                max_length=20,
                verbose_name="代码",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="regime",
            name="code",
            field=models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name="代码"),
        ),
        migrations.AddField(
            model_name="regime",
            name="family",
            field=models.SlugField(default="", max_length=30, verbose_name="规则"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="regime",
            name="number",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="版本号"),
        ),
        migrations.AddField(
            model_name="regime",
            name="jurisdiction",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.jurisdiction",
                verbose_name="适用地区",
            ),
        ),
        migrations.AddField(
            model_name="regime",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="起用日期"),
        ),
        migrations.AddField(
            model_name="regime",
            name="change_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="变更理由"),
        ),
        migrations.RunPython(fill, unfill),
    ]
