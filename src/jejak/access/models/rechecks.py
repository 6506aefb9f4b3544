"""Accounts of staff that their manager must confirm again, since a backup brought them back as they once were."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Recheck(models.Model):
    """One account to be confirmed: who left, or lost a role, after the backup was taken is here again."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rechecks")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """Open once an account; confirmed after it was asked, and never by oneself."""

        db_table = "access_recheck"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="access_recheck_open_once", fields=["account"], condition=Q(confirmed_at=None)
            ),
            models.CheckConstraint(
                name="access_recheck_confirmed_after",
                condition=Q(confirmed_at=None, confirmed_by=None) | Q(confirmed_at__gte=F("asked_at")),
            ),
            models.CheckConstraint(
                name="access_recheck_by_another", condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("account"))
            ),
        ]

    def __str__(self) -> str:
        """Return whose account it is, by number."""
        return f"account {self.account_id} to be confirmed"
