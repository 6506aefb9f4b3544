"""Files of premises, as they were uploaded and what became of their rows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7


class Import(models.Model):
    """One file of premises: looked at (``previewed_at``), agreed to (``confirmed_at``), taken in (``finished_at``)."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    digest = models.TextField()
    name = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.TextField()
    previewed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ignored = models.JSONField(default=list)  # columns and sheets that were not read
    finished_at = models.DateTimeField(null=True, blank=True)
    received = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    duplicate = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)

    class Meta:
        """Nothing gets lost between the counts."""

        db_table = "premises_import"
        constraints: ClassVar = [
            models.UniqueConstraint(name="premises_import_once", fields=["by", "digest"], nulls_distinct=False),
            models.CheckConstraint(
                name="premises_import_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="premises_import_counts_add_up",
                condition=Q(finished_at=None) | Q(received=F("accepted") + F("duplicate") + F("rejected")),
            ),
        ]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.name


class ImportRow(models.Model):
    """One row of a file: its cells, and why it cannot be taken or which premises it became."""

    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    number = models.IntegerField()
    cells = models.JSONField()
    outcome = models.TextField()
    reasons = models.JSONField(default=list)
    premises = models.ForeignKey("premises.Premises", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A row of a file stands here once."""

        db_table = "premises_importrow"
        constraints: ClassVar = [
            models.UniqueConstraint(name="premises_importrow_once", fields=["source", "number"]),
            models.CheckConstraint(name="premises_importrow_counts_from_1", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="premises_importrow_outcome_known",
                condition=Q(outcome__in=["ready", "accepted", "duplicate", "rejected"]),
            ),
        ]

    def __str__(self) -> str:
        """Return the row's number and outcome."""
        return f"{self.number}: {self.outcome}"
