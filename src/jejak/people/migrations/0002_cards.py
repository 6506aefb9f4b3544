"""Printed cards, and how to reach somebody without a phone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="reach_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issued_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="people.person"
                    ),
                ),
            ],
            options={
                "db_table": "people_card",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("issued_at")), _connector="OR"
                        ),
                        name="card_ends_after_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("id__range", (1, 274877906943))), name="card_number_fits_code"
                    ),
                ],
            },
        ),
    ]
