"""Contacts of contacts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table."""

    dependencies = [
        ("people", "0005_own_record"),
        ("tracing", "0003_covid_19"),
    ]

    operations = [
        migrations.CreateModel(
            name="Onward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.IntegerField()),
                ("crowd", models.IntegerField()),
                ("first", models.DateTimeField()),
                ("last", models.DateTimeField()),
                ("tier", models.SmallIntegerField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracing.case"),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracing.contact"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="onward", to="tracing.run"
                    ),
                ),
            ],
            options={
                "db_table": "tracing_onward",
                "constraints": [
                    models.UniqueConstraint(fields=("run", "case", "contact", "person"), name="onward_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="onward_in_order"
                    ),
                ],
            },
        ),
    ]
