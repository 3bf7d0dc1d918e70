import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_form_schema_step_codes_and_regime_versions")]

    operations = [
        migrations.RemoveField(model_name="matterversion", name="form_fields"),
        pgtrigger.migrations.AddTrigger(
            model_name="regime",
            trigger=pgtrigger.compiler.Trigger(
                name="regime_is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a575fbf4c1e6843f9ba5feb891b47e803546e7df",
                    operation="UPDATE",
                    pgid="pgtrigger_regime_is_never_changed_a3503",
                    table="matters_regime",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.UniqueConstraint(
                fields=("family", "jurisdiction", "number"),
                name="regime_number_once_a_family_and_place",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("version", "code"), name="step_code_once_a_version"),
        ),
    ]
