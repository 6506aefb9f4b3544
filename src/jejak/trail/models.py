"""The trail's tables: entries, persons named, what these ask, and the days that the ledger commits to."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from jejak.kernel.ids import uuid7
from jejak.trail.rules import MOST_DRAWN, Part

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
    agency = models.TextField(default="", db_default="", blank=True)  # the employer's name on that day
    action = models.TextField()
    purpose = models.TextField()
    kind = models.TextField(default="", db_default="", blank=True)
    reference = models.TextField(default="", db_default="", blank=True)
    refused = models.TextField(default="", db_default="", blank=True)  # why, for a look that was not allowed
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


class Question(models.Model):
    """What somebody whom an entry names asks about it, and the answer; both are sealed, for they are free words."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="questions")
    person_id = models.BigIntegerField()
    words_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    answer_sealed = models.BinaryField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)
    answered_name = models.TextField(default="", blank=True)

    class Meta:
        """An entry is questioned once for a person; an answer has its moment and its author."""

        db_table = "trail_question"
        constraints: ClassVar = [
            models.UniqueConstraint(name="trail_question_once", fields=["entry", "person_id"]),
            models.CheckConstraint(
                name="trail_question_answer_whole",
                condition=models.Q(answer_sealed=None, answered_at=None, answered_by=None, answered_name="")
                | models.Q(answer_sealed__isnull=False, answered_at__isnull=False, answered_by__isnull=False)
                & ~models.Q(answered_name=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="trail_question_open", fields=["asked_at"], condition=models.Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        """Return which entry is asked about."""
        return f"question about {self.entry_id}"


class Sample(models.Model):
    """An auditor's random sample: what is drawn from was said, and published, before anybody could know the seed.

    ``record`` is the number of the ledger's record that holds the commitment; the root over the log up to it is the
    half of the seed that nobody chooses, ``nonce`` the auditor's own half.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    by_id = models.BigIntegerField()
    by_name = models.TextField()
    agency = models.TextField(default="", blank=True)  # empty: every agency
    action = models.TextField(default="", blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    number = models.SmallIntegerField()
    nonce = models.BinaryField()
    record = models.BigIntegerField(unique=True)
    committed_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    root = models.BinaryField(null=True, blank=True)
    candidates = models.BigIntegerField(null=True, blank=True)
    digest = models.BinaryField(null=True, blank=True)  # over the numbers of all candidates, in order

    class Meta:
        """From a period that is over, of at most fifty; drawn with its root, its count and its digest."""

        db_table = "trail_sample"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="trail_sample_period_over", condition=Q(since__lt=F("until"), until__lte=F("committed_at"))
            ),
            models.CheckConstraint(name="trail_sample_number", condition=Q(number__range=(1, MOST_DRAWN))),
            models.CheckConstraint(name="trail_sample_nonce_sized", condition=_sized("nonce")),
            models.CheckConstraint(
                name="trail_sample_drawn_whole",
                condition=Q(drawn_at=None, root=None, candidates=None, digest=None)
                | Q(drawn_at__isnull=False, root__isnull=False, candidates__isnull=False, digest__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return who sampled, and how many."""
        return f"{self.number} by {self.by_name}"

    @property
    def last(self) -> datetime:
        """A moment of the last day of the period."""
        return self.until - timedelta(microseconds=1)

    @property
    def nonce_hex(self) -> str:
        """The auditor's half of the seed."""
        return bytes(self.nonce).hex()

    @property
    def root_hex(self) -> str:
        """The ledger's half, empty before it is drawn."""
        return bytes(self.root or b"").hex()

    @property
    def digest_hex(self) -> str:
        """The digest of the list, empty before it is drawn."""
        return bytes(self.digest or b"").hex()


class Drawn(models.Model):
    """An entry that a sample drew, the auditor's finding, and what the agency says to a questionable one; all sealed.

    The entry by its uuid, for a drawn row goes with the entry when that is past its time.
    """

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="drawn")
    position = models.SmallIntegerField()
    entry = models.UUIDField(db_index=True)
    finding = models.TextField(default="", blank=True)
    note_sealed = models.BinaryField(null=True, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    answer_sealed = models.BinaryField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)
    answered_name = models.TextField(default="", blank=True)

    class Meta:
        """Each entry once a sample; a questionable one has a note, and only such a one an answer."""

        db_table = "trail_drawn"
        constraints: ClassVar = [
            models.UniqueConstraint(name="trail_drawn_place_once", fields=["sample", "position"]),
            models.UniqueConstraint(name="trail_drawn_entry_once", fields=["sample", "entry"]),
            models.CheckConstraint(
                name="trail_drawn_finding_whole",
                condition=Q(finding="", note_sealed=None, found_at=None)
                | Q(finding="in-order", found_at__isnull=False)
                | Q(finding="questionable", note_sealed__isnull=False, found_at__isnull=False),
            ),
            models.CheckConstraint(
                name="trail_drawn_answer_whole",
                condition=Q(answer_sealed=None, answered_at=None, answered_by=None, answered_name="")
                | Q(
                    finding="questionable",
                    answer_sealed__isnull=False,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                )
                & ~Q(answered_name=""),
            ),
        ]

    def __str__(self) -> str:
        """Return the place in its sample."""
        return f"{self.position} of sample {self.sample_id}"
