"""Who is on call to decide what others ask for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7


class Duty(models.Model):
    """A time in which somebody is on call, for all that their roles may decide."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """It has a beginning and a later end; whoever ends it early is named."""

        db_table = "access_duty"
        indexes: ClassVar = [models.Index(name="access_duty_now", fields=["ends_at"], condition=Q(ended_at=None))]
        constraints: ClassVar = [
            models.CheckConstraint(name="duty_ends_after", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="duty_end_paired",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"duty of account {self.user_id}"
