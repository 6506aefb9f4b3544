"""Who works at a counter now, and how often an address tries pairing codes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("entrance", "0001_doors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_key", models.BinaryField(unique=True)),
                ("minute", models.DateTimeField()),
                ("tries", models.IntegerField()),
            ],
            options={
                "db_table": "entrance_attempt",
            },
        ),
        migrations.AddField(
            model_name="tablet",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="entrance.member",
            ),
        ),
        migrations.AddField(
            model_name="tablet",
            name="member_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("member", None), ("member_until", None)),
                    models.Q(("member__isnull", False), ("member_until__isnull", False), ("mode", "counter")),
                    _connector="OR",
                ),
                name="tablet_member_at_counter",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(condition=models.Q(("tries__gte", 1)), name="attempt_counts_from_1"),
        ),
    ]
