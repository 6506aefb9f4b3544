"""Files with their manifests, times on call, and how a request ended."""

import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_forget"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_duty",
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("holds", models.TextField()),
                ("action", models.TextField()),
                ("name", models.TextField()),
                ("form", models.TextField()),
                ("fields", models.JSONField()),
                ("rows", models.IntegerField()),
                ("people", models.IntegerField()),
                ("size", models.IntegerField()),
                ("digest", models.BinaryField()),
                ("likeness", models.BinaryField()),
                ("purpose_kind", models.TextField(blank=True, default="")),
                ("purpose_text", models.TextField()),
                ("purpose_reference", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("content_sealed", models.BinaryField(null=True)),
                ("persons_sealed", models.BinaryField(null=True)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("taken", models.IntegerField(default=0)),
                ("record", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_export",
            },
        ),
        migrations.RemoveConstraint(
            model_name="request",
            name="request_decision_paired",
        ),
        migrations.AddField(
            model_name="request",
            name="decided_agency",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="record",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision__in", ["approved", "refused"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False), ("decided_by", None), ("decision__in", ["withdrawn", "expired"])
                    ),
                    _connector="OR",
                ),
                name="request_decision_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_agency", None), ("decided_by__isnull", False), _connector="OR"),
                name="request_agency_of_decider",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="duties", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="agency",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="decided_agency",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="request",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="export",
                to="access.request",
            ),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["ends_at"], name="access_duty_now"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="duty_ends_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="duty_end_paired",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["asked_by", "-made_at"], name="access_export_of"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("content_sealed__isnull", False)), fields=["made_at"], name="access_export_kept"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["csv", "xlsx"])), name="export_form_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__gte", 0), ("rows__range", (0, 5000))), name="export_rows_capped"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        models.Func(models.F("digest"), function="octet_length", output_field=models.IntegerField()), 32
                    )
                ),
                name="export_digest_sized",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("content_sealed", None), ("destroyed_at", None), ("persons_sealed", None), ("request", None)
                    ),
                    models.Q(
                        ("content_sealed__isnull", False),
                        ("destroyed_at", None),
                        ("persons_sealed__isnull", False),
                        ("request__isnull", False),
                    ),
                    models.Q(
                        ("content_sealed", None),
                        ("destroyed_at__isnull", False),
                        ("persons_sealed", None),
                        ("request__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="export_bytes_kept_or_destroyed",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("request__isnull", False), ("people__lte", 50), _connector="OR"),
                name="export_alone_is_small",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_agency", None), ("decided_by", None)),
                    models.Q(
                        ("expires_at__isnull", False),
                        ("request__isnull", False),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="export_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("request", None), ("expires_at", None), ("decided_by__isnull", False), _connector="OR"
                ),
                name="export_larger_was_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at", None), ("record", None)),
                    models.Q(("expires_at__isnull", False), ("record__isnull", False)),
                    _connector="OR",
                ),
                name="export_open_is_on_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken", 0), ("taken_at", None)),
                    models.Q(("record__isnull", False), ("taken__gte", 1), ("taken_at__isnull", False)),
                    _connector="OR",
                ),
                name="export_taken_once_open",
            ),
        ),
    ]
