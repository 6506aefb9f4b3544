"""Agencies, invitations, requests for a second person, scopes of roles, and when accounts were used and left."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("health", "health"),
                            ("laboratory", "laboratory"),
                            ("clinic", "clinic"),
                            ("enforcement", "enforcement"),
                            ("helpdesk", "helpdesk"),
                            ("audit", "audit"),
                            ("node", "node"),
                        ],
                        max_length=20,
                    ),
                ),
                ("state", models.CharField(blank=True, default="", max_length=5)),
                ("district", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_agency",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=150)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("premises_owner", "premises_owner"),
                            ("agency_manager", "agency_manager"),
                            ("auditor", "auditor"),
                            ("clinic_manager", "clinic_manager"),
                            ("clinic_staff", "clinic_staff"),
                            ("clinician", "clinician"),
                            ("data_steward", "data_steward"),
                            ("enforcement_officer", "enforcement_officer"),
                            ("health_officer", "health_officer"),
                            ("helpdesk_agent", "helpdesk_agent"),
                            ("helpdesk_lead", "helpdesk_lead"),
                            ("laboratory", "laboratory"),
                            ("operator", "operator"),
                            ("policy_publisher", "policy_publisher"),
                            ("senior_health_officer", "senior_health_officer"),
                        ],
                        max_length=40,
                    ),
                ),
                ("token_digest", models.BinaryField(unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_invitation",
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("kind", models.TextField()),
                ("what", models.JSONField()),
                ("digest", models.BinaryField()),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("decision", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_request",
            },
        ),
        migrations.RemoveConstraint(
            model_name="rolegrant",
            name="access_rolegrant_role_known",
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="district",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="rolegrant",
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
            model_name="rolegrant",
            name="granted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="state",
            field=models.CharField(blank=True, default="", max_length=5),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="left_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("premises_owner", "premises_owner"),
                    ("agency_manager", "agency_manager"),
                    ("auditor", "auditor"),
                    ("clinic_manager", "clinic_manager"),
                    ("clinic_staff", "clinic_staff"),
                    ("clinician", "clinician"),
                    ("data_steward", "data_steward"),
                    ("enforcement_officer", "enforcement_officer"),
                    ("health_officer", "health_officer"),
                    ("helpdesk_agent", "helpdesk_agent"),
                    ("helpdesk_lead", "helpdesk_lead"),
                    ("laboratory", "laboratory"),
                    ("operator", "operator"),
                    ("policy_publisher", "policy_publisher"),
                    ("senior_health_officer", "senior_health_officer"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "premises_owner",
                            "agency_manager",
                            "auditor",
                            "clinic_manager",
                            "clinic_staff",
                            "clinician",
                            "data_steward",
                            "enforcement_officer",
                            "health_officer",
                            "helpdesk_agent",
                            "helpdesk_lead",
                            "laboratory",
                            "operator",
                            "policy_publisher",
                            "senior_health_officer",
                        ],
                    )
                ),
                name="access_rolegrant_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"), name="access_agency_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="access_agency_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["health", "laboratory", "clinic", "enforcement", "helpdesk", "audit", "node"])
                ),
                name="access_agency_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), ("closed_at__gte", models.F("created_at")), _connector="OR"),
                name="access_agency_closed_after",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="access.agency",
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
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="access.agency"
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
            model_name="request",
            name="agency",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                name="access_invitation_open_once",
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
                name="access_invitation_acceptance_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None), _connector="OR"),
                name="access_invitation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("invited_at"))), name="access_invitation_expires_after"
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["decision", "expires_at"], name="access_request_open"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None), models.Q(("decided_by", models.F("asked_by")), _negated=True), _connector="OR"
                ),
                name="request_decided_by_another",
            ),
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
                    models.Q(("decided_at__isnull", False), ("decided_by", None), ("decision", "withdrawn")),
                    _connector="OR",
                ),
                name="request_decision_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at", None), ("decision", "approved"), _connector="OR"),
                name="request_used_after_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="request_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("asked_at"))), name="request_expires_after"
            ),
        ),
    ]
