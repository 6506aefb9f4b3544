"""Who a premises belongs to, other systems' codes, files of premises, and posters that expire."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("premises", "0002_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(unique=True)),
                ("system", models.TextField()),
                ("text", models.TextField()),
                ("added_at", models.DateTimeField()),
                ("added_by_name", models.TextField()),
            ],
            options={
                "db_table": "premises_alias",
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("digest", models.TextField()),
                ("name", models.TextField()),
                ("by_name", models.TextField()),
                ("previewed_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("received", models.IntegerField(default=0)),
                ("accepted", models.IntegerField(default=0)),
                ("duplicate", models.IntegerField(default=0)),
                ("rejected", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "premises_import",
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("cells", models.JSONField()),
                ("outcome", models.TextField()),
                ("reasons", models.JSONField(default=list)),
            ],
            options={
                "db_table": "premises_importrow",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("kind", models.TextField()),
                ("email", models.EmailField(max_length=254)),
                ("token_digest", models.BinaryField(unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "premises_invitation",
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("way", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("code_digest", models.BinaryField(blank=True, null=True)),
                ("challenge", models.UUIDField(blank=True, null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("outcome", models.TextField(blank=True, default="")),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "premises_proof",
            },
        ),
        migrations.AddField(
            model_name="poster",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="premises",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="premises",
            name="confirmed_way",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="premises",
            name="phone",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="premises",
            name="registration_number",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="zone",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="zone",
            name="stay_minutes",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at", None), ("expires_at__gt", models.F("issued_at")), _connector="OR"),
                name="poster_expires_after_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_way", "")),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_way__in", ["post", "phone", "officer"])),
                    _connector="OR",
                ),
                name="premises_confirmation_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="zone",
            constraint=models.CheckConstraint(
                condition=models.Q(("stay_minutes", None), ("stay_minutes__range", (1, 1440)), _connector="OR"),
                name="zone_stay_plausible",
            ),
        ),
        migrations.AddField(
            model_name="alias",
            name="poster",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="premises.poster"
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="premises",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="premises.premises",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="premises.import"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="premises",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="premises.premises"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="zone",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="premises.zone",
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="premises",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="premises.premises"
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=models.Q(("system__regex", "^[a-z][a-z0-9-]{1,30}$")), name="alias_system_is_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__length__range", (1, 1000))), name="alias_text_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                fields=("by", "digest"), name="premises_import_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="premises_import_digest_is_sha256"
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    (
                        "received",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("accepted"), "+", models.F("duplicate")
                            ),
                            "+",
                            models.F("rejected"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="premises_import_counts_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(fields=("source", "number"), name="premises_importrow_once"),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="premises_importrow_counts_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["ready", "accepted", "duplicate", "rejected"])),
                name="premises_importrow_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "tenant"), ("zone__isnull", False)),
                    models.Q(("kind", "transfer"), ("zone", None)),
                    _connector="OR",
                ),
                name="invitation_kind_fits_zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("accepted_by", None)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_acceptance_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None), _connector="OR"),
                name="invitation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("invited_at"))), name="invitation_expires_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["post", "phone", "officer"])), name="proof_way_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("settled_at", None)),
                    models.Q(
                        ("outcome__in", ["confirmed", "refused", "withdrawn", "expired"]), ("settled_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="proof_outcome_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")), fields=("premises", "way"), name="proof_open_once"
            ),
        ),
    ]
