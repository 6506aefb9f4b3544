"""A place looks its record up no second time: that was a third of the database's share of an entry."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_erase_by_place"),
    ]

    operations = [
        migrations.AlterField(
            model_name="place",
            name="record",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="place",
                to="ledger.record",
            ),
        ),
    ]
