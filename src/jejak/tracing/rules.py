"""What a search may ask, and how its answer is narrowed, ordered and counted: pure rules.

Source: WHO, Contact tracing in the context of COVID-19 (15 minutes); KKM for the infectious window.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from jejak.access.rules import CLINICIAN, HEALTH_OFFICER, LABORATORY, SENIOR_HEALTH_OFFICER
from jejak.kernel.periods import Period
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing.errors import (
    FileTooLarge,
    MinutesOutOfRange,
    PurposeTooLong,
    WindowOutOfReach,
    WindowPast,
    WindowTooLong,
    WindowTurnedRound,
)
from jejak.trail.errors import PurposeMissing
from jejak.trail.rules import LONGEST_PURPOSE
from jejak.visits import rules as visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jejak.visits.rules import Contact, Stay

OFFICERS: Final = frozenset({HEALTH_OFFICER, SENIOR_HEALTH_OFFICER})
"""Who traces contacts."""
REPORTERS: Final = OFFICERS | {LABORATORY, CLINICIAN}
"""Who reports cases."""
USUAL_WINDOW = timedelta(days=14)
# Backward tracing reaches to 6 days before onset and 13 days past it; a month leaves room and is no dragnet.
LONGEST_WINDOW = timedelta(days=31)
CLOSE_CONTACT_MINUTES = 15
MOST_MINUTES = 12 * 60
FIRST_YEAR, LAST_YEAR = 2000, 2100  # a slip of the finger in a year; near 1 and 9999 dates cannot be reckoned with
SHORTEST_PURPOSE = 8  # letters and digits; "test" or "x" would tell the person who reads it nothing
PAGE_LENGTH = 50
# A larger release needs a second officer (bulk download by one account is how records leaked before).
LARGEST_FILE = 5_000
LARGE_RELEASE: Final = 300
"""People of whom one officer sees the names in one search; more needs a second officer."""
LENGTHS: Final = (60, 120, 240)
"""Where the counts by time together are cut, in minutes; they begin with the minutes asked."""

HOUR = timedelta(hours=1)

ORDERS: Final[dict[str, Callable[[Contact], float]]] = {
    "near": lambda contact: contact.tier,
    "minutes": lambda contact: contact.minutes,
    "places": lambda contact: len(contact.shared),
    "first": lambda contact: contact.first.timestamp(),
    "last": lambda contact: contact.last.timestamp(),
}
"""By what a list of contacts can be sorted; the words stand in addresses, a minus turns them round."""
RANKED: Final = "near"
NEAREST, LEAST_NEAR = 1, 3
WITHOUT, ONLY = "without", "only"
"""What a list does with some visits: leave them out, or show nothing else."""
REMEMBERED: Final = visits.ALL_FLAGS + 1
"""That nobody scanned a stay of a case, but somebody told of it; beside the flags of visits, in exposures alone."""
FLAGS: Final = {
    "": visits.DOUBTFUL,
    "disputed": visits.DISPUTED,
    "closed-hours": visits.CLOSED_HOURS,
    "travel": visits.TRAVEL,
    "burst": visits.BURST,
    "crowded": visits.CROWDED,
    "written-in": visits.WRITTEN_IN,
    "card": visits.CARD,
    "kiosk": visits.KIOSK,
    "sms": visits.SMS,
    "late": visits.LATE,
    "imported": visits.IMPORTED,
    "remembered": REMEMBERED,
}
"""Flags by their stable word; none means all that make a visit doubtful."""


@dataclass(frozen=True, slots=True)
class HourCount:
    """How many people were at a place in the hour from ``start`` on."""

    start: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people, by premises (the most first), by nearness, and by time together: from, until, people."""

    places: tuple[tuple[int, int], ...]
    tiers: tuple[tuple[visits.Tier, int], ...]
    lengths: tuple[tuple[int, int | None, int], ...]


def window(*, start: datetime, end: datetime, kept_from: datetime | None = None) -> Period:
    """Return the window of a search; ``kept_from`` is the moment before which visits are deleted.

    :raises WindowPast: it begins before that.
    :raises WindowTurnedRound: it does not end after it starts.
    :raises WindowTooLong: it is longer than 31 days.
    :raises WindowOutOfReach: it lies in another century.
    """
    if not (reachable(start) and reachable(end)):
        raise WindowOutOfReach
    if start >= end:
        raise WindowTurnedRound
    if end - start > LONGEST_WINDOW:
        raise WindowTooLong
    if kept_from is not None and start < kept_from:
        raise WindowPast
    return Period(start, end)


def kept_from(*, now: datetime, days: int) -> datetime:
    """Return since when visits are kept: whole local days."""
    return local_midnight(local_day(now) - timedelta(days=days))


def reachable(moment: datetime) -> bool:
    """Return whether a window may begin or end at a moment."""
    return FIRST_YEAR <= moment.year < LAST_YEAR


