"""Purposes with a kind and a reference, the employer, and looks that were refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trail", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="agency",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="entry",
            name="kind",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="entry",
            name="reference",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="entry",
            name="refused",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
