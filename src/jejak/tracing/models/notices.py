"""Notices to contacts: who sent which, over which way, what it names, how it ended, and what its reader said."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from jejak.kernel.ids import uuid7
from jejak.tracing.models.contacts import Contact, Exposure

USER = settings.AUTH_USER_MODEL
OPEN = Q(confirmed_at__isnull=False, stopped_at=None, finished_at=None)
"""Batches that are being sent, or are held on the way."""
UNTOLD = Q(message__isnull=False, withdrawn_at__isnull=False, withdrawal_sent_at=None)
"""Notices that reached messaging and were withdrawn since, and whose reader was not told of it."""
WAITING = Q(waits_for__isnull=False, withdrawn_at=None)
"""Notices that are to be withdrawn as soon as a senior officer confirms it."""


class NoticeBatch(models.Model):
    """Notices that an officer sent in one go; a large one waits until a senior officer confirmed it."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    agency = models.ForeignKey("access.Agency", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    digest = models.BinaryField(editable=False)  # of the contacts and the ways, which an approval names
    request = models.UUIDField(null=True, blank=True)  # what a second officer decides
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # who let
    # it go on last: in their name it tells of what a colleague withdrew who may do it no more
    held_why = models.TextField(default="", db_default="", blank=True)  # why it does not go on now
    held_until = models.DateTimeField(null=True, blank=True)  # when it goes on by itself

    class Meta:
        """It is sent to the end or stopped on the way, never both, and only sent once it was confirmed."""

        db_table = "tracing_notice_batch"
        indexes: ClassVar = [
            models.Index(name="tracing_notice_batch_of", fields=["agency", "-asked_at"]),
            models.Index(name="tracing_notice_batch_open", fields=["confirmed_at"], condition=OPEN),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_batch_sent_or_stopped", condition=Q(finished_at=None) | Q(stopped_at=None)
            ),
            models.CheckConstraint(
                name="notice_batch_held_with_reason", condition=Q(held_until=None) | ~Q(held_why="")
            ),
            models.CheckConstraint(
                name="notice_batch_finished_once_confirmed",
                condition=Q(finished_at=None) | Q(confirmed_at__isnull=False, finished_at__gte=F("confirmed_at")),
            ),
        ]

    def __str__(self) -> str:
        """Return when it was asked for."""
        return f"notices of {self.asked_at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """One notice to one contact; its uuid is the link, which shows advice alone, and says nothing of any other's.

    ``named`` are the stays it speaks of, by exposure, premises, zone and period, as they were when it was sent; they
    open after a code to the contact's own phone, until ``ends_at``, or as long as the contact is followed up.
    """

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)  # random: no link tells another
    batch = models.ForeignKey(NoticeBatch, on_delete=models.PROTECT, related_name="notices")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="notices")
    way = models.TextField()
    language = models.TextField()
    day = models.DateField()  # of the last exposure, which the message says
    advice = models.JSONField()  # what the follow-up said then: days apart, days of tests, by numbers
    named = models.JSONField()
    message = models.UUIDField(null=True, blank=True)  # of `messaging`, which tracks its delivery
    recipient_key = models.BinaryField(null=True, editable=False)  # of the number or mailbox it went to
    failed = models.TextField(default="", blank=True)  # why messaging did not take it
    lost = models.TextField(default="", db_default="", blank=True)  # what became of a message that did not arrive
    sent_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)
    waits_for = models.UUIDField(null=True, blank=True)  # a withdrawal that waits for a senior officer
    waits_since = models.DateTimeField(null=True, blank=True)
    waits_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    waits_why = models.TextField(default="", db_default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.TextField(default="", blank=True)
    withdrawal_sent_at = models.DateTimeField(null=True, blank=True)  # to the same recipient, if there still is one
    withdrawal_message = models.UUIDField(null=True, blank=True)  # of `messaging`; none if it was not taken

    class Meta:
        """One notice a contact and batch, by a known way, in a known language; withdrawn with a reason."""

        db_table = "tracing_notice"
        indexes: ClassVar = [
            models.Index(name="tracing_notice_untold", fields=["batch"], condition=UNTOLD),
            models.Index(name="tracing_notice_waits", fields=["waits_for"], condition=WAITING),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="notice_once", fields=["batch", "contact"]),
            models.CheckConstraint(name="notice_way_known", condition=Q(way__in=["sms", "email", "page"])),
            models.CheckConstraint(name="notice_language_known", condition=Q(language__in=["ms", "en"])),
            models.CheckConstraint(
                name="notice_withdrawn_with_reason",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | Q(
                    withdrawn_at__isnull=False,
                    withdrawn_why__in=["mistake", "wrong-person", "case-discarded", "corrected"],
                ),
            ),
            models.CheckConstraint(
                name="notice_waits_with_reason",
                condition=Q(waits_for=None, waits_since=None, waits_by=None, waits_why="")
                | Q(waits_for__isnull=False, waits_since__isnull=False, waits_by__isnull=False) & ~Q(waits_why=""),
            ),
            models.CheckConstraint(
                name="notice_withdrawal_sent_once_withdrawn",
                condition=Q(withdrawal_sent_at=None, withdrawal_message=None)
                | Q(withdrawal_sent_at__isnull=False, withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_message_once_sent", condition=Q(message=None) | Q(sent_at__isnull=False, failed="")
            ),
        ]

    def __str__(self) -> str:
        """Return whom it went to, by number."""
        return f"notice to contact {self.contact_id}"


class NoticeDispute(models.Model):
    """What a contact says is wrong with a stay, and what an officer decided.

    The reader of a notice says it of a stay that the notice names; what a contact tells otherwise, an officer enters
    (``entered_by``) with the stay as it stood then (``named``), for there may be no notice. A correction can be
    taken back with a reason; what was decided stays.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")
    entered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    named = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="+")
    stay = models.SmallIntegerField()  # which of the exposure's stays, as it numbers them
    says = models.TextField()
    start = models.DateTimeField(null=True, blank=True)  # when they were there instead
    end = models.DateTimeField(null=True, blank=True)
    note_sealed = models.BinaryField(null=True, editable=False)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(default="", blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)  # when the correction was taken back
    undone_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_sealed = models.BinaryField(null=True, editable=False)  # why

    class Meta:
        """One open dispute for a stay; decided one way or the other, by another than whoever entered it."""

        db_table = "tracing_notice_dispute"
        indexes: ClassVar = [
            models.Index(name="notice_dispute_corrected", fields=["notice"], condition=Q(outcome="corrected"))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="notice_dispute_open_once", fields=["notice", "exposure", "stay"], condition=Q(decided_at=None)
            ),
            models.UniqueConstraint(
                name="notice_dispute_entered_once", fields=["contact", "exposure", "stay"], condition=Q(decided_at=None)
            ),
            models.CheckConstraint(
                name="notice_dispute_from_somebody",
                condition=Q(notice__isnull=False, contact=None, entered_by=None)
                | Q(notice=None, contact__isnull=False, entered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_dispute_by_another",
                condition=Q(entered_by=None) | Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="notice_dispute_undone_once_corrected",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, outcome="corrected"),
            ),
            models.CheckConstraint(
                name="notice_dispute_says_known", condition=Q(says__in=["not-there", "other-times", "not-me"])
            ),
            models.CheckConstraint(
                name="notice_dispute_times",
                condition=Q(says="other-times", start__isnull=False, end__gt=F("start"))
                | Q(start=None, end=None) & ~Q(says="other-times"),
            ),
            models.CheckConstraint(
                name="notice_dispute_outcome_known",
                condition=Q(decided_at=None, outcome="")
                | Q(decided_at__isnull=False, outcome__in=["corrected", "kept"]),
            ),
        ]

    def __str__(self) -> str:
        """Return what it is about, by number."""
        return f"dispute of exposure {self.exposure_id}"

    @property
    def line(self) -> Contact:
        """The contact who says it."""
        if self.contact is not None:
            return self.contact
        if self.notice is None:  # pragma: no cover - the database refuses it
            raise AssertionError
        return self.notice.contact

    @property
    def stays(self) -> list[dict[str, Any]]:
        """The stays among which is the one it is about."""
        found: list[dict[str, Any]] = self.named if self.notice is None else self.notice.named
        return found
