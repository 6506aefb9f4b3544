"""Hold a table of cases that cannot be taken in, with the reason."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tracing", "0022_notice_lost")]

    operations = [
        migrations.AddField("report", "held_why", models.TextField(blank=True, db_default="", default="")),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                name="report_held_unfinished",
                condition=Q(held_why="") | Q(confirmed_at__isnull=False, finished_at=None),
            ),
        ),
    ]
