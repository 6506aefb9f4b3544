"""What a channel is given, and what it says became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.messaging.recipients import Recipient
    from jejak.messaging.wording import Text


@dataclass(frozen=True, slots=True)
class Letter:
    """One message ready to go; ``key`` is the same at every attempt."""

    key: UUID
    recipient: Recipient
    text: Text
    now: datetime
    expires_at: datetime

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self.recipient.channel


class Fate(Enum):
    """What an attempt led to."""

    ACCEPTED = auto()
    LATER = auto()  # trouble that may pass, or an answer that says nothing: try again under the same key
    NEVER = auto()  # trying again is of no use


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt: ``reference`` is the gateway's name for the message, ``reason`` why it failed."""

    fate: Fate
    reason: str = ""
    reference: str = ""


class Channel(Protocol):
    """A way out."""

    def send(self, letter: Letter) -> Outcome:
        """Return what became of one attempt, well within the lease; trouble outside is an outcome."""
        ...
