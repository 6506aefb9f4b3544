"""Messages and what is kept about them, and the function by which retention deletes them."""

from pathlib import Path

import django.db.models.lookups
from django.db import migrations, models

import jejak.kernel.ids

SQL = (Path(__file__).parent / "0001_retention.sql").read_text(encoding="utf-8")
UNDO = """
drop function messaging_past_time(timestamptz);
drop function messaging_delete_past_time(timestamptz);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("purpose", models.TextField()),
                ("digest", models.BinaryField()),
                ("issued_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "messaging_code",
                "indexes": [models.Index(fields=["issued_at"], name="messaging_code_age")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tries__range", (0, 5))), name="code_tries_bounded"),
                    models.CheckConstraint(
                        condition=models.Q(("used_at", None), ("tries__gte", 1), _connector="OR"),
                        name="code_used_by_a_try",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.In(
                                models.Func(
                                    models.F("digest"), function="octet_length", output_field=models.IntegerField()
                                ),
                                (16,),
                            )
                        ),
                        name="code_digest_sized",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("kind", models.TextField()),
                ("template", models.TextField()),
                ("channel", models.TextField()),
                ("language", models.TextField()),
                ("recipient_key", models.BinaryField()),
                ("recipient_sealed", models.BinaryField(null=True)),
                ("slots_sealed", models.BinaryField(null=True)),
                ("source_key", models.BinaryField()),
                ("subject", models.UUIDField(null=True)),
                ("new", models.BooleanField()),
                ("state", models.TextField(default="queued")),
                ("reason", models.TextField(blank=True, default="")),
                ("tries", models.SmallIntegerField(default=0)),
                ("parts", models.SmallIntegerField(default=0)),
                ("reference", models.TextField(blank=True, default="")),
                ("queued_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("sending_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "messaging_message",
                "indexes": [
                    models.Index(fields=["recipient_key", "kind", "queued_at"], name="messaging_message_recipient"),
                    models.Index(fields=["source_key", "kind", "queued_at"], name="messaging_message_source"),
                    models.Index(fields=["kind", "queued_at"], include=("new",), name="messaging_message_lately"),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending"])),
                        fields=["due_at"],
                        name="messaging_message_due",
                    ),
                    models.Index(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=["channel", "reference"],
                        name="messaging_message_reference",
                    ),
                    models.Index(fields=["queued_at"], name="messaging_message_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["code", "notice", "reply"])), name="message_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "email", "push"])), name="message_channel_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ms", "en"])), name="message_language_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "sending", "sent", "delivered", "failed", "expired", "refused"])
                        ),
                        name="message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("recipient_sealed__isnull", False),
                                ("slots_sealed__isnull", False),
                                ("state__in", ["queued", "sending"]),
                            ),
                            models.Q(
                                models.Q(("state__in", ["queued", "sending"]), _negated=True),
                                ("recipient_sealed", None),
                                ("slots_sealed", None),
                            ),
                            _connector="OR",
                        ),
                        name="message_sealed_while_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sending"), _negated=True),
                            ("sending_at__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sending_has_begun",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["sent", "delivered"]), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sent_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state__in", ["delivered", "failed", "expired", "refused"]),
                            ),
                            models.Q(
                                models.Q(("state__in", ["delivered", "failed", "expired", "refused"]), _negated=True),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="message_ended_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["failed", "expired", "refused"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="message_failure_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("reason__regex", "^[a-z][a-z-]{0,39}$"), _connector="OR"),
                        name="message_reason_is_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("queued_at"))), name="message_expires_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.In(
                                models.Func(
                                    models.F("recipient_key"),
                                    function="octet_length",
                                    output_field=models.IntegerField(),
                                ),
                                (16,),
                            ),
                            django.db.models.lookups.In(
                                models.Func(
                                    models.F("source_key"), function="octet_length", output_field=models.IntegerField()
                                ),
                                (16,),
                            ),
                        ),
                        name="message_keys_sized",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.TextField()),
                ("channel", models.TextField()),
                ("reason", models.TextField()),
                ("about_key", models.BinaryField()),
                ("hour", models.DateTimeField()),
                ("count", models.BigIntegerField()),
            ],
            options={
                "db_table": "messaging_refusal",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hour", "template", "channel", "reason", "about_key"), name="messaging_refusal_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "breaker",
                                    "new-recipients",
                                    "number-not-served",
                                    "overall-rate",
                                    "recipient-day",
                                    "recipient-hour",
                                    "source-day",
                                    "source-hour",
                                ],
                            )
                        ),
                        name="refusal_reason_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="refusal_counts"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.In(
                                models.Func(
                                    models.F("about_key"), function="octet_length", output_field=models.IntegerField()
                                ),
                                (0, 16),
                            )
                        ),
                        name="refusal_key_sized",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.TextField()),
                ("reference", models.TextField()),
                ("state", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "messaging_report",
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "reference", "state"), name="messaging_report_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["delivered", "failed", "sent"])), name="report_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "email", "push"])), name="report_channel_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference__regex", "^[A-Za-z0-9._:-]{1,100}$")),
                        name="report_reference_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message", models.UUIDField(unique=True)),
                ("channel", models.TextField()),
                ("recipient_sealed", models.BinaryField()),
                ("text_sealed", models.BinaryField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "messaging_shown",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "email", "push"])), name="shown_channel_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Trip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("reason", models.TextField()),
                ("tripped_at", models.DateTimeField()),
                ("cools_at", models.DateTimeField()),
                ("reset_at", models.DateTimeField(null=True)),
                ("reset_by", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "messaging_trip",
                "indexes": [models.Index(fields=["kind", "-tripped_at"], name="messaging_trip_lately")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["code", "notice", "reply"])), name="trip_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["overall-rate", "new-recipients"])), name="trip_reason_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cools_at__gt", models.F("tripped_at"))), name="trip_cools_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reset_at", None), ("reset_by", "")),
                            models.Q(("reset_at__isnull", False), models.Q(("reset_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="trip_reset_paired",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
