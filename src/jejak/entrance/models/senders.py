"""Who texts: which person a phone number last checked in as, and in which language."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Sender(models.Model):
    """A phone number, by its blind index, with the person it stands for until another name is sent from it.

    ``visit`` is the last check-in by SMS from this number, at ``premises``, so that a text can end it.
    """

    phone_key = models.BinaryField(unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    language = models.TextField(default="ms")
    written_at = models.DateTimeField()
    visit = models.UUIDField(null=True)
    premises = models.ForeignKey("premises.Premises", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In one of our languages; a visit is at a premises."""

        db_table = "entrance_sender"
        constraints: ClassVar = [
            models.CheckConstraint(name="sender_language_known", condition=Q(language__in=["ms", "en"])),
            models.CheckConstraint(
                name="sender_visit_placed",
                condition=Q(visit=None, premises=None) | Q(visit__isnull=False, premises__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the row's number; the phone is known by its index alone."""
        return f"sender {self.pk}"
