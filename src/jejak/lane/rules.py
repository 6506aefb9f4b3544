"""When a check-in is admitted and when a stay ends: pure rules over milliseconds since 1970.

The lane counts in whole milliseconds, because that is what a UUIDv7 carries and what its statements take.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from jejak.lane.errors import ClockSkew, IdInvalid, TooLate

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

FRESH: Final = 10 * MINUTE
"""How far a visitor's clock may be off, either way."""
QUEUED: Final = 72 * HOUR
"""How long a check-in may wait offline."""
CHECK_OUT: Final = QUEUED + DAY
"""How old a visit may be when its end arrives: a day's stay, reported by a queue."""
RECEIPT: Final = DAY
"""How long a receipt can be shown."""

LATE: Final = 2
"""The flag of a visit that waited offline; the bit is `jejak.visits.rules.LATE`, and a test compares them."""

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch


class Moment(NamedTuple):
    """An id in its canonical spelling and the time it carries, in milliseconds."""

    id: str
    ms: int


def moment_of(text: str) -> Moment:
    """Return a UUIDv7 and the time in it.

    :raises IdInvalid: it is no UUIDv7 with hyphens. Source: RFC 9562 section 5.7.
    """
    canonical = text if _UUID7(text) else text.lower()
    if not _UUID7(canonical):
        raise IdInvalid
    return Moment(canonical, int(canonical[:8] + canonical[9:13], 16))


def admitted(*, made: int, now: int, queued: bool) -> int:
    """Return the flags of a check-in made at ``made``: 0, or ``LATE`` when only its waiting offline excuses it.

    :raises ClockSkew: it is too far off; the error carries the server's time.
    :raises TooLate: it waited offline for more than 72 hours.
    """
    age = now - made
    if -FRESH <= age <= FRESH:
        return 0
    if not queued or age < 0:
        raise ClockSkew(server_ms=now)
    if age > QUEUED:
        raise TooLate(server_ms=now)
    return LATE


def stay_end(*, checked_in: int, at: int, longest_minutes: int) -> int:
    """Return when a stay ends that is checked out at ``at``: after its beginning, within the premises' longest stay."""
    return min(max(at, checked_in + 1), checked_in + longest_minutes * MINUTE)


def check_out_admitted(*, checked_in: int, now: int) -> bool:
    """Return whether a visit is young enough for its end to be told."""
    return -FRESH <= now - checked_in <= CHECK_OUT
