"""Devices of a citizen that a document stands behind; a code to the phone alone opens nothing more on any other."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Bound(models.Model):
    """A browser bound to a citizen's account; the cookie's token is kept as a digest only."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bound")
    token_digest = models.BinaryField(unique=True, editable=False)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Ended after it began."""

        db_table = "access_bound"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="access_bound_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("bound_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"device of account {self.account_id}"
