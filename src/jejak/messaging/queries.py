"""Reading what became of messages: numbers and states, never whom they went to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connections
from django.db.models import Count, Sum

from jejak.kernel.sealing import sealer
from jejak.messaging.channels.push import WebPush, public_key
from jejak.messaging.channels.registry import channels
from jejak.messaging.models import Incoming, Message, Refusal, Shown, Trip
from jejak.messaging.rules import Kind, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where one message stands; ``reason`` says why where it did not go well."""

    state: State
    reason: str
    tries: int
    queued_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of one text and channel are in one state, and into how many SMS parts they fell."""

    template: str
    channel: str
    state: State
    messages: int
    parts: int


@dataclass(frozen=True, slots=True)
class Refused:
    """How many messages of one text were not taken in for one reason, and about how many recipients or sources."""

    template: str
    reason: str
    messages: int
    about: int


@dataclass(frozen=True, slots=True)
class CameIn:
    """How many messages came in and were accepted, or refused for one reason."""

    state: str
    reason: str
    messages: int


@dataclass(frozen=True, slots=True)
class OpenBreaker:
    """A class of which nothing goes out now."""

    kind: Kind
    reason: str
    tripped_at: datetime
    cools_at: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class PastTime:
    """How many rows of one class of data are past their time."""

    what: str
    rows: int


@dataclass(frozen=True, slots=True)
class Console:
    """What the console twin was given to send."""

    message: UUID
    channel: str
    recipient: str
    text: str
    at: datetime


def delivery(*, message: UUID) -> Delivery | None:
    """Return where a message stands, or ``None``."""
    row = Message.objects.filter(uuid=message).first()
    if row is None:
        return None
    return Delivery(State(row.state), row.reason, row.tries, row.queued_at, row.sent_at, row.ended_at)


def deliveries(*, messages: Iterable[UUID]) -> dict[UUID, Delivery]:
    """Return where some messages stand, by uuid."""
    rows = Message.objects.filter(uuid__in=list(messages))
    return {
        row.uuid: Delivery(State(row.state), row.reason, row.tries, row.queued_at, row.sent_at, row.ended_at)
        for row in rows
    }


def lost(*, template: str, since: datetime) -> list[tuple[UUID, str]]:
    """Return the messages with a text that were queued since a moment and reached nobody, each with its state."""
    gone = Message.objects.filter(
        template=template, state__in=[State.FAILED, State.EXPIRED, State.REFUSED], queued_at__gte=since
    )
    return list(gone.values_list("uuid", "state"))


def deliveries_about(*, subject: UUID) -> list[Delivery]:
    """Return where the messages about one subject stand, newest first."""
    rows = Message.objects.filter(subject=subject).order_by("-queued_at", "-pk")
    return [Delivery(State(row.state), row.reason, row.tries, row.queued_at, row.sent_at, row.ended_at) for row in rows]


def tallies(*, since: datetime) -> list[Tally]:
    """Return the numbers of messages since a moment, by text, channel and state."""
    rows = (
        Message.objects.filter(queued_at__gte=since)
        .values_list("template", "channel", "state")
        .annotate(messages=Count("pk"), all_parts=Sum("parts"))
        .order_by("template", "channel", "state")
    )
    return [
        Tally(template, channel, State(state), messages, parts) for template, channel, state, messages, parts in rows
    ]


def refusals(*, since: datetime) -> list[Refused]:
    """Return what was not taken in since the hour of a moment, most first."""
    rows = (
        Refusal.objects.filter(hour__gte=since.replace(minute=0, second=0, microsecond=0))
        .values_list("template", "reason")
        .annotate(messages=Sum("count"), about=Count("about_key", distinct=True))
        .order_by("-messages", "template", "reason")
    )
    return [Refused(template, reason, int(messages), about) for template, reason, messages, about in rows]


def came_in(*, since: datetime) -> list[CameIn]:
    """Return what became of the messages that came in since a moment: those accepted first, then by number."""
    rows = (
        Incoming.objects.filter(received_at__gte=since)
        .values_list("state", "reason")
        .annotate(messages=Count("pk"))
        .order_by("state", "-messages", "reason")
    )
    return [CameIn(state, reason, messages) for state, reason, messages in rows]


def open_breakers(*, now: datetime) -> list[OpenBreaker]:
    """Return the classes of which nothing goes out now, with how many messages wait."""
    trips = Trip.objects.filter(reset_at=None, cools_at__gt=now).order_by("tripped_at")
    return [
        OpenBreaker(
            Kind(trip.kind),
            trip.reason,
            trip.tripped_at,
            trip.cools_at,
            Message.objects.filter(kind=trip.kind, state=State.QUEUED).count(),
        )
        for trip in trips
    ]


def past_time(*, now: datetime, days: int) -> list[PastTime]:
    """Return what is older than ``days`` days and should be gone; codes and what the console showed after one."""
    with connections["retention"].cursor() as cursor:
        cursor.execute("select what, rows from messaging_past_time(%s)", [now - timedelta(days=days)])
        return [PastTime(what, rows) for what, rows in cursor.fetchall()]


def push_public_key() -> str | None:
    """Return the key by which browsers subscribe to this node's pushes (``applicationServerKey``), ``None`` without."""
    channel = channels()["push"]
    return public_key(channel.key) if isinstance(channel, WebPush) else None


def console(*, limit: int = 20) -> list[Console]:
    """Return what the console twin was given last, newest first: for a demo and for tests."""
    unseal = sealer().unseal
    return [
        Console(
            row.message,
            row.channel,
            unseal(table="messaging_shown", column="recipient", row=row.message, sealed=bytes(row.recipient_sealed)),
            unseal(table="messaging_shown", column="text", row=row.message, sealed=bytes(row.text_sealed)),
            row.at,
        )
        for row in Shown.objects.order_by("-at", "-pk")[:limit]
    ]
