"""Days of the trail by which the ledger commits to its rows."""

import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trail", "0004_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Day",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", models.TextField()),
                ("day", models.DateField()),
                ("leaves", models.IntegerField()),
                ("record", models.BigIntegerField(unique=True)),
            ],
            options={
                "db_table": "trail_day",
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "day"), name="trail_day_once"),
                    models.CheckConstraint(condition=models.Q(("leaves__gt", 0)), name="trail_day_has_leaves"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField()),
                ("part", models.SmallIntegerField()),
                ("row", models.BigIntegerField()),
                ("salt", models.BinaryField(null=True)),
                ("hash", models.BinaryField()),
                (
                    "day",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tree", to="trail.day"),
                ),
            ],
            options={
                "db_table": "trail_leaf",
                "constraints": [
                    models.UniqueConstraint(fields=("day", "position"), name="trail_leaf_place_once"),
                    models.UniqueConstraint(fields=("part", "row"), name="trail_leaf_row_once"),
                    models.CheckConstraint(condition=models.Q(("part__in", [0, 1])), name="trail_leaf_part_known"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("salt", None),
                            django.db.models.lookups.Exact(
                                models.Func(
                                    models.F("salt"), function="octet_length", output_field=models.IntegerField()
                                ),
                                32,
                            ),
                            _connector="OR",
                        ),
                        name="trail_leaf_salt_sized",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                models.Func(
                                    models.F("hash"), function="octet_length", output_field=models.IntegerField()
                                ),
                                32,
                            )
                        ),
                        name="trail_leaf_hash_sized",
                    ),
                    models.CheckConstraint(condition=models.Q(("position__gte", 0)), name="trail_leaf_counts"),
                ],
            },
        ),
    ]
