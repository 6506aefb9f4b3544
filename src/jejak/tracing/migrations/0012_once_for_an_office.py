"""A table is one report for each disease and office, and whom an interview names is one contact for each office."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Let the wrong office or disease be put right, and let a case be handed over with whom it named."""

    dependencies: ClassVar = [("tracing", "0011_forget")]

    operations: ClassVar = [
        migrations.RemoveConstraint("report", "report_file_once"),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                name="report_file_once",
                fields=["agency", "digest", "disease", "office"],
                condition=Q(way__in=["pasted", "file"]),
            ),
        ),
        migrations.RemoveConstraint("contact", "contact_said_once"),
        migrations.AddConstraint(
            "contact",
            models.UniqueConstraint(
                name="contact_said_once", fields=["agency", "said"], condition=Q(closed_at=None, said__isnull=False)
            ),
        ),
    ]
