"""What proves who a person is: documents shown, accounts that hold a person, devices verified; and guardians."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7
from jejak.people.models.persons import Person


class Document(models.Model):
    """An identity document that a person showed at a counter; its number is sealed and found by a blind index."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.TextField()
    country = models.TextField(default="MYS")  # ISO 3166-1 alpha-3
    number_key = models.BinaryField(null=True, editable=False)  # both are nothing once the person is erased
    number_sealed = models.BinaryField(null=True, editable=False)
    shown_at = models.DateTimeField()
    shown_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A document stands for one person at a time."""

        db_table = "people_document"
        constraints: ClassVar = [
            models.UniqueConstraint(name="document_of_one_person", fields=["number_key"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="document_kind_known",
                condition=Q(kind__in=["mykad", "mypr", "passport", "army", "police", "other"]),
            ),
            models.CheckConstraint(name="document_country_is_code", condition=Q(country__regex=r"^[A-Z]{3}$")),
            models.CheckConstraint(
                name="document_erased_ended",
                condition=Q(number_key__isnull=False, number_sealed__isnull=False)
                | Q(number_key=None, number_sealed=None, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="document_ends_after_shown", condition=Q(ended_at=None) | Q(ended_at__gte=F("shown_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return the kind; the number would have to be unsealed for a purpose."""
        return f"{self.kind} of person {self.person_id}"


class Holder(models.Model):
    """An account that speaks for a person, since a code to the phone or a document at a counter proved it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holders")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One account speaks for a person at each level at a time."""

        db_table = "people_holder"
        constraints: ClassVar = [
            models.UniqueConstraint(name="holder_once", fields=["person", "account"], condition=Q(ended_at=None)),
            models.UniqueConstraint(
                name="holder_by_document_once", fields=["person"], condition=Q(ended_at=None, level=2)
            ),
            models.CheckConstraint(name="holder_level_known", condition=Q(level__in=[1, 2])),
            models.CheckConstraint(name="holder_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("since"))),
        ]

    def __str__(self) -> str:
        """Return who speaks for whom, by number."""
        return f"account {self.account_id} for person {self.person_id}"


class Device(models.Model):
    """A visitor's device on which a code to the phone was typed: its own visits may be read there under that name."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="devices")
    device_id = models.BigIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A device of a person is verified once."""

        db_table = "people_device"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="device_verified_once", fields=["person", "device_id"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="device_is_a_phone", condition=Q(device_id__gt=0)),
            models.CheckConstraint(
                name="device_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("verified_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"device of person {self.person_id}"


class Guardian(models.Model):
    """Who acts for a dependant: a guardian, or a co-guardian whom the guardian named."""

    dependant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guardians")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dependants")
    kind = models.TextField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody guards themselves; a dependant has one guardian and any co-guardians."""

        db_table = "people_guardian"
        constraints: ClassVar = [
            models.CheckConstraint(name="guardian_is_another", condition=~Q(dependant=F("guardian"))),
            models.CheckConstraint(name="guardian_kind_known", condition=Q(kind__in=["guardian", "co-guardian"])),
            models.UniqueConstraint(name="guardian_once", fields=["dependant", "guardian"], condition=Q(ended_at=None)),
            models.UniqueConstraint(
                name="guardian_single", fields=["dependant"], condition=Q(ended_at=None, kind="guardian")
            ),
            models.CheckConstraint(
                name="guardian_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        """Return who acts for whom, by number."""
        return f"person {self.guardian_id} for person {self.dependant_id}"
