"""Sending what is due, and hearing what became of it: at least once, under one idempotency key, counted once.

A message is claimed in one transaction, sent outside any, and finished in another. Whoever dies between leaves it
``sending``; after a lease it is sent again under the same key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from secrets import SystemRandom
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from jejak.kernel.sealing import SealBroken, sealer
from jejak.kernel.settings import settings
from jejak.messaging import recipients, rules, wording
from jejak.messaging.channels.letter import Fate, Letter
from jejak.messaging.channels.registry import channels as configured
from jejak.messaging.errors import MessagingError, ReportInvalid
from jejak.messaging.models import Message, Report, Trip
from jejak.messaging.queueing import TABLE, hand_over
from jejak.messaging.rules import REPORTS, Kind, State
from jejak.messaging.smslength import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from jejak.messaging.channels.letter import Channel, Outcome

_REFERENCE: Final = rules.REFERENCE
_random: Final = SystemRandom()


@dataclass(frozen=True, slots=True)
class Claimed:
    """One attempt at one message: ``tries`` says which, so that a late one cannot undo a newer."""

    uuid: UUID
    tries: int
    letter: Letter | None  # None where what was sealed does not open or does not fit any more


def send_due(*, clock: Callable[[], datetime], channels: Mapping[str, Channel] | None = None, most: int = 500) -> int:
    """Return how many attempts were made at what is due, at most ``most``; several workers share the work.

    ``clock`` is asked before and after each, for a slow gateway makes one moment too old for all.
    """
    attempts = 0
    while attempts < most and _attempt(Q(), clock=clock, channels=channels):
        attempts += 1
    return attempts


def send(*, message: UUID, clock: Callable[[], datetime], channels: Mapping[str, Channel] | None = None) -> bool:
    """Return whether an attempt was made at one message; there is none if it is not due, or somebody else has it."""
    return _attempt(Q(uuid=message), clock=clock, channels=channels)


def _attempt(only: Q, *, clock: Callable[[], datetime], channels: Mapping[str, Channel] | None) -> bool:
    claimed = _claim(only, now=clock())
    if claimed is None:
        return False
    if claimed.letter is None:
        _finish(claimed, fate=Fate.NEVER, reason="unreadable", reference="", now=clock())
        return True
    outcome = (channels or configured())[claimed.letter.channel].send(claimed.letter)
    _record(claimed, outcome, now=clock())
    return True


def _record(claimed: Claimed, outcome: Outcome, *, now: datetime) -> None:
    # A gateway's name for a message that we could not keep is as good as none.
    reference = outcome.reference if _REFERENCE.fullmatch(outcome.reference) else ""
    _finish(claimed, fate=outcome.fate, reason=outcome.reason, reference=reference, now=now)


@transaction.atomic
def _claim(only: Q, *, now: datetime) -> Claimed | None:
    stuck = Q(state=State.SENDING, sending_at__lte=now - rules.LEASE)
    open_now = Trip.objects.filter(reset_at=None, cools_at__gt=now).values_list("kind", flat=True)
    tripped = set(open_now)
    held_back = tripped - {Kind.CODE}  # a code that waited is of no use; a notice is
    due = Q(state=State.QUEUED, due_at__lte=now) | stuck
    waiting = Message.objects.select_for_update(skip_locked=True).filter(due, only).order_by("due_at", "pk")
    while row := waiting.exclude(Q(kind__in=held_back) & Q(expires_at__gt=now)).first():
        if row.expires_at <= now:
            end(row, State.EXPIRED, reason="too-late", now=now)
        elif row.kind in tripped:
            end(row, State.REFUSED, reason="breaker", now=now)
        elif row.tries >= rules.MOST_TRIES:  # whoever took it died each time
            end(row, State.FAILED, reason="gave-up", now=now)
        else:
            return _begin(row, now=now)
    return None


def _begin(row: Message, *, now: datetime) -> Claimed:
    row.tries, row.sending_at, row.state = row.tries + 1, now, State.SENDING
    letter = _letter(row, now=now)
    if letter and row.channel == "sms":
        row.parts = measure(letter.text.body).parts
    row.save(update_fields=["tries", "sending_at", "state", "parts"])
    return Claimed(row.uuid, row.tries, letter)


def _letter(row: Message, *, now: datetime) -> Letter | None:
    try:
        unseal = sealer().unseal
        to = unseal(table=TABLE, column="recipient", row=row.uuid, sealed=bytes(row.recipient_sealed or b""))
        kept = json.loads(unseal(table=TABLE, column="slots", row=row.uuid, sealed=bytes(row.slots_sealed or b"")))
        template = wording.template(code=row.template, channel=row.channel)
        text = wording.write(
            template=template,
            channel=row.channel,
            language=row.language,
            kept=kept,
            node_name=settings().node_name,
            base_url=settings().base_url,
        )
        return Letter(row.uuid, recipients.read(channel=row.channel, text=to), text, now, row.expires_at)
    except (SealBroken, MessagingError):
        return None


@transaction.atomic
def _finish(claimed: Claimed, *, fate: Fate, reason: str, reference: str, now: datetime) -> None:
    if reference:
        _lock_reference(reference)
    row = Message.objects.select_for_update().get(uuid=claimed.uuid)
    if fate is Fate.ACCEPTED:
        if reference and not row.reference:
            row.reference = reference
            row.save(update_fields=["reference"])
        _move(row, State.SENT, now=now)
        early = Report.objects.filter(channel=row.channel, reference=reference) if reference else Report.objects.none()
        for report in early:
            _move(row, State(report.state), now=now)
    elif row.state == State.SENDING and row.tries == claimed.tries:
        _not_sent(row, fate=fate, reason=reason, now=now)


def _not_sent(row: Message, *, fate: Fate, reason: str, now: datetime) -> None:
    again = now + rules.retry_after(tries=row.tries, jitter=_random.random())
    if fate is Fate.NEVER:
        end(row, State.FAILED, reason=reason, now=now)
    elif not rules.tries_again(tries=row.tries, at=again, expires_at=row.expires_at):
        end(row, State.FAILED, reason="gave-up", now=now)
    else:
        row.state, row.due_at, row.reason = State.QUEUED, again, reason
        row.save(update_fields=["state", "due_at", "reason"])
        hand_over(message=row.uuid, kind=Kind(row.kind), at=again)


def end(row: Message, state: State, *, reason: str, now: datetime) -> None:
    """End a message of which the caller holds the row; whom it was to and what it said go."""
    row.state, row.reason, row.ended_at = state, reason, now
    row.recipient_sealed = row.slots_sealed = None
    row.save(update_fields=["state", "reason", "ended_at", "recipient_sealed", "slots_sealed"])


def _move(row: Message, report: State, *, now: datetime) -> None:
    """Bring a message to where a report (or our own sending) says it is, if that is news."""
    state = rules.after_report(state=State(row.state), report=report)
    if state == row.state:
        return
    row.sent_at = row.sent_at or now
    if state is State.SENT:
        row.state, row.reason = state, ""
        row.recipient_sealed = row.slots_sealed = None
        row.save(update_fields=["state", "reason", "sent_at", "recipient_sealed", "slots_sealed"])
        return
    row.save(update_fields=["sent_at"])
    end(row, state, reason="reported" if state is State.FAILED else "", now=now)


@transaction.atomic
def record_delivery(*, channel: str, reference: str, state: str, now: datetime) -> bool:
    """Return whether a message is known to which a gateway's report belongs.

    ``reference`` is our uuid or the gateway's own name; ``state`` is ``sent``, ``delivered`` or ``failed``. Reports may
    come twice, out of order, and before our own attempt has ended: one without its message is kept until it has.

    :raises ReportInvalid: state, channel or reference cannot be a report's.
    """
    if state not in REPORTS or channel not in recipients.CHANNELS or not _REFERENCE.fullmatch(reference):
        raise ReportInvalid
    _lock_reference(reference)
    rows = Message.objects.select_for_update().filter(channel=channel)
    ours = _uuid(reference)
    row = (rows.filter(uuid=ours).first() if ours else None) or rows.filter(reference=reference).order_by("pk").last()
    if row is None:
        Report.objects.bulk_create(
            [Report(channel=channel, reference=reference, state=state, at=now)], ignore_conflicts=True
        )
        return False
    _move(row, State(state), now=now)
    return True


def _lock_reference(reference: str) -> None:
    """Let a report and the end of its sending wait for each other, or each could miss the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7620210829))", [reference])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
