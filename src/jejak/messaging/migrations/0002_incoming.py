"""Messages that come in, and their end after the same time as those that go out."""

from pathlib import Path

import django.db.models.lookups
from django.db import migrations, models

HERE = Path(__file__).parent
SQL = (HERE / "0002_retention.sql").read_text(encoding="utf-8")
UNDO = (
    (HERE / "0001_retention.sql").read_text(encoding="utf-8").replace("create function", "create or replace function")
)


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incoming",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.TextField(default="sms")),
                ("key", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField(db_index=True)),
                ("state", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("reply", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "messaging_incoming",
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "key"), name="messaging_incoming_once"),
                    models.CheckConstraint(condition=models.Q(("channel", "sms")), name="incoming_channel_known"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.In(
                                models.Func(
                                    models.F("key"), function="octet_length", output_field=models.IntegerField()
                                ),
                                (16,),
                            )
                        ),
                        name="incoming_key_sized",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("at__lte", models.F("received_at"))), name="incoming_sent_before"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("state", "accepted")),
                            models.Q(("reason__regex", "^[a-z][a-z-]{0,39}$"), ("state", "refused")),
                            _connector="OR",
                        ),
                        name="incoming_refused_has_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
