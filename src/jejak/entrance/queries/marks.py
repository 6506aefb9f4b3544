"""The word and the colour of an hour at a premises, by which a guard tells a fresh receipt at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from jejak.formats import hourmark
from jejak.kernel.keys import keyring
from jejak.kernel.sealing import subkey

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HourMark:
    """An hour's colour and word, both numbers; every receipt of a check-in from ``start`` until ``end`` shows them."""

    colour: int
    word: int
    start: datetime
    end: datetime


def mark(*, premises: int, at: datetime) -> tuple[int, int]:
    """Return the colour and the word of an hour at a premises, those of every receipt given there in that hour."""
    key = subkey(keyring().active("receipt").secret, info=hourmark.KEY_INFO)
    hour = int(at.timestamp()) // int(HOUR.total_seconds())
    return hourmark.of_the_hour(key=key, premises=premises, hour=hour, words=len(hourmark.WORDS))


def marks(*, premises: int, now: datetime) -> tuple[HourMark, HourMark]:
    """Return the mark of this hour and that of the hour before."""
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    this, last = (HourMark(*mark(premises=premises, at=at), at, at + HOUR) for at in (start, start - HOUR))
    return this, last
