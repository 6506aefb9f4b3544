"""Persons who may be one: what was found, what was decided, and merges that can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from jejak.kernel.ids import uuid7
from jejak.people.models.persons import Person


class Proposal(models.Model):
    """Two persons who may be one, with the reasons; a conflicting document vetoes it."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField()
    score = models.SmallIntegerField()
    found_at = models.DateTimeField()
    decision = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """A pair stands once, the smaller number first."""

        db_table = "people_proposal"
        constraints: ClassVar = [
            models.UniqueConstraint(name="proposal_pair_once", fields=["one", "other"]),
            models.CheckConstraint(name="proposal_in_order", condition=Q(one__lt=F("other"))),
            models.CheckConstraint(name="proposal_score_is_percent", condition=Q(score__range=(1, 100))),
            models.CheckConstraint(
                name="proposal_decision_paired",
                condition=Q(decision="", decided_at=None)
                | Q(decision__in=["merged", "different", "vetoed"], decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return the pair, by number."""
        return f"persons {self.one_id} and {self.other_id}: {self.decision or 'open'}"


class Merge(models.Model):
    """One person read as another from a moment on; nothing is moved, so undoing it loses nothing."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    request = models.UUIDField(null=True, blank=True)  # the second person's approval
    doubted_at = models.DateTimeField(null=True, blank=True)  # a document or birth date shown since contradicts it
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_request = models.UUIDField(null=True, blank=True)

    class Meta:
        """Two persons are merged once at a time; who is read as whom follows from all merges that stand."""

        db_table = "people_merge"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Least("kept", "merged"),
                Greatest("kept", "merged"),
                name="merge_pair_once",
                condition=Q(undone_at=None),
            ),
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("merged"))),
            models.CheckConstraint(
                name="merge_undoing_paired",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.CheckConstraint(
                name="merge_undone_after_merged", condition=Q(undone_at=None) | Q(undone_at__gte=F("merged_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return who is read as whom, by number."""
        return f"person {self.merged_id} as {self.kept_id}"


class Matched(models.Model):
    """How far the search for persons who exist twice has come: one row.

    ``before`` is where the run before ended: each run begins there, so a row that was written late is seen too.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    person = models.BigIntegerField(default=0)
    before = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """There is one."""

        db_table = "people_matched"
        constraints: ClassVar = [
            models.CheckConstraint(name="matched_single", condition=Q(id=1)),
            models.CheckConstraint(name="matched_goes_on", condition=Q(person__gte=F("before"))),
        ]

    def __str__(self) -> str:
        """Return how far it came."""
        return f"persons up to {self.person}"
