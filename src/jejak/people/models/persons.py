"""A person, known by number; name and phone only sealed, found again by keyed blind indexes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jejak.kernel.ids import uuid7
from jejak.people import rules


class Person(models.Model):
    """Somebody who wrote at a door, proved a phone or showed a document."""

    class Level(models.IntegerChoices):
        """How sure we are who it is."""

        CLAIMED = rules.CLAIMED
        PHONE_VERIFIED = rules.PHONE_VERIFIED
        DOCUMENT_VERIFIED = rules.DOCUMENT_VERIFIED

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    level = models.SmallIntegerField(choices=Level, default=Level.CLAIMED, db_default=Level.CLAIMED.value)
    door_key = models.BinaryField(null=True, unique=True, editable=False)
    phone_key = models.BinaryField(null=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    name_sealed = models.BinaryField(null=True, editable=False)
    reach_sealed = models.BinaryField(null=True, editable=False)  # how to reach somebody without a phone
    birth_sealed = models.BinaryField(null=True, editable=False)  # ISO date
    last4_key = models.BinaryField(null=True, editable=False)  # last four digits of the phone
    name_year_key = models.BinaryField(null=True, editable=False)  # folded name with the year of birth
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    idle_since = models.DateField(null=True, blank=True, editable=False)  # the night that found nothing that keeps them

    class Meta:
        """Named constraints: levels known, keys of the right size, a phone both sealed and indexed."""

        db_table = rules.TABLE
        indexes: ClassVar = [
            models.Index(name="people_person_phone", fields=["phone_key"]),
            models.Index(name="people_person_last4", fields=["last4_key"], condition=Q(last4_key__isnull=False)),
            models.Index(
                name="people_person_verified",
                fields=["phone_verified_at"],
                condition=Q(phone_verified_at__isnull=False),
            ),
            models.Index(
                name="people_person_name_year", fields=["name_year_key"], condition=Q(name_year_key__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="person_level_known", condition=Q(level__in=[0, 1, 2])),
            models.CheckConstraint(
                name="person_phone_paired",
                condition=Q(phone_key__isnull=True, phone_sealed__isnull=True)
                | Q(phone_key__isnull=False, phone_sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="person_door_needs_phone",
                condition=Q(door_key__isnull=True) | Q(phone_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the number; a name would have to be unsealed for a purpose."""
        return f"person {self.pk}"


class Card(models.Model):
    """A printed card that names a person to door staff: an identifier, never a credential."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A card ends once, and its number fits its code."""

        db_table = "people_card"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="card_ends_after_issued", condition=Q(ended_at=None) | Q(ended_at__gte=models.F("issued_at"))
            ),
            models.CheckConstraint(name="card_number_fits_code", condition=Q(id__range=(1, rules.LARGEST_CARD))),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"card {self.pk}"
