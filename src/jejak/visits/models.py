"""The visit log and what imports leave behind, with what must always hold of them as named constraints.

The log has no foreign keys: it is written ten thousand times a second and dropped by the day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7
from jejak.visits.rules import ALL_FLAGS, MOST_HOURS


class Visit(models.Model):
    """One check-in; the table is partitioned by local day, see ``migrations/0001_visit.sql``."""

    pk = models.CompositePrimaryKey("premises_id", "checked_in", "id")
    premises_id = models.BigIntegerField()
    checked_in = models.DateTimeField()
    id = models.UUIDField()
    until = models.DateTimeField()
    person_id = models.BigIntegerField()
    zone_id = models.BigIntegerField(null=True, blank=True)
    device_id = models.BigIntegerField()
    flags = models.SmallIntegerField(db_default=0)

    class Meta:
        """What must always hold."""

        db_table = "visits_visit"
        constraints: ClassVar = [
            models.CheckConstraint(name="visit_until_after", condition=Q(until__gt=F("checked_in"))),
            models.CheckConstraint(
                name="visit_bounded", condition=Q(until__lte=F("checked_in") + timedelta(hours=MOST_HOURS))
            ),
            models.CheckConstraint(name="visit_flags_known", condition=Q(flags__range=(0, ALL_FLAGS))),
        ]

    def __str__(self) -> str:
        """Return when and where, by number."""
        return f"{self.checked_in:%Y-%m-%d %H:%M} at {self.premises_id}"


class Import(models.Model):
    """One file of visits, known by its SHA-256, and what became of its rows; the counts are those of the last run."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    digest = models.TextField(unique=True)
    name = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    received = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)

    class Meta:
        """Nothing gets lost between the counts."""

        db_table = "visits_import"
        constraints: ClassVar = [
            models.CheckConstraint(name="import_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="import_counts_add_up",
                condition=Q(finished_at=None) | Q(received=F("accepted") + F("duplicate") + F("quarantined")),
            ),
        ]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.name


class Quarantined(models.Model):
    """A row of a file that could not be taken as it is, sealed as it came, with the reason."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="quarantined_rows")
    number = models.BigIntegerField()
    reason = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        """A row of a file stands here once."""

        db_table = "visits_quarantined"
        constraints: ClassVar = [
            models.UniqueConstraint(name="quarantined_row_once", fields=["source", "number"]),
            models.CheckConstraint(name="quarantined_row_counts_from_1", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="quarantined_reason_is_code", condition=Q(reason__regex=r"^[a-z][a-z-]{1,40}$")
            ),
        ]

    def __str__(self) -> str:
        """Return the row's number and reason."""
        return f"{self.number}: {self.reason}"


class Dispute(models.Model):
    """What a visitor says of a visit of theirs: it was not me, or the times were others. Nothing is overwritten."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    premises_id = models.BigIntegerField()
    checked_in = models.DateTimeField()
    visit_id = models.UUIDField()
    kind = models.TextField()
    came_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        """Other times need a time; a denial needs none. The same thing said twice is said once."""

        db_table = "visits_dispute"
        indexes: ClassVar = [
            models.Index(name="dispute_of_visit", fields=["premises_id", "checked_in", "visit_id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="dispute_kind_fits_times",
                condition=Q(kind="not-me", came_at=None, left_at=None)
                | (Q(kind="times") & (Q(came_at__isnull=False) | Q(left_at__isnull=False))),
            ),
            models.CheckConstraint(
                name="dispute_times_in_order",
                condition=Q(came_at=None) | Q(left_at=None) | Q(left_at__gt=F("came_at")),
            ),
            models.UniqueConstraint(
                name="dispute_said_once",
                fields=["premises_id", "checked_in", "visit_id", "kind", "came_at", "left_at"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        """Return the kind and the visit."""
        return f"{self.kind} of {self.visit_id}"


class Judged(models.Model):
    """How far the log has been looked through for implausible visits; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    upto = models.DateTimeField()

    class Meta:
        """There is one."""

        db_table = "visits_judged"
        constraints: ClassVar = [models.CheckConstraint(name="judged_once", condition=Q(id=1))]

    def __str__(self) -> str:
        """Return the moment."""
        return f"judged up to {self.upto:%Y-%m-%d %H:%M}"


class Burst(models.Model):
    """An hour in which a poster's place was scanned far more than usual, and when its owner was told."""

    premises_id = models.BigIntegerField()
    zone_id = models.BigIntegerField(null=True, blank=True)
    hour = models.DateTimeField()
    scans = models.IntegerField()
    usual = models.IntegerField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An hour of a place stands here once."""

        db_table = "visits_burst"
        constraints: ClassVar = [
            models.UniqueConstraint(name="burst_once", fields=["premises_id", "zone_id", "hour"], nulls_distinct=False),
            models.CheckConstraint(name="burst_is_more_than_usual", condition=Q(scans__gt=F("usual"))),
        ]

    def __str__(self) -> str:
        """Return where and when."""
        return f"{self.scans} scans at {self.premises_id} in the hour of {self.hour:%Y-%m-%d %H:%M}"
