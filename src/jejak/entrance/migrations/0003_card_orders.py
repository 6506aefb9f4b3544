"""How many cards were ordered from where within an hour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("entrance", "0002_work_at_counters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("bucket", models.IntegerField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("orders", models.IntegerField()),
            ],
            options={
                "db_table": "entrance_allowance",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("bucket__range", (0, 65535))), name="allowance_bucket_exists"
                    ),
                    models.CheckConstraint(condition=models.Q(("orders__gte", 1)), name="allowance_counts"),
                ],
            },
        ),
    ]
