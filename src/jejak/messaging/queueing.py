"""Taking messages in: the budgets are asked, and what is within them is stored sealed and handed to the worker."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from procrastinate.contrib.django import app

from jejak.kernel.ids import uuid7_at
from jejak.kernel.sealing import blind_index, sealer
from jejak.kernel.settings import settings
from jejak.messaging import rules, wording
from jejak.messaging.models import Message, Trip
from jejak.messaging.recipients import Phone
from jejak.messaging.rules import Breaker, Kind, Spent, State, Verdict
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from jejak.messaging.recipients import Recipient
    from jejak.messaging.slots import Stored
    from jejak.messaging.wording import Template

TABLE: Final = "messaging_message"
log = logging.getLogger(__name__)
SEND_JOB: Final = "messaging.send"
"""The job that sends one message; by name, because jobs stand above."""
_PRIORITY: Final = {Kind.CODE: 20, Kind.REPLY: 10, Kind.NOTICE: -10}
"""Somebody waits for a code; thousands of notices must not stand before it, nor before any other job."""
_LOCK: Final = 7620210828
_LOCKS: Final = {kind: number for number, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a wish to send: the message's uuid, or why it was not taken in (one of `rules.REASONS`)."""

    message: UUID | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One message that a room wants sent."""

    template: Template
    recipient: Recipient
    language: str
    slots: Mapping[str, object]
    source: str
    subject: UUID | None = None
    decoy: bool = False  # everything happens as ever, but nothing is sent


def recipient_key(recipient: Recipient) -> bytes:
    """Return the blind index of a recipient."""
    return blind_index().of("messaging.recipient", f"{recipient.channel}:{recipient.text}")


def source_key(source: str) -> bytes:
    """Return the blind index of a source."""
    return blind_index().of("messaging.source", source)


def breaker_of(kind: Kind) -> Breaker:
    """Return how much of a class this node takes for normal."""
    node = settings()
    if kind is Kind.NOTICE:  # a search reaches thousands who never heard from us before
        return Breaker(node.notices_an_hour, node.notices_an_hour)
    all_of = node.codes_an_hour if kind is Kind.CODE else node.replies_an_hour
    return Breaker(all_of, node.new_recipients_an_hour)


def take_in(*, wish: Wish, now: datetime) -> Taken:
    """Return what became of a wish; one class is decided one wish after another, so that no two share the last place.

    A refusal is counted in the caller's transaction and not raised, for an error would roll its count back.
    """
    wording.known_language(wish.language)
    kept = wording.keep(template=wish.template, slots=wish.slots)
    with transaction.atomic(savepoint=False):  # what may still fail here fails for the caller's whole transaction
        return _take_in(wish=wish, kept=kept, now=now)


def _take_in(*, wish: Wish, kept: Mapping[str, Stored], now: datetime) -> Taken:
    kind = wish.template.kind
    to, by = recipient_key(wish.recipient), source_key(wish.source)
    if isinstance(wish.recipient, Phone) and not wish.recipient.number.startswith(settings().sms_prefixes):
        return _refused(wish, Verdict("number-not-served"), about=b"", now=now)
    if tripped(now=now, kind=kind):  # seen without waiting for anybody, for then thousands are turned away a minute
        return _refused(wish, Verdict("breaker"), about=b"", now=now)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK * 8 + _LOCKS[kind]])
    spent = _spent(kind=kind, to=to, by=by, now=now)
    verdict = rules.judge(kind=kind, spent=spent, breaker=breaker_of(kind))
    if verdict.reason:
        about = to if verdict.reason in rules.ABOUT_RECIPIENT else by if verdict.reason in rules.ABOUT_SOURCE else b""
        return _refused(wish, verdict, about=about, now=now)
    message = uuid7_at(now)
    seal = sealer().seal
    sealed = {
        "recipient_sealed": seal(table=TABLE, column="recipient", row=message, text=wish.recipient.text),
        "slots_sealed": seal(table=TABLE, column="slots", row=message, text=json.dumps(kept)),
    }
    refused = {"state": State.REFUSED.value, "reason": "not-meant", "ended_at": now}
    Message.objects.create(
        uuid=message,
        kind=kind.value,
        template=wish.template.code,
        channel=wish.recipient.channel,
        language=wish.language,
        recipient_key=to,
        source_key=by,
        subject=wish.subject,
        new=spent.new,
        queued_at=now,
        due_at=now,
        expires_at=now + wish.template.life,
        **(refused if wish.decoy else sealed),
    )
    hand_over(message=message, kind=kind)
    return Taken(message)


def tripped(*, now: datetime, kind: Kind) -> bool:
    """Return whether the breaker of a class is open."""
    return Trip.objects.filter(kind=kind.value, reset_at=None, cools_at__gt=now).exists()


def hand_over(*, message: UUID, kind: Kind, at: datetime | None = None) -> None:
    """Queue the job that sends a message, at once or ``at`` a moment to come."""
    app.configure_task(SEND_JOB, schedule_at=at, priority=_PRIORITY[kind]).defer(message=str(message))


def _spent(*, kind: Kind, to: bytes, by: bytes, now: datetime) -> Spent:
    values = {
        "kind": kind.value,
        "recipient": to,
        "source": by,
        "now": now,
        "hour": now - rules.HOUR,
        "day": now - rules.DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("messaging", "spent"), values)
        return Spent(*cursor.fetchone())


def _refused(wish: Wish, verdict: Verdict, *, about: bytes, now: datetime) -> Taken:
    if verdict.trips:
        log.error("the breaker of class %s opened: %s; see `jejak messages status`", wish.template.kind, verdict.reason)
        Trip.objects.create(
            kind=wish.template.kind.value,
            reason=verdict.reason,
            tripped_at=now,
            cools_at=now + timedelta(minutes=settings().breaker_minutes),
        )
    values: dict[str, str | bytes | datetime] = {
        "template": wish.template.code,
        "channel": wish.recipient.channel,
        "reason": verdict.reason,
        "about": about,
        "hour": now.replace(minute=0, second=0, microsecond=0),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("messaging", "refuse"), values)
    return Taken(None, verdict.reason)
