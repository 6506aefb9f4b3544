"""Who texts: which person a phone number last checked in as, and in which language."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Sender(models.Model):
    """A phone number, by its blind index, with the person it stands for until another name is sent from it."""

    phone_key = models.BinaryField(unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    language = models.TextField(default="ms")
    written_at = models.DateTimeField()

    class Meta:
        """In one of our languages."""

        db_table = "entrance_sender"
        constraints: ClassVar = [
            models.CheckConstraint(name="sender_language_known", condition=Q(language__in=["ms", "en"])),
        ]

    def __str__(self) -> str:
        """Return the row's number; the phone is known by its index alone."""
        return f"sender {self.pk}"
