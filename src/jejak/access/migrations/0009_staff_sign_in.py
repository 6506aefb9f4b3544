"""An agency's own sign-in, and which of its subjects is which account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_forget_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                ("bound_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_identity",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("issuer", "subject"),
                        name="access_identity_subject_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("issuer", "account"),
                        name="access_identity_account_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True), name="access_identity_subject_said"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("bound_at")), _connector="OR"
                        ),
                        name="access_identity_ends_after",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("issuer", models.CharField(max_length=300)),
                ("client_id", models.CharField(max_length=200)),
                ("secret_sealed", models.BinaryField()),
                ("domain", models.CharField(max_length=200)),
                ("second_acr", models.CharField(blank=True, default="", max_length=200)),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="provider", to="access.agency"
                    ),
                ),
            ],
            options={
                "db_table": "access_provider",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9-]*$")), name="access_provider_code_plain"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issuer__startswith", "https://"),
                            ("issuer__regex", "^http://(localhost|127\\.0\\.0\\.1)(:|/|$)"),
                            _connector="OR",
                        ),
                        name="access_provider_issuer_secure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("client_id", ""), _negated=True), name="access_provider_client_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("domain__regex", "^[a-z0-9-]+(\\.[a-z0-9-]+)+$")),
                        name="access_provider_domain_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("set_at")), _connector="OR"),
                        name="access_provider_ends_after",
                    ),
                ],
            },
        ),
    ]
