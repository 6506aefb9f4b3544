"""The visit log, by SQL because Django knows no partitions; the state that Django compares with is beside it."""

from datetime import timedelta
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import jejak.kernel.ids

SQL = (Path(__file__).parent / "0001_visit.sql").read_text(encoding="utf-8")
UNDO = """
drop function visits_make_partitions(date, date);
drop function visits_drop_partition(date);
drop table visits_visit;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            SQL,
            UNDO,
            state_operations=[
                migrations.CreateModel(
                    name="Visit",
                    fields=[
                        ("pk", models.CompositePrimaryKey("premises_id", "checked_in", "id")),
                        ("premises_id", models.BigIntegerField()),
                        ("checked_in", models.DateTimeField()),
                        ("id", models.UUIDField()),
                        ("until", models.DateTimeField()),
                        ("person_id", models.BigIntegerField()),
                        ("zone_id", models.BigIntegerField(blank=True, null=True)),
                        ("device_id", models.BigIntegerField()),
                        ("flags", models.SmallIntegerField(db_default=0)),
                    ],
                    options={
                        "db_table": "visits_visit",
                        "constraints": [
                            models.CheckConstraint(name="visit_until_after", condition=Q(until__gt=F("checked_in"))),
                            models.CheckConstraint(
                                name="visit_bounded", condition=Q(until__lte=F("checked_in") + timedelta(hours=24))
                            ),
                            models.CheckConstraint(name="visit_flags_known", condition=Q(flags__range=(0, 7))),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("digest", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("received", models.BigIntegerField(default=0)),
                ("accepted", models.BigIntegerField(default=0)),
                ("duplicate", models.BigIntegerField(default=0)),
                ("quarantined", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "visits_import",
                "constraints": [
                    models.CheckConstraint(name="import_digest_is_sha256", condition=Q(digest__regex="^[0-9a-f]{64}$")),
                    models.CheckConstraint(
                        name="import_counts_add_up",
                        condition=Q(finished_at=None) | Q(received=F("accepted") + F("duplicate") + F("quarantined")),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quarantined",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("number", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("sealed", models.BinaryField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quarantined_rows",
                        to="visits.import",
                    ),
                ),
            ],
            options={
                "db_table": "visits_quarantined",
                "constraints": [
                    models.UniqueConstraint(name="quarantined_row_once", fields=["source", "number"]),
                    models.CheckConstraint(name="quarantined_row_counts_from_1", condition=Q(number__gte=1)),
                    models.CheckConstraint(
                        name="quarantined_reason_is_code", condition=Q(reason__regex="^[a-z][a-z-]{1,40}$")
                    ),
                ],
            },
        ),
    ]
