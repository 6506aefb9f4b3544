"""A browser is bound to one person, and another one by a code that it shows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_citizens"),
    ]

    operations = [
        migrations.AddField("bound", "person_id", models.BigIntegerField(default=0), preserve_default=False),
        migrations.CreateModel(
            name="BindCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.BigIntegerField()),
                ("digest", models.BinaryField()),
                ("shown_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_bindcode",
                "indexes": [models.Index(fields=["account", "-shown_at"], name="access_bindcode_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tries__range", (0, 5))), name="access_bindcode_tries"),
                    models.CheckConstraint(
                        condition=models.Q(("used_at", None), ("used_at__gte", models.F("shown_at")), _connector="OR"),
                        name="access_bindcode_used_after",
                    ),
                ],
            },
        ),
    ]
