"""What citizens ask about their own record: another spelling, somebody who acts beside them, being erased."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7
from jejak.people.models.persons import Person


class Correction(models.Model):
    """A spelling of the name that a person asks for; a counter decides, with the document in hand."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="corrections")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name_sealed = models.BinaryField(null=True, editable=False)
    asked_at = models.DateTimeField()
    decision = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """One waits at a time; what is decided has its moment."""

        db_table = "people_correction"
        constraints: ClassVar = [
            models.UniqueConstraint(name="correction_open_once", fields=["person"], condition=Q(decision="")),
            models.CheckConstraint(
                name="correction_decision_paired",
                condition=Q(decision="", decided_at=None)
                | Q(decision__in=["done", "refused", "withdrawn"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="correction_open_has_name", condition=~Q(decision="") | Q(name_sealed__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"correction of person {self.person_id}: {self.decision or 'open'}"


class FormerName(models.Model):
    """How a person's name was written before; kept sealed, so that whoever exists twice is still found."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_names")
    name_sealed = models.BinaryField(null=True, editable=False)  # nothing once the person is erased
    ended_at = models.DateTimeField()

    class Meta:
        """By person."""

        db_table = "people_formername"

    def __str__(self) -> str:
        """Return whose it was, by number."""
        return f"former name of person {self.person_id}"


class Offer(models.Model):
    """A guardian offers to share or to hand over who acts for a dependant; a code, typed by the other, takes it."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    dependant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    handle = models.TextField()  # the first digits of the code: by them it is found, by the others it is proved
    digest = models.BinaryField(editable=False)
    tries = models.SmallIntegerField(default=0)
    shown_at = models.DateTimeField()
    taken_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Five tries; taken by somebody else; accepted by whoever took it."""

        db_table = "people_offer"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="offer_handle_once", fields=["handle"], condition=Q(ended_at=None, taken_at=None)
            ),
            models.UniqueConstraint(
                name="offer_open_once", fields=["dependant", "guardian"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="offer_kind_known", condition=Q(kind__in=["guardian", "co-guardian"])),
            models.CheckConstraint(name="offer_tries", condition=Q(tries__range=(0, 5))),
            models.CheckConstraint(
                name="offer_taken_paired",
                condition=Q(taken_by=None, taken_at=None, accepted_at=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(name="offer_to_another", condition=Q(taken_by=None) | ~Q(taken_by=F("guardian"))),
        ]

    def __str__(self) -> str:
        """Return for whom it is, by number."""
        return f"offer to act for person {self.dependant_id}"


class Erasure(models.Model):
    """That a document-verified person asked to be erased; it is done once the days to think again are over."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One waits at a time; it is either cancelled or done, and not done before its day."""

        db_table = "people_erasure"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="erasure_open_once", fields=["person"], condition=Q(cancelled_at=None, done_at=None)
            ),
            models.CheckConstraint(name="erasure_one_end", condition=Q(cancelled_at=None) | Q(done_at=None)),
            models.CheckConstraint(name="erasure_due_later", condition=Q(due_at__gt=F("asked_at"))),
            models.CheckConstraint(
                name="erasure_not_before_due", condition=Q(done_at=None) | Q(done_at__gte=F("due_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"erasure of person {self.person_id}"
