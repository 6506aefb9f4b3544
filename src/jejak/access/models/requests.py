"""What somebody asked for and somebody else must decide."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7


class Request(models.Model):
    """One wish that needs a second person: an export, a large release, a merge, a mass action.

    ``what`` holds numbers and references that both read, no names; ``kind`` says which room asked.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    kind = models.TextField()
    what = models.JSONField()
    digest = models.BinaryField(editable=False)
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decision = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_agency = models.ForeignKey(
        "access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(default="", blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    record = models.BigIntegerField(null=True, blank=True, unique=True)  # the ledger's, of how it ended

    class Meta:
        """Nobody decides their own; only what was approved is used, once; what ended is in the ledger."""

        db_table = "access_request"
        indexes: ClassVar = [models.Index(name="access_request_open", fields=["decision", "expires_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="request_decided_by_another", condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="request_decision_paired",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | Q(decision__in=["approved", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(decision__in=["withdrawn", "expired"], decided_by=None, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_used_after_approval", condition=Q(used_at=None) | Q(decision="approved")
            ),
            models.CheckConstraint(
                name="request_agency_of_decider", condition=Q(decided_agency=None) | Q(decided_by__isnull=False)
            ),
            models.CheckConstraint(name="request_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="request_expires_after", condition=Q(expires_at__gt=F("asked_at"))),
        ]

    def __str__(self) -> str:
        """Return the kind and the decision."""
        return f"{self.kind}: {self.decision or 'open'}"
