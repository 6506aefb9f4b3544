"""Who may have met whom: pure rules over stays.

Source: WHO contact definition (15 minutes); docs/why/search.md for how the same rules run as SQL over the whole log.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from jejak.kernel.periods import Period, unite
from jejak.visits.errors import DifferentPremises

if TYPE_CHECKING:
    from collections.abc import Iterable

OBSERVED, LATE, IMPORTED = 1, 2, 4
"""Bits of a visit's flags: its end was scanned, it waited offline, it came by import."""
WRITTEN_IN, CARD, KIOSK, SMS = 8, 16, 32, 64
"""Which door it came by, if not by the visitor's own phone: staff, printed card, tablet at the door, text message."""
CLOSED_HOURS, TRAVEL, BURST, CROWDED = 128, 256, 512, 1024
"""What made it implausible: the premises was closed, nobody travels so fast, the poster was scanned far too often, one
device spoke for too many people."""
DISPUTED = 2048
"""The visitor says otherwise; what they said stands beside it."""
IMPLAUSIBLE = CLOSED_HOURS | TRAVEL | BURST | CROWDED
ALL_FLAGS = 4095

MOST_HOURS = 24
"""No stay is longer; the database holds the same bound."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One person at one premises for a time; ``observed`` when the end was scanned and not estimated.

    ``flags`` are those of its visits without that of the end.
    """

    person: int
    premises: int
    period: Period
    observed: bool = False
    zone: int | None = None
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Overlap:
    """The time two people spent at one premises together."""

    period: Period
    observed: bool  # both ends were scanned, not estimated

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded down."""
        return self.period.minutes


@dataclass(frozen=True, slots=True)
class Meeting:
    """One overlap of a case's stay and another person's at a premises."""

    case: int
    person: int
    premises: int
    period: Period
    observed: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """How many whole minutes a contact and the cases spent together at one premises."""

    premises: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who may have met a case, and everything that speaks for it."""

    person: int
    minutes: int  # over all premises, intervals united
    shared: tuple[Shared, ...]  # the longest first
    first: datetime
    last: datetime
    observed: bool  # no meeting rests on an estimated end
    meetings: tuple[Meeting, ...]  # in order of time


def overlap(*, case: Stay, other: Stay) -> Overlap | None:
    """Return how long two stays at the same premises overlap, or ``None`` if they do not.

    Stays are half-open, so leaving at 10:00 and arriving at 10:00 is no meeting.

    :raises DifferentPremises: the stays are at two places; comparing them is a bug of the caller.
    """
    if case.premises != other.premises:
        raise DifferentPremises
    shared = case.period.overlap(other.period)
    return Overlap(period=shared, observed=case.observed and other.observed) if shared else None


def trimmed(stays: Iterable[Stay]) -> list[Stay]:
    """Return the stays with each estimated end moved up to the person's next check-in at another premises.

    A scanned end stays what it is.
    """
    by_person: defaultdict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_person[stay.person].append(stay)
    return [_trim(stay, own) for own in by_person.values() for stay in own]


def _trim(stay: Stay, own: list[Stay]) -> Stay:
    """Return ``stay`` cut at the first of its person's own later check-ins elsewhere."""
    if stay.observed:
        return stay
    start = stay.period.start
    later = (other.period.start for other in own if other.premises != stay.premises and other.period.start > start)
    end = min(later, default=stay.period.end)
    return stay if end >= stay.period.end else replace(stay, period=Period(start, end))


def united(stays: Iterable[Stay]) -> list[Stay]:
    """Return one stay for each stretch of time that a person spent at a place, however often they scanned.

    Its end is observed when the piece that ends last (one of them, if several) was. A united stay carries no zone.
    """
    ordered = sorted(stays, key=lambda stay: (stay.person, stay.premises))
    result: list[Stay] = []
    for (person, premises), group in groupby(ordered, key=lambda stay: (stay.person, stay.premises)):
        pieces = list(group)
        seen = {piece.period.end for piece in pieces if piece.observed}
        result += [
            Stay(person, premises, period, observed=period.end in seen, flags=_flags(pieces, period))
            for period in unite(piece.period for piece in pieces)
        ]
    return result