def purpose(text: str) -> str:
    """Return the purpose without needless spaces.

    :raises PurposeMissing: it says too little for the people named to understand it.
    :raises PurposeTooLong: the trail would cut it off.
    """
    plain = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if len(plain) > LONGEST_PURPOSE:
        raise PurposeTooLong
    if sum(letter.isalnum() for letter in plain) < SHORTEST_PURPOSE:
        raise PurposeMissing
    return plain


def minutes(number: int) -> int:
    """Return ``number`` if it can be the least time together.

    :raises MinutesOutOfRange: it cannot.
    """
    if not 1 <= number <= MOST_MINUTES:
        raise MinutesOutOfRange
    return number


def marks(period: Period) -> tuple[int, int]:
    """Return the first and last mark of a slider over ``period``: hours since its first local midnight."""
    midnight = local_midnight(local_day(period.start))
    return (period.start - midnight) // HOUR, -((midnight - period.end) // HOUR)


def narrowed(*, period: Period, start: int, end: int) -> Period:
    """Return the part of ``period`` between two of its marks; never outside it, never empty.

    Sliders and edited addresses give the marks, so what makes no sense is brought to the nearest that does.
    """
    first, last = marks(period)
    start = min(max(start, first), last - 1)
    end = min(max(end, start + 1), last)
    midnight = local_midnight(local_day(period.start))
    return Period(max(midnight + start * HOUR, period.start), min(midnight + end * HOUR, period.end))


def ordered(contacts: Iterable[Contact], *, by: str) -> list[Contact]:
    """Return contacts in one of ``ORDERS``; those alike keep their places, so ranked ones stay ranked.

    An order that does not exist is the ranking.
    """
    key = ORDERS.get(by.removeprefix("-"))
    if key is None:
        return list(contacts)
    sign = -1 if by.startswith("-") else 1
    return sorted(contacts, key=lambda contact: sign * key(contact))


def flags_of(each: Iterable[int]) -> int:
    """Return all flags that stand somewhere."""
    seen = 0
    for flags in each:
        seen |= flags
    return seen


def sifting(text: str) -> tuple[str, int] | None:
    """Return what ``only``, ``without-sms`` and the like mean: what to do with visits that have any of some flags."""
    kind, _, code = text.partition("-")
    return (kind, FLAGS[code]) if kind in {WITHOUT, ONLY} and code in FLAGS else None


def sifted(contacts: Sequence[Contact], *, by: str) -> Sequence[Contact]:
    """Return contacts without meetings that rest on certain visits, ranked anew, or only those with one.

    The visit may be the contact's or the case's. All of them if ``by`` means nothing, see `sifting`.
    """
    wanted = sifting(by)
    if wanted is None:
        return contacts
    kind, flags = wanted
    if kind == ONLY:
        return [contact for contact in contacts if contact.doubts & flags]
    if not any(contact.doubts & flags for contact in contacts):
        return contacts
    met = (meeting for contact in contacts for meeting in contact.meetings)
    return visits.ranked(each for each in met if not (each.flags | each.case_flags) & flags)


def sifted_stays(stays: Sequence[Stay], *, by: str) -> Sequence[Stay]:
    """Return stays without certain visits, or only those with one; all of them if ``by`` means nothing."""
    wanted = sifting(by)
    if wanted is None:
        return stays
    kind, flags = wanted
    return [stay for stay in stays if bool(stay.flags & flags) is (kind == ONLY)]


def counted(contacts: Iterable[Contact], *, least: int) -> Counts:
    """Return how many contacts there are by premises, nearness and time together; ``least`` are the minutes asked."""
    marks = [least, *(mark for mark in LENGTHS if mark > least)]
    places, tiers, lengths = Counter[int](), Counter[visits.Tier](), Counter[int]()
    for contact in contacts:
        places.update(shared.premises for shared in contact.shared)
        tiers[contact.tier] += 1
        lengths[bisect_right(marks, max(contact.minutes, least))] += 1
    ends: list[int | None] = [*marks[1:], None]
    return Counts(
        places=tuple(sorted(places.items(), key=lambda place: (-place[1], place[0]))),
        tiers=tuple((tier, tiers[tier]) for tier in visits.Tier if tiers[tier]),
        lengths=tuple((mark, end, lengths[n]) for n, (mark, end) in enumerate(zip(marks, ends, strict=True), start=1)),
    )


def file_of(people: int) -> int:
    """Return ``people``, how many of them one file is about to hold.

    :raises FileTooLarge: more than one officer may take out.
    """
    if people > LARGEST_FILE:
        raise FileTooLarge(people=people)
    return people


def by_hour(stays: Iterable[tuple[int, Period]], *, period: Period) -> tuple[HourCount, ...]:
    """Return how many people of ``stays`` (person, time) were there in each clock hour of ``period``."""
    midnight = local_midnight(local_day(period.start))
    first, last = marks(period)
    present: dict[int, set[int]] = {mark: set() for mark in range(first, last)}
    for person, stay in stays:
        shared = stay.overlap(period)
        if shared:
            for mark in range((shared.start - midnight) // HOUR, -((midnight - shared.end) // HOUR)):
                present[mark].add(person)
    return tuple(HourCount(midnight + mark * HOUR, len(people)) for mark, people in present.items())
