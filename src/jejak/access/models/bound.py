"""Browsers of a citizen that a document stands behind; a code to the phone alone opens nothing more on any other."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Bound(models.Model):
    """A browser bound to a citizen's account and to one person; the cookie's token is kept as a digest only.

    To one person, for a number that changed hands is one account of two people.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bound")
    person_id = models.BigIntegerField()
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


class BindCode(models.Model):
    """A code that a bound browser showed so that another one may be bound: good once, for minutes."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_id = models.BigIntegerField()
    digest = models.BinaryField(editable=False)
    shown_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        """Five tries; a new code takes the place of the one before."""

        db_table = "access_bindcode"
        indexes: ClassVar = [models.Index(name="access_bindcode_of", fields=["account", "-shown_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="access_bindcode_tries", condition=Q(tries__range=(0, 5))),
            models.CheckConstraint(
                name="access_bindcode_used_after", condition=Q(used_at=None) | Q(used_at__gte=F("shown_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"code of account {self.account_id}"
