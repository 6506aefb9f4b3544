"""Which check-ins cannot well be true: pure rules. They are kept and flagged; a person decides.

The numbers and their reasons: docs/why/plausibility.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final
from uuid import UUID

from jejak.kernel.periods import Period, without
from jejak.kernel.places import local_day, local_midnight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jejak.premises.rules import OpeningHours

# -- Closed hours -------------------------------------------------------------------------------------------------

BEFORE_OPENING: Final = timedelta(minutes=60)
"""Staff, deliveries and the first in the queue."""
AFTER_CLOSING: Final = timedelta(minutes=30)
A_DAY: Final = timedelta(days=1)


def closed(*, hours: OpeningHours | None, period: Period) -> tuple[Period, ...]:
    """Return the parts of a period in which nobody should check in; none where the hours are not known."""
    if hours is None:
        return ()
    first = local_day(period.start) - A_DAY  # whose evening may last past midnight
    count = (local_day(period.end) - first).days + 2
    days = (first + A_DAY * number for number in range(count))
    return without(period, (open_at for day in days for open_at in _open(hours, local_midnight(day))))


def _open(hours: OpeningHours, midnight: datetime) -> Iterable[Period]:
    for start, end in hours.week[midnight.weekday()]:
        opens, closes = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
        yield Period(opens - BEFORE_OPENING, closes + AFTER_CLOSING)


# -- Travel -------------------------------------------------------------------------------------------------------

SABAH, SARAWAK, LABUAN = "MY-12", "MY-13", "MY-15"
SAME: Final = {"MY-14": "MY-10", "MY-16": "MY-10"}
"""Kuala Lumpur and Putrajaya lie within Selangor."""
NEIGHBOURS: Final = {
    "MY-01": ("MY-04", "MY-05", "MY-06"),  # Johor: Melaka, Negeri Sembilan, Pahang
    "MY-02": ("MY-07", "MY-08", "MY-09"),  # Kedah: Pulau Pinang, Perak, Perlis
    "MY-03": ("MY-06", "MY-08", "MY-11"),  # Kelantan: Pahang, Perak, Terengganu
    "MY-04": ("MY-01", "MY-05"),  # Melaka: Johor, Negeri Sembilan
    "MY-05": ("MY-01", "MY-04", "MY-06", "MY-10"),  # Negeri Sembilan: Johor, Melaka, Pahang, Selangor
    "MY-06": ("MY-01", "MY-03", "MY-05", "MY-08", "MY-10", "MY-11"),  # Pahang
    "MY-07": ("MY-02", "MY-08"),  # Pulau Pinang: Kedah, Perak
    "MY-08": ("MY-02", "MY-03", "MY-06", "MY-07", "MY-10"),  # Perak
    "MY-09": ("MY-02",),  # Perlis: Kedah
    "MY-10": ("MY-05", "MY-06", "MY-08"),  # Selangor: Negeri Sembilan, Pahang, Perak
    "MY-11": ("MY-03", "MY-06"),  # Terengganu: Kelantan, Pahang
}
ACROSS_A_STATE: Final = timedelta(minutes=20)
"""At least, for each state of the peninsula that lies between two: the narrowest way is 33 km."""
OVER_THE_SEA: Final = {
    frozenset(("peninsula", SABAH)): timedelta(minutes=120),
    frozenset(("peninsula", LABUAN)): timedelta(minutes=120),
    frozenset(("peninsula", SARAWAK)): timedelta(minutes=75),
    frozenset((SARAWAK, LABUAN)): timedelta(minutes=20),
}
"""The shortest flight or ferry alone, without a minute at either end; Sabah touches Sarawak, and Labuan by boat."""
LONGEST_WAY: Final = timedelta(minutes=120)


@dataclass(frozen=True, slots=True)
class Seen:
    """A check-in as the rules look at it; the first three name it in the log."""

    premises: int
    checked_in: datetime
    id: UUID
    person: int
    state: str


def least_travel(one: str, other: str) -> timedelta:
    """Return the time in which nobody gets from one state to another; none where the two touch."""
    one, other = SAME.get(one, one), SAME.get(other, other)
    if one == other:
        return timedelta()
    places = frozenset("peninsula" if state in NEIGHBOURS else state for state in (one, other))
    if places != {"peninsula"}:
        return OVER_THE_SEA.get(places, timedelta())
    return ACROSS_A_STATE * (_BETWEEN[one, other])


def _between() -> dict[tuple[str, str], int]:
    """Return how many states lie between any two of the peninsula, along the shortest way."""
    found = {(state, state): -1 for state in NEIGHBOURS}
    for start in NEIGHBOURS:
        reached, steps = {start}, 0
        while len(reached) < len(NEIGHBOURS):
            reached = reached | {after for state in reached for after in NEIGHBOURS[state]}
            found |= {(start, state): steps for state in reached if (start, state) not in found}
            steps += 1
    return found


_BETWEEN: Final = _between()


def impossible_travel(visits: Iterable[Seen]) -> set[Seen]:
    """Return the check-ins of which one person cannot have made both; which of the two is false nobody knows."""
    of: defaultdict[int, list[Seen]] = defaultdict(list)
    for visit in visits:
        of[visit.person].append(visit)
    pairs = (pair for own in of.values() for pair in combinations(own, 2))
    return {
        visit
        for one, other in pairs
        if abs(one.checked_in - other.checked_in) < least_travel(one.state, other.state)
        for visit in (one, other)
    }


# -- Bursts -------------------------------------------------------------------------------------------------------

CLOSED_AT_MOST: Final = 20
OPEN_AT_LEAST: Final = 40
TIMES_USUAL: Final = 4
UNKNOWN_AT_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a poster's place; ``usual`` is ``None`` where no week before tells, ``capacity`` where nobody said."""

    scans: int
    usual: float | None
    capacity: int | None
    open: bool


def at_most(hour: Hour) -> int:
    """Return how many scans of one poster's place an hour may have before it is a burst."""
    if not hour.open:
        return CLOSED_AT_MOST
    if hour.usual is None:
        return max(UNKNOWN_AT_MOST, hour.capacity or 0)
    return max(OPEN_AT_LEAST, int(TIMES_USUAL * hour.usual))


def usual_of(weeks: Iterable[tuple[bool, tuple[int, ...]]]) -> float | None:
    """Return what an hour usually has: the most of it and its neighbours, each as the mean over the weeks.

    A week is whether the place was scanned at all that day, and its counts in the hour before, the hour, the hour
    after: prayers, shifts and trains do not keep to the clock's hours.
    """
    used = [counts for scanned, counts in weeks if scanned]
    return max((sum(each) / len(used) for each in zip(*used, strict=True)), default=None)


# -- One device as many people ------------------------------------------------------------------------------------

MOST_PEOPLE: Final = 20
"""A phone may bring nine others along at once; twice as many in a day are two full cars, more are invented."""
