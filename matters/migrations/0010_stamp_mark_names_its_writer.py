from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0009_form_files"), ("organisation", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="stampmark",
            name="writer",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="stampmark",
            index=models.Index(fields=["jurisdiction", "writer"], name="stamp_mark_by_writer"),
        ),
    ]
