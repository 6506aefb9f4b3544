"""The ledger's tables, and the function by which retention destroys a record and its salt."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
from django.db import migrations, models

SQL = (Path(__file__).parent / "0001_erase.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "ledger_place",
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SmallIntegerField()),
                ("schema", models.SmallIntegerField()),
                ("record", models.TextField(null=True)),
                ("salt", models.BinaryField(null=True)),
                ("commitment", models.BinaryField()),
                ("opened", models.BooleanField(default=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "ledger_record",
            },
        ),
        migrations.CreateModel(
            name="State",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.TextField()),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_state",
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ledger.record",
                    ),
                ),
            ],
            options={
                "db_table": "ledger_waiting",
            },
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("opened", True)), fields=["kind", "-id"], name="ledger_record_by_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__range", (1, 255)), ("schema__range", (1, 255))),
                name="ledger_record_kind_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        models.Func(
                            models.F("commitment"), function="octet_length", output_field=models.IntegerField()
                        ),
                        32,
                    )
                ),
                name="ledger_record_commitment_sized",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("salt", None),
                    django.db.models.lookups.Exact(
                        models.Func(models.F("salt"), function="octet_length", output_field=models.IntegerField()), 32
                    ),
                    _connector="OR",
                ),
                name="ledger_record_salt_sized",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("record", None), ("salt", None)),
                    models.Q(("record__isnull", False), ("salt__isnull", False)),
                    _connector="OR",
                ),
                name="ledger_record_with_its_salt",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(("opened", False), ("record__isnull", False), _connector="OR"),
                name="ledger_record_opened_stays",
            ),
        ),
        migrations.AddField(
            model_name="place",
            name="record",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="place", to="ledger.record"
            ),
        ),
        migrations.AddConstraint(
            model_name="state",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="ledger_state_is_one"),
        ),
        migrations.AddConstraint(
            model_name="state",
            constraint=models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="ledger_state_counts"),
        ),
        migrations.AddConstraint(
            model_name="state",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        models.Func(models.F("root"), function="octet_length", output_field=models.IntegerField()), 32
                    )
                ),
                name="ledger_state_root_sized",
            ),
        ),
        migrations.AddConstraint(
            model_name="state",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin", ""), _negated=True), name="ledger_state_has_origin"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(condition=models.Q(("index__gte", 0)), name="ledger_place_counts"),
        ),
        migrations.RunSQL(SQL, "drop function ledger_erase(bigint[])"),
    ]
