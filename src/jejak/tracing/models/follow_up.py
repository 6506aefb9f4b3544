"""Following contacts up: dated tables of quarantine, how long each is followed, and what they say of themselves."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7
from jejak.tracing.models.contacts import Contact

USER = settings.AUTH_USER_MODEL


class QuarantineTable(models.Model):
    """How long contacts of a disease stay apart, from a day on; the latest version of a day's table holds.

    ``rows`` are read by `tracing.quarantine`.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    disease = models.TextField()
    valid_from = models.DateField()
    version = models.IntegerField(default=1)
    rows = models.JSONField()
    source = models.TextField()
    made_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """A correction of a day's table is a new version; none is changed."""

        db_table = "tracing_quarantine_table"
        constraints: ClassVar = [
            models.UniqueConstraint(name="quarantine_table_version_once", fields=["disease", "valid_from", "version"]),
            models.CheckConstraint(name="quarantine_table_version_counts", condition=Q(version__gte=1)),
            models.CheckConstraint(name="quarantine_table_sourced", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        """Return the disease and the day."""
        return f"{self.disease} from {self.valid_from}"


class FollowUp(models.Model):
    """How a contact is followed, one for a contact: until when, apart until when, by which table and facts.

    ``facts`` are those of `quarantine.FACTS` that are known, ``facts_from`` says from whom. ``due_on`` is the next day
    to hear from them, ``heard_on`` the last day they were heard of, ``ill`` what they said then. ``extended_until`` is
    what an officer added to what the table says, ``extended_apart`` whether they stay apart as long, ``apart_until``
    how long an extension before it keeps them apart. ``exposed_on`` is the day of the last exposure that all of it was
    worked out for. ``symptoms_from`` says who told of symptoms if it was not who told the rest.
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="follow_up")
    state = models.TextField(default="following")
    started_at = models.DateTimeField()
    until = models.DateField()
    quarantine_until = models.DateField(null=True, blank=True)
    table = models.ForeignKey(QuarantineTable, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    row = models.SmallIntegerField(null=True, blank=True)
    tests = models.JSONField(default=list, blank=True)  # days of tests, ISO
    facts = models.JSONField(default=dict, blank=True)
    facts_from = models.TextField(default="", blank=True)
    symptoms_from = models.TextField(default="", db_default="", blank=True)
    exposed_on = models.DateField(null=True, blank=True)
    extended_until = models.DateField(null=True, blank=True)
    extended_apart = models.BooleanField(default=False)
    apart_until = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    heard_on = models.DateField(null=True, blank=True)
    ill = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(default="", blank=True)

    class Meta:
        """Whoever is followed is due some day; whoever is not any more ended with a reason."""

        db_table = "tracing_follow_up"
        indexes: ClassVar = [
            models.Index(name="tracing_follow_up_due", fields=["due_on"], condition=Q(state="following"))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="follow_up_state_known", condition=Q(state__in=["following", "released", "lost", "became-case"])
            ),
            models.CheckConstraint(
                name="follow_up_ends_with_reason",
                condition=Q(state="following", ended_at=None, ended_why="", due_on__isnull=False)
                | Q(ended_at__isnull=False, due_on=None) & ~Q(state="following") & ~Q(ended_why=""),
            ),
            models.CheckConstraint(
                name="follow_up_apart_while_followed",
                condition=Q(quarantine_until=None) | Q(quarantine_until__lte=F("until")),
            ),
            models.CheckConstraint(
                name="follow_up_extended_within", condition=Q(extended_until=None) | Q(extended_until__lte=F("until"))
            ),
            models.CheckConstraint(
                name="follow_up_facts_from_somebody",
                condition=Q(facts={}, facts_from="") | Q(facts_from__in=["contact", "document", "clinic"]),
            ),
            models.CheckConstraint(
                name="follow_up_symptoms_from_somebody",
                condition=Q(symptoms_from__in=["", "contact", "document", "clinic"]),
            ),
            models.CheckConstraint(
                name="follow_up_apart_within", condition=Q(apart_until=None) | Q(apart_until__lte=F("until"))
            ),
        ]

    def __str__(self) -> str:
        """Return whom and until when."""
        return f"contact {self.contact_id} until {self.until}"


class Assessment(models.Model):
    """How somebody was on one day: said by themselves behind a code, or to an officer on the phone."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="assessments")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # none: themselves
    well = models.BooleanField()
    symptoms = models.JSONField(default=list, blank=True)  # codes of `followrules.SYMPTOMS`
    test = models.TextField(default="", blank=True)
    note_sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        """Whoever is well has no symptoms; a test is one of the known results."""

        db_table = "tracing_assessment"
        indexes: ClassVar = [models.Index(name="tracing_assessment_of", fields=["follow_up", "-day", "-at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assessment_well_or_symptoms",
                condition=Q(well=True, symptoms=[]) | Q(well=False) & ~Q(symptoms=[]),
            ),
            models.CheckConstraint(name="assessment_test_known", condition=Q(test__in=["", "negative", "positive"])),
        ]

    def __str__(self) -> str:
        """Return the day."""
        return f"{self.day} of follow-up {self.follow_up_id}"
