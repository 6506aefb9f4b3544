"""The persons table."""

from django.db import migrations, models

import jejak.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uuid", models.UUIDField(default=jejak.kernel.ids.uuid7, editable=False, unique=True)),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "Claimed"), (1, "Phone Verified"), (2, "Document Verified")],
                        db_default=0,
                        default=0,
                    ),
                ),
                ("door_key", models.BinaryField(null=True, unique=True)),
                ("phone_key", models.BinaryField(null=True)),
                ("phone_sealed", models.BinaryField(null=True)),
                ("name_sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_person",
                "indexes": [models.Index(fields=["phone_key"], name="people_person_phone")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("level__in", [0, 1, 2])), name="person_level_known"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone_key__isnull", True), ("phone_sealed__isnull", True)),
                            models.Q(("phone_key__isnull", False), ("phone_sealed__isnull", False)),
                            _connector="OR",
                        ),
                        name="person_phone_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("door_key__isnull", True), ("phone_key__isnull", False), _connector="OR"),
                        name="person_door_needs_phone",
                    ),
                ],
            },
        ),
    ]
