"""What is doubtful about visits: more flags, disputes, bursts, and how far the log has been judged."""

from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_forget_quarantined"),
    ]

    operations = [
        migrations.CreateModel(
            name="Burst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("premises_id", models.BigIntegerField()),
                ("zone_id", models.BigIntegerField(blank=True, null=True)),
                ("hour", models.DateTimeField()),
                ("scans", models.IntegerField()),
                ("usual", models.IntegerField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "visits_burst",
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("premises_id", models.BigIntegerField()),
                ("checked_in", models.DateTimeField()),
                ("visit_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("came_at", models.DateTimeField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "visits_dispute",
            },
        ),
        migrations.CreateModel(
            name="Judged",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("upto", models.DateTimeField()),
            ],
            options={
                "db_table": "visits_judged",
            },
        ),
        migrations.RemoveConstraint(
            model_name="visit",
            name="visit_flags_known",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="visit",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "premises_id", "checked_in", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ]
        ),  # how Django writes the same key
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("flags__range", (0, 4095))), name="visit_flags_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="burst",
            constraint=models.UniqueConstraint(
                fields=("premises_id", "zone_id", "hour"), name="burst_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="burst",
            constraint=models.CheckConstraint(
                condition=models.Q(("scans__gt", models.F("usual"))), name="burst_is_more_than_usual"
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["premises_id", "checked_in", "visit_id"], name="dispute_of_visit"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("came_at", None), ("kind", "not-me"), ("left_at", None)),
                    models.Q(
                        ("kind", "times"),
                        models.Q(("came_at__isnull", False), ("left_at__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="dispute_kind_fits_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("came_at", None), ("left_at", None), ("left_at__gt", models.F("came_at")), _connector="OR"
                ),
                name="dispute_times_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                fields=("premises_id", "checked_in", "visit_id", "kind", "came_at", "left_at"),
                name="dispute_said_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="judged",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="judged_once"),
        ),
    ]
