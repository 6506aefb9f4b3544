"""Runs of the search over cases, the contacts they found, each once, and all that happened to them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jejak.kernel.ids import uuid7
from jejak.tracing.models.cases import Case, Profile
from jejak.tracing.models.stays import SaidContact

USER = settings.AUTH_USER_MODEL


class Run(models.Model):
    """One search over one or many cases, done as a job; ``settings`` are its sliders, ``purpose`` is what was said."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    direction = models.TextField()
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    settings = models.JSONField()
    purpose = models.TextField()
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("access.Agency", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    failed = models.TextField(default="", blank=True)

    class Meta:
        """Forward, backward, or the contacts of contacts."""

        db_table = "tracing_run"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="run_direction_known", condition=Q(direction__in=["forward", "backward", "second"])
            ),
            models.CheckConstraint(
                name="run_finishes_after", condition=Q(finished_at=None) | Q(finished_at__gte=F("asked_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return the direction and when."""
        return f"{self.direction} run of {self.asked_at:%Y-%m-%d %H:%M}"


class RunCase(models.Model):
    """One case of a run, with what was found; a run that was cut off goes on with those not done."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="runs")
    start = models.DateTimeField()
    end = models.DateTimeField()
    stays = models.IntegerField(default=0)
    found = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A case is in a run once."""

        db_table = "tracing_run_case"
        constraints: ClassVar = [
            models.UniqueConstraint(name="run_case_once", fields=["run", "case"]),
            models.CheckConstraint(name="run_case_window", condition=Q(end__gt=F("start"))),
        ]

    def __str__(self) -> str:
        """Return both numbers."""
        return f"case {self.case_id} of run {self.run_id}"


class Contact(models.Model):
    """Somebody who was exposed, once for a disease however many cases share them: the line of the work list.

    Either ``person``, whom the log knows, or ``said``, whom an interview alone knows. ``released_at`` is when an
    officer first saw the name. ``held_by`` works on it until ``held_until``, so that two do not call at once.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    disease = models.TextField()
    agency = models.ForeignKey("access.Agency", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said = models.ForeignKey(SaidContact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first = models.DateTimeField()
    last = models.DateTimeField()
    tier = models.SmallIntegerField()
    work = models.TextField(default="new")
    language = models.TextField(
        default="", db_default="", blank=True
    )  # in which they read; empty as long as nobody said
    officer = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    held_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    became_case = models.BooleanField(default=False, db_default=False)  # of this disease, open in whatever office
    version = models.IntegerField(default=1)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open line for a person, a disease and an agency."""

        db_table = "tracing_contact"
        indexes: ClassVar = [
            models.Index(
                name="tracing_contact_work", fields=["agency", "work", "tier", "-last"], condition=Q(closed_at=None)
            ),
            models.Index(name="tracing_contact_last", fields=["agency", "work", "-last"], condition=Q(closed_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contact_is_somebody",
                condition=Q(person__isnull=False, said=None) | Q(person=None, said__isnull=False),
            ),
            models.UniqueConstraint(
                name="contact_person_once", fields=["agency", "disease", "person"], condition=Q(closed_at=None)
            ),
            models.UniqueConstraint(
                name="contact_said_once", fields=["agency", "said"], condition=Q(closed_at=None, said__isnull=False)
            ),
            models.CheckConstraint(
                name="contact_work_known", condition=Q(work__in=["new", "to-call", "unreachable", "done"])
            ),
            models.CheckConstraint(name="contact_language_known", condition=Q(language__in=["", "ms", "en"])),
            models.CheckConstraint(name="contact_exposed_in_order", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(
                name="contact_held_until_then",
                condition=Q(held_by=None, held_until=None) | Q(held_by__isnull=False, held_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return who, by number."""
        return f"contact {self.person_id or self.said_id}"


class Exposure(models.Model):
    """How one case exposed one contact, as the latest run of the case found it, with why.

    ``why`` lists stays together: premises, zone, start, end, minutes, crowd, observed, flags; numbers and codes alone.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="exposures")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exposures")
    run = models.ForeignKey(Run, null=True, blank=True, on_delete=models.PROTECT, related_name="exposures")
    minutes = models.IntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    tier = models.SmallIntegerField()
    observed = models.BooleanField()
    flags = models.IntegerField(default=0)
    why = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())  # nodes of the version before do not say it
    ended_at = models.DateTimeField(null=True, blank=True)  # a correction or a later run found it no more

    class Meta:
        """A case exposes a contact in one open way."""

        db_table = "tracing_exposure"
        constraints: ClassVar = [
            models.UniqueConstraint(name="exposure_once", fields=["case", "contact"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="exposure_in_order", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(name="exposure_minutes_count", condition=Q(minutes__gte=0)),
        ]

    def __str__(self) -> str:
        """Return both numbers."""
        return f"contact {self.contact_id} of case {self.case_id}"


class ContactEvent(models.Model):
    """Something that happened to a contact, with its open facts as they were then; never changed."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    facts = models.JSONField()
    note_sealed = models.BinaryField(null=True, editable=False)
    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)

    class Meta:
        """In the order of time."""

        db_table = "tracing_contact_event"
        indexes: ClassVar = [models.Index(name="tracing_contact_event_of", fields=["contact", "at"])]

    def __str__(self) -> str:
        """Return what and when."""
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