def _flags(pieces: Iterable[Stay], period: Period) -> int:
    """Return the flags of all pieces that touch a period."""
    flags = 0
    for piece in pieces:
        if piece.flags and piece.period.overlap(period):
            flags |= piece.flags
    return flags


def within(stays: Iterable[Stay], *, period: Period) -> list[Stay]:
    """Return the parts of the stays that lie in a window."""
    parts = ((stay, stay.period.overlap(period)) for stay in stays)
    return [replace(stay, period=part) for stay, part in parts if part]


def meetings(*, cases: Iterable[Stay], others: Iterable[Stay], minutes: int) -> list[Meeting]:
    """Return every meeting of at least ``minutes`` (exactly as many is enough) of a case with anybody who is no case.

    Both sides are trimmed and united already.
    """
    at: defaultdict[int, list[Stay]] = defaultdict(list)
    for case in cases:
        at[case.premises].append(case)
    known = {case.person for stays in at.values() for case in stays}
    return [
        Meeting(case=case.person, person=other.person, premises=case.premises, period=met.period, observed=met.observed)
        for other in others
        if other.person not in known
        for case in at[other.premises]
        if (met := overlap(case=case, other=other)) and met.period.length >= timedelta(minutes=minutes)
    ]


def ranked(found: Iterable[Meeting]) -> list[Contact]:
    """Return the contacts that meetings make: the longest first, then the latest, then by number."""
    by_person: defaultdict[int, list[Meeting]] = defaultdict(list)
    for meeting in found:
        by_person[meeting.person].append(meeting)
    contacts = [_contact(person, own) for person, own in by_person.items()]
    return sorted(contacts, key=lambda contact: (-contact.minutes, -contact.last.timestamp(), contact.person))


def _contact(person: int, own: list[Meeting]) -> Contact:
    """Return one contact from all its meetings; time with two cases at once counts once."""
    if len(own) == 1:  # nearly always, and there are thousands of them
        return _met_once(own[0])
    own.sort(key=lambda meeting: (meeting.period, meeting.premises, meeting.case))
    at: defaultdict[int, list[Period]] = defaultdict(list)
    for meeting in own:
        at[meeting.premises].append(meeting.period)
    lengths = {premises: _length(periods) for premises, periods in at.items()}
    shared = [Shared(premises=premises, minutes=_minutes(length)) for premises, length in lengths.items()]
    return Contact(
        person=person,
        minutes=_minutes(sum(lengths.values(), timedelta())),
        shared=tuple(sorted(shared, key=lambda place: (-place.minutes, place.premises))),
        first=own[0].period.start,
        last=max(meeting.period.end for meeting in own),
        observed=all(meeting.observed for meeting in own),
        meetings=tuple(own),
    )


def _met_once(meeting: Meeting) -> Contact:
    minutes = _minutes(meeting.period.length)
    return Contact(
        person=meeting.person,
        minutes=minutes,
        shared=(Shared(premises=meeting.premises, minutes=minutes),),
        first=meeting.period.start,
        last=meeting.period.end,
        observed=meeting.observed,
        meetings=(meeting,),
    )


def _length(periods: list[Period]) -> timedelta:
    return sum((period.length for period in unite(periods)), timedelta())


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def contacts(*, cases: Iterable[int], stays: Iterable[Stay], period: Period, minutes: int) -> list[Contact]:
    """Return the contacts of ``cases`` in a window from all stays as stored: the whole rule, slow and plain."""
    of = set(cases)
    whole = united(trimmed(stays))
    own = within((stay for stay in whole if stay.person in of), period=period)
    return ranked(meetings(cases=own, others=(stay for stay in whole if stay.person not in of), minutes=minutes))
