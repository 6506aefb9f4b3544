"""Where a case was and whom it met: copied from the log, or said in an interview; under the case's own retention."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7
from jejak.tracing.models.cases import Case

USER = settings.AUTH_USER_MODEL


class CaseStay(models.Model):
    """One stay of a case; ``source`` says whether it was scanned or who said it.

    A place that nobody registered has no premises, and its name is sealed. ``visit`` is the check-in's id in the log.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stays")
    premises_id = models.BigIntegerField(null=True, blank=True)
    zone_id = models.BigIntegerField(null=True, blank=True)
    place_sealed = models.BinaryField(null=True, editable=False)
    start = models.DateTimeField()
    end = models.DateTimeField()
    observed = models.BooleanField()
    flags = models.IntegerField(default=0)
    source = models.TextField()
    visit = models.UUIDField(null=True, blank=True)
    note_sealed = models.BinaryField(null=True, editable=False)
    added_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # taken back; what was decided with it stays readable

    class Meta:
        """A stay lasts, is somewhere, and comes from the log or from somebody."""

        db_table = "tracing_case_stay"
        constraints: ClassVar = [
            models.CheckConstraint(name="case_stay_lasts", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="case_stay_somewhere", condition=Q(premises_id__isnull=False) | Q(place_sealed__isnull=False)
            ),
            models.CheckConstraint(
                name="case_stay_source_known",
                condition=Q(source__in=["scan", "case", "household", "workplace", "other"]),
            ),
            models.CheckConstraint(
                name="case_stay_scan_has_visit", condition=~Q(source="scan") | Q(visit__isnull=False)
            ),
            models.UniqueConstraint(
                name="case_stay_scan_once", fields=["case", "visit"], condition=Q(ended_at=None, visit__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """Return when and where, by number."""
        return f"{self.start:%Y-%m-%d %H:%M} at {self.premises_id}"


class SaidContact(models.Model):
    """Somebody whom an interview names: in the household, at work, elsewhere; with or without a phone.

    ``person`` is whom the log knows by the phone, if anybody.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="said_contacts")
    relation = models.TextField()
    name_sealed = models.BinaryField(null=True, editable=False)  # none once they had it taken off
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_key = models.BinaryField(null=True, editable=False)
    reach_sealed = models.BinaryField(null=True, editable=False)
    person = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    said_by = models.TextField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Who was met, when, and who said so."""

        db_table = "tracing_said_contact"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="said_contact_relation_known", condition=Q(relation__in=["household", "workplace", "other"])
            ),
            models.CheckConstraint(
                name="said_contact_source_known", condition=Q(said_by__in=["case", "household", "workplace", "other"])
            ),
            models.CheckConstraint(name="said_contact_days_ordered", condition=Q(last_day__gte=F("first_day"))),
        ]

    def __str__(self) -> str:
        """Return whose contact, by number."""
        return f"{self.relation} contact of case {self.case_id}"
