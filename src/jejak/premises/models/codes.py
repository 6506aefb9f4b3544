"""Codes of other systems that hang on walls and go on working here."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from jejak.premises.models.register import Poster

models.BinaryField.register_lookup(Length)
LONGEST_CODE: Final = 1_000


class Alias(models.Model):
    """Another system's code that stands for one of our posters; withdrawn and expired with it."""

    poster = models.ForeignKey(Poster, on_delete=models.PROTECT, related_name="aliases")
    digest = models.BinaryField(unique=True, editable=False)
    system = models.TextField()
    text = models.TextField()
    added_at = models.DateTimeField()
    added_by_name = models.TextField()

    class Meta:
        """A code stands for one poster."""

        db_table = "premises_alias"
        constraints: ClassVar = [
            models.CheckConstraint(name="alias_system_is_code", condition=Q(system__regex=r"^[a-z][a-z0-9-]{1,30}$")),
            models.CheckConstraint(name="alias_digest_is_sha256", condition=Q(digest__length=32)),
            models.CheckConstraint(name="alias_text_bounded", condition=Q(text__length__range=(1, LONGEST_CODE))),
        ]

    def __str__(self) -> str:
        """Return which system's code it is."""
        return f"{self.system}: {self.text[:60]}"
