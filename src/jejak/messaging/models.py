"""Messages and what is kept about them: who was written to stands only sealed, and only while a message waits."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import In

from jejak.kernel.ids import uuid7
from jejak.messaging.recipients import CHANNELS
from jejak.messaging.rules import CODE_TRIES, REASONS, REPORTS, WAITING, Kind, State

KEY_BYTES = 16
_KINDS = [kind.value for kind in Kind]
_WAITING = sorted(state.value for state in WAITING)
_REPORTS = sorted(state.value for state in REPORTS)
_ENDED = [state.value for state in (State.DELIVERED, State.FAILED, State.EXPIRED, State.REFUSED)]
_CODE_WORD = "^[a-z][a-z-]{0,39}$"


def _sized(column: str, *sizes: int) -> Q:
    length = models.Func(F(column), function="octet_length", output_field=models.IntegerField())
    return Q(In(length, sizes))


class Message(models.Model):
    """One text to one recipient; ``uuid`` is its idempotency key at every gateway."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    kind = models.TextField()
    template = models.TextField()
    channel = models.TextField()
    language = models.TextField()
    recipient_key = models.BinaryField()
    recipient_sealed = models.BinaryField(null=True)
    slots_sealed = models.BinaryField(null=True)
    source_key = models.BinaryField()
    subject = models.UUIDField(null=True)  # whom it concerns, in the words of the room that asked
    new = models.BooleanField()  # nobody had written to this recipient before
    state = models.TextField(default=State.QUEUED.value)
    reason = models.TextField(blank=True, default="")
    tries = models.SmallIntegerField(default=0)
    parts = models.SmallIntegerField(default=0)
    reference = models.TextField(blank=True, default="")  # the gateway's own name for it
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """States known, times in order, and nothing sealed that is needed no more."""

        db_table = "messaging_message"
        indexes: ClassVar = [
            models.Index(name="messaging_message_recipient", fields=["recipient_key", "kind", "queued_at"]),
            models.Index(name="messaging_message_source", fields=["source_key", "kind", "queued_at"]),
            models.Index(name="messaging_message_lately", fields=["kind", "queued_at"], include=["new"]),
            models.Index(name="messaging_message_due", fields=["due_at"], condition=Q(state__in=_WAITING)),
            models.Index(
                name="messaging_message_reference", fields=["channel", "reference"], condition=~Q(reference="")
            ),
            models.Index(name="messaging_message_age", fields=["queued_at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="message_kind_known", condition=Q(kind__in=_KINDS)),
            models.CheckConstraint(name="message_channel_known", condition=Q(channel__in=list(CHANNELS))),
            models.CheckConstraint(name="message_language_known", condition=Q(language__in=["ms", "en"])),
            models.CheckConstraint(name="message_state_known", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(
                name="message_sealed_while_waiting",
                condition=Q(state__in=_WAITING, recipient_sealed__isnull=False, slots_sealed__isnull=False)
                | (~Q(state__in=_WAITING) & Q(recipient_sealed=None, slots_sealed=None)),
            ),
            models.CheckConstraint(
                name="message_sending_has_begun", condition=~Q(state=State.SENDING.value) | Q(sending_at__isnull=False)
            ),
            models.CheckConstraint(
                name="message_sent_has_time",
                condition=~Q(state__in=[State.SENT.value, State.DELIVERED.value]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_ended_has_time",
                condition=Q(state__in=_ENDED, ended_at__isnull=False) | (~Q(state__in=_ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="message_failure_has_reason",
                condition=~Q(state__in=[State.FAILED.value, State.EXPIRED.value, State.REFUSED.value]) | ~Q(reason=""),
            ),
            models.CheckConstraint(name="message_reason_is_word", condition=Q(reason="") | Q(reason__regex=_CODE_WORD)),
            models.CheckConstraint(name="message_expires_later", condition=Q(expires_at__gt=F("queued_at"))),
            models.CheckConstraint(
                name="message_keys_sized",
                condition=_sized("recipient_key", KEY_BYTES) & _sized("source_key", KEY_BYTES),
            ),
        ]

    def __str__(self) -> str:
        """Return what it is and where it stands; whom it went to would have to be unsealed."""
        return f"{self.template} by {self.channel}: {self.state}"


class Refusal(models.Model):
    """How often within one hour a message was not taken in, for one reason and one recipient or source.

    Counted rather than listed, so that a flood of requests is kept whole and stays small.
    """

    template = models.TextField()
    channel = models.TextField()
    reason = models.TextField()
    about_key = models.BinaryField()  # whose budget is used up; empty where it is everybody's
    hour = models.DateTimeField()
    count = models.BigIntegerField()

    class Meta:
        """One row per hour and reason."""

        db_table = "messaging_refusal"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="messaging_refusal_once", fields=["hour", "template", "channel", "reason", "about_key"]
            ),
            models.CheckConstraint(name="refusal_reason_known", condition=Q(reason__in=sorted(REASONS))),
            models.CheckConstraint(name="refusal_counts", condition=Q(count__gte=1)),
            models.CheckConstraint(name="refusal_key_sized", condition=_sized("about_key", 0, KEY_BYTES)),
        ]

    def __str__(self) -> str:
        """Return the count and the reason."""
        return f"{self.count} x {self.template}: {self.reason}"


class Trip(models.Model):
    """The breaker of a class opened: nothing of it goes out until somebody closes it or it has cooled."""

    kind = models.TextField()
    reason = models.TextField()
    tripped_at = models.DateTimeField()
    cools_at = models.DateTimeField()
    reset_at = models.DateTimeField(null=True)
    reset_by = models.TextField(blank=True, default="")

    class Meta:
        """Who closed it stands beside when."""

        db_table = "messaging_trip"
        indexes: ClassVar = [models.Index(name="messaging_trip_lately", fields=["kind", "-tripped_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="trip_kind_known", condition=Q(kind__in=_KINDS)),
            models.CheckConstraint(
                name="trip_reason_known", condition=Q(reason__in=["overall-rate", "new-recipients"])
            ),
            models.CheckConstraint(name="trip_cools_later", condition=Q(cools_at__gt=F("tripped_at"))),
            models.CheckConstraint(
                name="trip_reset_paired",
                condition=Q(reset_at=None, reset_by="") | (Q(reset_at__isnull=False) & ~Q(reset_by="")),
            ),
        ]

    def __str__(self) -> str:
        """Return the class and the reason."""
        return f"{self.kind}: {self.reason}"


class Code(models.Model):
    """A one-time code as a keyed hash; where it was never sent, nothing that anybody types matches it."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    purpose = models.TextField()
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Five tries, and none after its use."""

        db_table = "messaging_code"
        indexes: ClassVar = [models.Index(name="messaging_code_age", fields=["issued_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="code_tries_bounded", condition=Q(tries__range=(0, CODE_TRIES))),
            models.CheckConstraint(name="code_used_by_a_try", condition=Q(used_at=None) | Q(tries__gte=1)),
            models.CheckConstraint(name="code_digest_sized", condition=_sized("digest", KEY_BYTES)),
        ]

    def __str__(self) -> str:
        """Return its purpose."""
        return f"code for {self.purpose}"


class Report(models.Model):
    """A gateway's report that came before we knew the gateway's name for the message."""

    channel = models.TextField()
    reference = models.TextField()
    state = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Each is kept once, however often it comes."""

        db_table = "messaging_report"
        constraints: ClassVar = [
            models.UniqueConstraint(name="messaging_report_once", fields=["channel", "reference", "state"]),
            models.CheckConstraint(name="report_state_known", condition=Q(state__in=_REPORTS)),
            models.CheckConstraint(name="report_channel_known", condition=Q(channel__in=list(CHANNELS))),
            models.CheckConstraint(
                name="report_reference_bounded", condition=Q(reference__regex="^[A-Za-z0-9._:-]{1,100}$")
            ),
        ]

    def __str__(self) -> str:
        """Return what it says."""
        return f"{self.channel} {self.reference}: {self.state}"


class Incoming(models.Model):
    """A message that somebody sent to us: that it came and what became of it; its words and its sender are not kept."""

    channel = models.TextField(default="sms")
    key = models.BinaryField()  # the keyed hash of the gateway's own name for it
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    state = models.TextField()
    reason = models.TextField(blank=True, default="")
    reply = models.UUIDField(null=True)  # the message that answered it, if one was within budget

    class Meta:
        """Each once, however often a gateway brings it; received is accepted and refused with a reason."""

        db_table = "messaging_incoming"
        constraints: ClassVar = [
            models.UniqueConstraint(name="messaging_incoming_once", fields=["channel", "key"]),
            models.CheckConstraint(name="incoming_channel_known", condition=Q(channel="sms")),
            models.CheckConstraint(name="incoming_key_sized", condition=_sized("key", KEY_BYTES)),
            models.CheckConstraint(name="incoming_sent_before", condition=Q(at__lte=F("received_at"))),
            models.CheckConstraint(
                name="incoming_refused_has_reason",
                condition=Q(state="accepted", reason="") | Q(state="refused", reason__regex=_CODE_WORD),
            ),
        ]

    def __str__(self) -> str:
        """Return what became of it."""
        return f"incoming {self.channel}: {self.state}"


class Shown(models.Model):
    """What the console twin was given to send, sealed."""

    message = models.UUIDField(unique=True)
    channel = models.TextField()
    recipient_sealed = models.BinaryField()
    text_sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        """One row per message, however often it is tried."""

        db_table = "messaging_shown"
        constraints: ClassVar = [
            models.CheckConstraint(name="shown_channel_known", condition=Q(channel__in=list(CHANNELS))),
        ]

    def __str__(self) -> str:
        """Return the channel."""
        return f"{self.channel} shown"
