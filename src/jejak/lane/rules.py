"""When a check-in is admitted and when a stay ends: pure rules over milliseconds since 1970.

The lane counts in whole milliseconds, because that is what a UUIDv7 carries and what its statements take.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from jejak.kernel.places import KUALA_LUMPUR
from jejak.lane.errors import ClockSkew, IdInvalid, TimesWrong, TooLate

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

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.][0-5][0-9])?").fullmatch
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


def told_times(
    *, checked_in: int, until: int | None, came: str, left: str, longest_minutes: int, now: int
) -> tuple[int | None, int | None]:
    """Return the beginning and the end that a visitor tells as local times of the visit's day, ``None`` if not new.

    ``until`` is the end that was scanned, ``None`` if none was. An end before the beginning is one after midnight, if
    the premises' longest stay allows it.

    :raises TimesWrong: a text is no time, the times are out of order, in the future, or say nothing new.
    """
    day = datetime.fromtimestamp(checked_in / 1000, UTC).astimezone(KUALA_LUMPUR).replace(hour=0, minute=0, second=0)
    midnight = int(day.replace(microsecond=0).timestamp() * 1000)
    began = _told(came, field="came", midnight=midnight)
    if began is not None and began // MINUTE == checked_in // MINUTE:
        began = None
    start = checked_in if began is None else began
    ended = _told(left, field="left", midnight=midnight)
    if ended is not None and ended <= start:
        ended += DAY
        if ended > start + longest_minutes * MINUTE:
            raise TimesWrong("left", "times-order")
    if ended is not None and until is not None and ended // MINUTE == until // MINUTE:
        ended = None
    if began is None and ended is None:
        raise TimesWrong("form", "times-missing")
    for moment, field in ((began, "came"), (ended, "left")):
        if moment is not None and moment > now:
            raise TimesWrong(field, "times-future")
    if began is not None and ended is None and until is not None and began >= until:
        raise TimesWrong("came", "times-order")
    return began, ended


def _told(text: str, *, field: str, midnight: int) -> int | None:
    if not text.strip():
        return None
    found = _CLOCK(text.strip())
    if found is None:
        raise TimesWrong(field, "times-form")
    return midnight + int(found[1]) * HOUR + int(found[2]) * MINUTE


def check_out_admitted(*, checked_in: int, now: int) -> bool:
    """Return whether a visit is young enough for its end to be told."""
    return -FRESH <= now - checked_in <= CHECK_OUT
