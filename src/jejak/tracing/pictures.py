"""Where stays and counts lie in the pictures: pure geometry; beside each picture stands its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR, day_bounds, local_day
from jejak.tracing.answers import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jejak.tracing.answers import StayRow
    from jejak.tracing.rules import HourCount
    from jejak.visits.rules import Contact

A_DAY: Final = timedelta(days=1)
SHORTEST: Final = 0.5  # hundredths of a day drawn for a shorter stay, or it could not be seen
NARROWEST: Final = 1.0  # hundredths of a strip, likewise
GAP: Final = 0.6  # between two times together on a strip
COUNT_HEIGHT: Final = 100.0


@dataclass(frozen=True, slots=True)
class StayBar:
    """The part of a stay that lies in one day, in hundredths of the day from midnight."""

    x: float
    width: float
    stay: StayRow


@dataclass(frozen=True, slots=True)
class DayLine:
    """One local day of the timeline; from ``starts``, for ``length``, it lies in the window."""

    day: date
    starts: float
    length: float
    bars: tuple[StayBar, ...]


@dataclass(frozen=True, slots=True)
class CountBar:
    """One hour's people as a column, measured from the top."""

    x: int
    y: float
    height: float
    count: HourCount
    midnight: bool


def timeline(*, stays: Sequence[StayRow], period: Period) -> tuple[DayLine, ...]:
    """Return a line for every local day that ``period`` touches, those without a stay too."""
    first, last = local_day(period.start), local_day(period.end - timedelta(microseconds=1))
    return tuple(
        _line(first + timedelta(days=number), stays=stays, period=period) for number in range((last - first).days + 1)
    )


def overlaps(*, contact: Contact, most: int) -> tuple[Bar, ...]:
    """Return the times together of a contact one after another, ``most`` minutes being the whole strip.

    What two cases shared with somebody at once counts once in the minutes, so all bars are shortened alike.
    """
    lengths = [each.period.length / timedelta(minutes=1) for each in contact.meetings]
    scale = 100 * contact.minutes / max(most, 1) / (sum(lengths) or 1)
    found, x = [], 0.0
    for each, length in zip(contact.meetings, lengths, strict=True):
        width = max(scale * length - GAP, NARROWEST)
        found.append(Bar(round(min(x, 100 - NARROWEST), 2), round(width, 2), each.observed))
        x += width + GAP
    return tuple(found)


def columns(counts: Sequence[HourCount]) -> tuple[CountBar, ...]:
    """Return a column for every hour, the highest as high as the picture."""
    most = max((count.people for count in counts), default=0) or 1
    return tuple(_column(x, count, most) for x, count in enumerate(counts))


def _line(day: date, *, stays: Sequence[StayRow], period: Period) -> DayLine:
    whole = day_bounds(day)
    inside = whole.overlap(period) or whole
    parts = ((stay, stay.period.overlap(whole)) for stay in stays)
    bars = tuple(_bar(stay, part, whole) for stay, part in parts if part)
    return DayLine(day, _share(inside.start - whole.start), _share(inside.length), bars)


def _bar(stay: StayRow, part: Period, whole: Period) -> StayBar:
    width = max(_share(part.length), SHORTEST)
    return StayBar(min(_share(part.start - whole.start), 100 - width), width, stay)


def _column(x: int, count: HourCount, most: int) -> CountBar:
    height = round(COUNT_HEIGHT * count.people / most, 2)
    midnight = count.start.astimezone(KUALA_LUMPUR).hour == 0
    return CountBar(x, round(COUNT_HEIGHT - height, 2), height, count, midnight)


def _share(length: timedelta) -> float:
    return round(100 * (length / A_DAY), 2)
