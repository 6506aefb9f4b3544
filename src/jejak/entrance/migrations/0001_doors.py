"""Tablets at doors, who works there, and who texts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_cards"),
        ("premises", "0003_standing_codes_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name", models.TextField()),
                ("pin_hash", models.TextField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(blank=True, null=True)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "premises",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premises.premises"
                    ),
                ),
            ],
            options={
                "db_table": "entrance_member",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("premises", "name"), name="member_name_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="member_named"),
                    models.CheckConstraint(condition=models.Q(("tries__range", (0, 100))), name="member_tries_bounded"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_key", models.BinaryField(unique=True)),
                ("language", models.TextField(default="ms")),
                ("written_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "db_table": "entrance_sender",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ms", "en"])), name="sender_language_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tablet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name", models.TextField()),
                ("mode", models.TextField()),
                ("pairing_digest", models.BinaryField(blank=True, null=True, unique=True)),
                ("pairing_until", models.DateTimeField(blank=True, null=True)),
                ("token_digest", models.BinaryField(blank=True, null=True, unique=True)),
                ("added_at", models.DateTimeField()),
                ("paired_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "premises",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premises.premises"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="premises.zone",
                    ),
                ),
            ],
            options={
                "db_table": "entrance_tablet",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ("counter", "kiosk", "display"))), name="tablet_mode_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="tablet_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pairing_digest", None), ("pairing_until", None)),
                            models.Q(("pairing_digest__isnull", False), ("pairing_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="tablet_pairing_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("token_digest", None),
                            models.Q(("paired_at__isnull", False), ("pairing_digest", None)),
                            _connector="OR",
                        ),
                        name="tablet_token_when_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("added_at")), _connector="OR"
                        ),
                        name="tablet_ends_after_added",
                    ),
                ],
            },
        ),
    ]
