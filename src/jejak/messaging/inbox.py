"""Messages that come in: each is heard once, handed to the room that answers, and counted with what became of it.

A room that answers registers a handler when it is loaded, so that this one knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from jejak.kernel.sealing import blind_index
from jejak.messaging.models import Incoming

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

OLDEST: Final = timedelta(hours=72)
"""A gateway may bring a message so much later; what claims to be older counts from its arrival."""


@dataclass(frozen=True, slots=True)
class Received:
    """A text message as the gateway brought it; ``key`` (16 bytes) is the same whenever it brings this one again.

    ``at`` is when it was sent as far as the gateway can be believed, never after ``received_at``.
    """

    sender: str
    text: str
    key: bytes
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a message: ``reason`` (a word in small letters) where it was refused, ``reply`` if one goes out.

    ``before`` says that it had come already and nothing was done this time.
    """

    reason: str = ""
    reply: UUID | None = None
    before: bool = False


Handler = Callable[[Received], Heard]

_handlers: dict[str, Handler] = {}


def on_incoming(handler: Handler, *, channel: str = "sms") -> None:
    """Let ``handler`` answer what comes in, from now on; it runs in the transaction that counts the message."""
    _handlers[channel] = handler


def sent_at(*, said: datetime | None, now: datetime) -> datetime:
    """Return when a message counts as sent: as the gateway says, if that is neither to come nor over 72 hours past."""
    return said if said is not None and now - OLDEST <= said <= now else now


@transaction.atomic
def receive(*, sender: str, text: str, reference: str, said: datetime | None, now: datetime) -> Heard:
    """Return what became of a text message; one that comes again, even at the same moment, is answered once.

    ``reference`` is the gateway's own name for it, ``said`` when the gateway says that it was sent.
    """
    key = blind_index().of("messaging.incoming", f"sms:{reference}")
    with connection.cursor() as cursor:  # whoever brings the same message now waits here and finds the row
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(key[:8], signed=True)])
    found = Incoming.objects.filter(channel="sms", key=key).first()
    if found is not None:
        return Heard(found.reason, found.reply, before=True)
    at = sent_at(said=said, now=now)
    heard = _handled(Received(sender, text, key, at, now))
    Incoming.objects.create(
        key=key,
        at=at,
        received_at=now,
        state="refused" if heard.reason else "accepted",
        reason=heard.reason,
        reply=heard.reply,
    )
    return heard


def _handled(message: Received) -> Heard:
    handler = _handlers.get("sms")
    return handler(message) if handler else Heard("nobody-answers")
