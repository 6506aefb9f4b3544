"""Accounts that were stopped: written down beside the transaction that failed, looked into by people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jejak.access.rules import AlertKind
from jejak.kernel.ids import uuid7


class Alert(models.Model):
    """One account's spent budget or burst of refusals, from the first time until somebody has looked into it.

    Accounts are numbers without a foreign key: a row is written while the transaction it is about still holds locks.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    account_id = models.BigIntegerField()
    agency_id = models.BigIntegerField(null=True)
    kind = models.TextField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.IntegerField(default=1)
    told_at = models.DateTimeField(null=True, blank=True)  # when managers and auditors were last written to
    note = models.TextField(default="", db_default="", blank=True)
    looked_by = models.BigIntegerField(null=True, blank=True)
    looked_name = models.TextField(default="", db_default="", blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open alert an account and kind; what was looked into has a note, an author and a moment."""

        db_table = "access_alert"
        indexes: ClassVar = [models.Index(name="access_alert_newest", fields=["-last_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="access_alert_open_once", fields=["account_id", "kind"], condition=Q(looked_at=None)
            ),
            models.CheckConstraint(
                name="access_alert_kind_known", condition=Q(kind__in=[kind.value for kind in AlertKind])
            ),
            models.CheckConstraint(name="access_alert_lasts", condition=Q(last_at__gte=F("first_at"), times__gt=0)),
            models.CheckConstraint(
                name="access_alert_looked_whole",
                condition=Q(looked_at=None, looked_by=None, looked_name="", note="")
                | Q(looked_at__isnull=False, looked_by__isnull=False) & ~Q(looked_name="") & ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        """Return the account's number and what happened."""
        return f"account {self.account_id}: {self.kind}"
