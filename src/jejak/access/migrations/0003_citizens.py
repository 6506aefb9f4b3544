"""Citizens: a phone number that typed a code, and browsers that a document stands behind."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_agencies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_digest", models.BinaryField(unique=True)),
                ("bound_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "access_bound",
            },
        ),
        migrations.RemoveConstraint(
            model_name="user",
            name="access_user_has_name",
        ),
        migrations.AddField(
            model_name="user",
            name="phone_key",
            field=models.BinaryField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="user",
            name="phone_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(max_length=254, null=True, unique=True, verbose_name="e-mail address"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), ("kind", "citizen"), _connector="OR"),
                name="access_user_has_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("email", None),
                        ("kind", "citizen"),
                        ("phone_key__isnull", False),
                        ("phone_sealed__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "citizen"), _negated=True), ("email__isnull", False), ("phone_key", None)
                    ),
                    _connector="OR",
                ),
                name="access_user_signs_in_one_way",
            ),
        ),
        migrations.AddField(
            model_name="bound",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="bound", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="bound",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("bound_at")), _connector="OR"),
                name="access_bound_ends_after",
            ),
        ),
    ]
