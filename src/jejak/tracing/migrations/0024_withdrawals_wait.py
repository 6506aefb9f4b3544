"""Let a mass of withdrawals wait for a senior officer, and keep who let a batch go on."""

from typing import Final

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

USER: Final = settings.AUTH_USER_MODEL


def by_somebody() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER
    )


class Migration(migrations.Migration):
    dependencies = [("tracing", "0023_report_held"), migrations.swappable_dependency(USER)]

    operations = [
        migrations.AddField("noticebatch", "resumed_by", by_somebody()),
        migrations.AddField("notice", "waits_for", models.UUIDField(blank=True, null=True)),
        migrations.AddField("notice", "waits_since", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("notice", "waits_by", by_somebody()),
        migrations.AddField("notice", "waits_why", models.TextField(blank=True, db_default="", default="")),
        migrations.AddIndex(
            "notice",
            models.Index(
                condition=Q(waits_for__isnull=False, withdrawn_at=None),
                fields=["waits_for"],
                name="tracing_notice_waits",
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=Q(waits_for=None, waits_since=None, waits_by=None, waits_why="")
                | Q(waits_for__isnull=False, waits_since__isnull=False, waits_by__isnull=False) & ~Q(waits_why=""),
                name="notice_waits_with_reason",
            ),
        ),
    ]
