"""The trail: entries, the persons each names, and the days by which the ledger commits to both."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from jejak.kernel.ids import uuid7
from jejak.trail.rules import Part

HASH_BYTES = 32


def _sized(column: str) -> Q:
    length = models.Func(F(column), function="octet_length", output_field=models.IntegerField())
    return Q(Exact(length, HASH_BYTES))


class Entry(models.Model):
    """One look or change: who, when, what, for which purpose."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    by_id = models.BigIntegerField()
    by_name = models.TextField()
    action = models.TextField()
    purpose = models.TextField()
    detail = models.JSONField(default=dict)

    class Meta:
        """Named constraints and the index by which an officer's own searches are found."""

        db_table = "trail_entry"
        constraints: ClassVar = [
            models.CheckConstraint(name="trail_entry_has_purpose", condition=~models.Q(purpose="")),
            models.CheckConstraint(name="trail_entry_has_action", condition=~models.Q(action="")),
        ]
        indexes: ClassVar = [models.Index(name="trail_entry_by", fields=["by_id", "-at"])]

    def __str__(self) -> str:
        """Return the entry as a line of a log."""
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}: {self.action}"


class Subject(models.Model):
    """One person whom an entry names."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="subjects")
    person_id = models.BigIntegerField()

    class Meta:
        """A person is named once per entry, and found by number."""

        db_table = "trail_subject"
        constraints: ClassVar = [
            models.UniqueConstraint(name="trail_subject_once", fields=["entry", "person_id"]),
        ]
        indexes: ClassVar = [models.Index(name="trail_subject_person", fields=["person_id", "entry"])]

    def __str__(self) -> str:
        """Return the person's number and the entry."""
        return f"{self.person_id} in {self.entry_id}"


class Day(models.Model):
    """A closed day of an agency's trail; ``record`` is the number of the ledger's record that holds its root."""

    agency = models.TextField()
    day = models.DateField()
    leaves = models.IntegerField()
    record = models.BigIntegerField(unique=True)

    class Meta:
        """A day of an agency is closed once."""

        db_table = "trail_day"
        constraints: ClassVar = [
            models.UniqueConstraint(name="trail_day_once", fields=["agency", "day"]),
            models.CheckConstraint(name="trail_day_has_leaves", condition=Q(leaves__gt=0)),
        ]

    def __str__(self) -> str:
        """Return agency and day."""
        return f"{self.agency} {self.day}"


class Leaf(models.Model):
    """A row of the trail in its day's tree; when the row is deleted its salt goes too, and the hash stays.

    ``part`` says of which table ``row`` is a number; no foreign key, for the leaf outlives the row.
    """

    day = models.ForeignKey(Day, on_delete=models.PROTECT, related_name="tree")
    position = models.IntegerField()
    part = models.SmallIntegerField()
    row = models.BigIntegerField()
    salt = models.BinaryField(null=True)
    hash = models.BinaryField()

    class Meta:
        """A row is in one day, at one place."""

        db_table = "trail_leaf"
        constraints: ClassVar = [
            models.UniqueConstraint(name="trail_leaf_place_once", fields=["day", "position"]),
            models.UniqueConstraint(name="trail_leaf_row_once", fields=["part", "row"]),
            models.CheckConstraint(name="trail_leaf_part_known", condition=Q(part__in=[part.value for part in Part])),
            models.CheckConstraint(name="trail_leaf_salt_sized", condition=Q(salt=None) | _sized("salt")),
            models.CheckConstraint(name="trail_leaf_hash_sized", condition=_sized("hash")),
            models.CheckConstraint(name="trail_leaf_counts", condition=Q(position__gte=0)),
        ]

    def __str__(self) -> str:
        """Return day and position."""
        return f"{self.day_id}/{self.position}"
