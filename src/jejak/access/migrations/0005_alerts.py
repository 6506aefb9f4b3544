"""Accounts that were stopped, and what somebody found when looking into it."""

from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_bound_to_a_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("account_id", models.BigIntegerField()),
                ("agency_id", models.BigIntegerField(null=True)),
                ("kind", models.TextField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.IntegerField(default=1)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("looked_by", models.BigIntegerField(blank=True, null=True)),
                ("looked_name", models.TextField(blank=True, db_default="", default="")),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_alert",
                "indexes": [models.Index(fields=["-last_at"], name="access_alert_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("looked_at", None)),
                        fields=("account_id", "kind"),
                        name="access_alert_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["budget-looks", "budget-people", "refusals"])),
                        name="access_alert_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_at__gte", models.F("first_at")), ("times__gt", 0)),
                        name="access_alert_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("looked_at", None), ("looked_by", None), ("looked_name", ""), ("note", "")),
                            models.Q(
                                ("looked_at__isnull", False),
                                ("looked_by__isnull", False),
                                models.Q(("looked_name", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="access_alert_looked_whole",
                    ),
                ],
            },
        ),
    ]
