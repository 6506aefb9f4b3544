"""The last check-in by SMS of a number, so that a text can end it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("entrance", "0003_card_orders"),
        ("premises", "0005_empty_by_default"),
    ]

    operations = [
        migrations.AddField(
            model_name="sender",
            name="premises",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="premises.premises"
            ),
        ),
        migrations.AddField(
            model_name="sender",
            name="visit",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="sender",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("premises", None), ("visit", None)),
                    models.Q(("premises__isnull", False), ("visit__isnull", False)),
                    _connector="OR",
                ),
                name="sender_visit_placed",
            ),
        ),
    ]
