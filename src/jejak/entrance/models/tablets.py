"""Tablets paired with a premises, and the people who work at its door."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7

MODES = ("counter", "kiosk", "display")


class Tablet(models.Model):
    """A device that stands at a door; it is paired once with a short-lived code and works until it is taken off.

    ``counter`` is worked by staff, ``kiosk`` by visitors themselves, ``display`` only shows numbers.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    premises = models.ForeignKey("premises.Premises", on_delete=models.PROTECT, related_name="+")
    zone = models.ForeignKey("premises.Zone", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    mode = models.TextField()
    pairing_digest = models.BinaryField(null=True, blank=True, unique=True, editable=False)
    pairing_until = models.DateTimeField(null=True, blank=True)
    token_digest = models.BinaryField(null=True, blank=True, unique=True, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    paired_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    member = models.ForeignKey(
        "Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # at work now
    member_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Paired or waiting to be, never both; somebody works at a counter alone, and for a time."""

        db_table = "entrance_tablet"
        constraints: ClassVar = [
            models.CheckConstraint(name="tablet_mode_known", condition=Q(mode__in=MODES)),
            models.CheckConstraint(name="tablet_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="tablet_pairing_paired",
                condition=Q(pairing_digest=None, pairing_until=None)
                | Q(pairing_digest__isnull=False, pairing_until__isnull=False),
            ),
            models.CheckConstraint(
                name="tablet_token_when_paired",
                condition=Q(token_digest=None) | Q(paired_at__isnull=False, pairing_digest=None),
            ),
            models.CheckConstraint(
                name="tablet_ends_after_added", condition=Q(ended_at=None) | Q(ended_at__gte=F("added_at"))
            ),
            models.CheckConstraint(
                name="tablet_member_at_counter",
                condition=Q(member=None, member_until=None)
                | Q(member__isnull=False, member_until__isnull=False, mode="counter"),
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Member(models.Model):
    """A named person who works at a premises' door and unlocks the counter tablet with a PIN of their own."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    premises = models.ForeignKey("premises.Premises", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    pin_hash = models.TextField()
    tries = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A name stands once among those who work at a premises now."""

        db_table = "entrance_member"
        constraints: ClassVar = [
            models.UniqueConstraint(name="member_name_once", fields=["premises", "name"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="member_named", condition=~Q(name="")),
            models.CheckConstraint(name="member_tries_bounded", condition=Q(tries__range=(0, 100))),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Attempt(models.Model):
    """How often an address, known by a keyed index, tried a pairing code within its latest minute."""

    address_key = models.BinaryField(unique=True, editable=False)
    minute = models.DateTimeField()
    tries = models.IntegerField()

    class Meta:
        """Counted from 1."""

        db_table = "entrance_attempt"
        constraints: ClassVar = [models.CheckConstraint(name="attempt_counts_from_1", condition=Q(tries__gte=1))]

    def __str__(self) -> str:
        """Return the count."""
        return f"{self.tries} tries in {self.minute:%H:%M}"
