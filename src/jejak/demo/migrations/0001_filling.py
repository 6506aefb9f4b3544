"""The table that says how far the filling of a demo has come; empty on a node that is none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Filling",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("scale", models.TextField()),
                ("seed", models.IntegerField()),
                ("until", models.DateTimeField()),
                ("first_premises", models.BigIntegerField()),
                ("first_zone", models.BigIntegerField()),
                ("first_person", models.BigIntegerField()),
                ("people_done", models.IntegerField(default=0)),
                ("days_done", models.IntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "demo_filling",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="demo_filling_only_one"),
                    models.CheckConstraint(
                        condition=models.Q(("people_done__gte", 0), ("days_done__gte", 0)),
                        name="demo_filling_counts",
                    ),
                ],
            },
        ),
    ]
