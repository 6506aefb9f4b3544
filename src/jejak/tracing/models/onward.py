"""Contacts of contacts, as a run of the second generation found them: numbers for a picture, nobody's list of work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jejak.tracing.models.cases import Case
from jejak.tracing.models.contacts import Contact, Run


class Onward(models.Model):
    """Whom a contact met after their own exposure, if it was nobody known before; once for a contact in a run."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="onward")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    minutes = models.IntegerField()
    crowd = models.IntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    tier = models.SmallIntegerField()

    class Meta:
        """A contact has an onward contact once in a run."""

        db_table = "tracing_onward"
        constraints: ClassVar = [
            models.UniqueConstraint(name="onward_once", fields=["run", "case", "contact", "person"]),
            models.CheckConstraint(name="onward_in_order", condition=Q(last__gte=F("first"))),
        ]

    def __str__(self) -> str:
        """Return both, by number."""
        return f"person {self.person_id} of contact {self.contact_id}"
