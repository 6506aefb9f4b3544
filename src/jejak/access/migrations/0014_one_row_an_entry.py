"""One entry of the ledger speaks of one row: a second row that claims it is refused by the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0013_ended_citizens"),
    ]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="record",
            field=models.BigIntegerField(blank=True, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="request",
            name="record",
            field=models.BigIntegerField(blank=True, null=True, unique=True),
        ),
    ]
