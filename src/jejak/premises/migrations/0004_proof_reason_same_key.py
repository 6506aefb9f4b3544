"""Why an officer refused, when a file was agreed to, and a key that premises alike in name and address share."""

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("premises", "0003_standing_codes_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="ignored",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="premises",
            name="same_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.MD5(
                    models.Func(
                        django.db.models.functions.text.Lower(
                            django.db.models.functions.text.Concat(
                                "name",
                                models.Value(" ", output_field=models.TextField()),
                                "branch",
                                models.Value(" ", output_field=models.TextField()),
                                "address",
                            )
                        ),
                        models.Value("[[:punct:][:space:]]+"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddIndex(
            model_name="premises",
            index=models.Index(fields=["same_key"], name="premises_same_key"),
        ),
    ]
