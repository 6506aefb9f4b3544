"""Public numbers, the days they are counted from, and what the last edition was made from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.TextField()),
                ("state", models.TextField()),
                ("value", models.BigIntegerField()),
            ],
            options={
                "db_table": "insights_counted",
                "constraints": [models.UniqueConstraint(fields=("metric", "state"), name="insights_counted_once")],
            },
        ),
        migrations.CreateModel(
            name="Day",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("state", models.TextField()),
                ("visits", models.BigIntegerField()),
            ],
            options={
                "db_table": "insights_day",
                "constraints": [
                    models.UniqueConstraint(fields=("day", "state"), name="insights_day_once"),
                    models.CheckConstraint(condition=models.Q(("visits__gte", 0)), name="insights_day_counts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Headline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.TextField()),
                ("state", models.TextField(blank=True, default="")),
                ("value", models.BigIntegerField(null=True)),
                ("as_of", models.DateTimeField()),
            ],
            options={
                "db_table": "insights_headline",
                "constraints": [
                    models.UniqueConstraint(fields=("metric", "state"), name="headline_once"),
                    models.CheckConstraint(
                        condition=models.Q(("metric__in", ["premises", "people", "visits", "searches"])),
                        name="headline_metric_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", None), ("value__gte", 10), _connector="OR"),
                        name="headline_none_below_ten",
                    ),
                ],
            },
        ),
    ]
