"""Keep in a case's history that it was reported again, otherwise."""

from typing import Final

from django.db import migrations, models
from django.db.models import Q

KINDS: Final = [
    "reported",
    "reported-again",
    "changed",
    "classified",
    "assigned",
    "handed-over",
    "matched",
    "interviewed",
    "closed",
    "reopened",
]


class Migration(migrations.Migration):
    dependencies = [("tracing", "0024_withdrawals_wait")]

    operations = [
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.AddConstraint(
            "caseevent", models.CheckConstraint(name="case_event_kind_known", condition=Q(kind__in=KINDS))
        ),
    ]
