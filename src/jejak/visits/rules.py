"""Who may have met whom: pure rules over stays.

Source: WHO contact definition (15 minutes); docs/why/search.md for how the same rules run as SQL over the whole log.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING

from jejak.kernel.periods import Period, unite
from jejak.visits.errors import DifferentPremises

if TYPE_CHECKING:
    from collections.abc import Iterable

QUEUED_DAYS = 4  # a check-in may wait 72 hours on a phone; the person it names must still be there
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
DOUBTFUL = IMPLAUSIBLE | DISPUTED
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


class Tier(IntEnum):
    """How near a meeting may have been, the nearest first; see ``zones`` for premises that have them."""

    HIGH = 1  # together in one zone, or in a premises without zones
    MEDIUM = 2  # in the same premises, the zone of one of them unknown
    LOW = 3  # in different zones


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
    """One overlap of a case's stay and another person's at a premises.

    ``near`` is the part of it in one zone, ``None`` for all of it; ``flags`` and ``case_flags`` are those of the
    visits of either that lie in it, without the flag of the end.
    """

    case: int
    person: int
    premises: int
    period: Period
    observed: bool
    flags: int = 0
    case_flags: int = 0
    tier: Tier = Tier.HIGH
    near: tuple[Period, ...] | None = None


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
    tier: Tier = Tier.HIGH  # of the nearest meeting
    near: int = 0  # minutes of them in one zone, or in premises without zones
    flags: int = 0  # of the contact's own visits
    doubts: int = 0  # of these and of the case's


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

    Both sides are trimmed and united already; their flags are not looked at.
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


def flagged(found: Iterable[Meeting], *, stays: Iterable[Stay], case: bool = False) -> list[Meeting]:
    """Return the meetings with the flags of the visits (as stored, trimmed) in them: the contact's, or the case's."""
    of: defaultdict[tuple[int, int], list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.flags:
            of[stay.person, stay.premises].append(stay)
    if case:
        return [replace(each, case_flags=_flags(of[each.case, each.premises], each.period)) for each in found]
    return [replace(each, flags=_flags(of[each.person, each.premises], each.period)) for each in found]


def ranked(found: Iterable[Meeting]) -> list[Contact]:
    """Return the contacts that meetings make: the nearest first, then the longest, the latest, by number."""
    by_person: defaultdict[int, list[Meeting]] = defaultdict(list)
    for meeting in found:
        by_person[meeting.person].append(meeting)
    contacts = [_contact(person, own) for person, own in by_person.items()]
    return sorted(
        contacts, key=lambda contact: (contact.tier, -contact.minutes, -contact.last.timestamp(), contact.person)
    )


def _contact(person: int, own: list[Meeting]) -> Contact:
    """Return one contact from all its meetings; time with two cases at once counts once."""
    if len(own) == 1:  # nearly always, and there are thousands of them
        return _met_once(own[0])
    own.sort(key=lambda meeting: (meeting.period, meeting.premises, meeting.case))
    lengths = _lengths((meeting.premises, (meeting.period,)) for meeting in own)
    shared = [Shared(premises=premises, minutes=_minutes(length)) for premises, length in lengths.items()]
    minutes = _minutes(sum(lengths.values(), timedelta()))
    flags, doubts, zoned = 0, 0, False
    for meeting in own:
        flags |= meeting.flags
        doubts |= meeting.flags | meeting.case_flags
        zoned = zoned or meeting.near is not None
    near = _lengths((each.premises, (each.period,) if each.near is None else each.near) for each in own if zoned)
    return Contact(
        person=person,
        minutes=minutes,
        shared=tuple(sorted(shared, key=lambda place: (-place.minutes, place.premises))),
        first=own[0].period.start,
        last=max(meeting.period.end for meeting in own),
        observed=all(meeting.observed for meeting in own),
        meetings=tuple(own),
        tier=min(meeting.tier for meeting in own),
        near=_minutes(sum(near.values(), timedelta())) if zoned else minutes,
        flags=flags,
        doubts=doubts,
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
        tier=meeting.tier,
        near=minutes if meeting.near is None else _minutes(_length(meeting.near)),
        flags=meeting.flags,
        doubts=meeting.flags | meeting.case_flags,
    )


def _lengths(periods: Iterable[tuple[int, Iterable[Period]]]) -> dict[int, timedelta]:
    """Return how long the periods of each premises last, united."""
    at: defaultdict[int, list[Period]] = defaultdict(list)
    for premises, own in periods:
        at[premises].extend(own)
    return {premises: _length(own) for premises, own in at.items()}


def _length(periods: Iterable[Period]) -> timedelta:
    return sum((period.length for period in unite(periods)), timedelta())


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def met(*, cases: Iterable[int], stays: Iterable[Stay], period: Period, minutes: int) -> list[Meeting]:
    """Return the meetings of ``cases`` in a window from all stays as stored, zones aside: the rule, slow and plain."""
    of, cut, found = set(cases), trimmed(stays), list[Meeting]()
    begun = [stay for stay in cut if stay.person in of and stay.period.start < period.end]
    for case in within(united(begun), period=period):
        # A scan made after the case had left says nothing about the end of the meeting.
        there = (stay for stay in cut if stay.person not in of and stay.period.start < case.period.end)
        found += meetings(cases=[case], others=united(there), minutes=minutes)
    return flagged(flagged(found, stays=cut), stays=cut, case=True)


def contacts(*, cases: Iterable[int], stays: Iterable[Stay], period: Period, minutes: int) -> list[Contact]:
    """Return the contacts of ``cases`` in a window where no premises has zones; else see `zones.contacts`."""
    return ranked(met(cases=cases, stays=stays, period=period, minutes=minutes))
