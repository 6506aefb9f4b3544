"""The trail's tables: entries, the persons each names, and what these ask about them."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from jejak.kernel.ids import uuid7


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
