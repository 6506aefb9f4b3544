"""How near two people were within a premises that has zones: pure rules over scans.

A zone scan refines the stay in the premises and does not end it; who scans on leaving the premises ends both, and who
scans at an exit is gone minutes later. After a scan a person is in its zone until their next scan there; for at most
the zone's typical stay, if they did not scan on leaving it. Otherwise, and at the doors, nobody knows their zone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

from jejak.kernel.periods import Period, unite, without
from jejak.visits import rules
from jejak.visits.rules import Tier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from jejak.visits.rules import Contact, Meeting, Stay


@dataclass(frozen=True, slots=True)
class InZone:
    """The time that somebody is taken to have been in a zone."""

    zone: int
    period: Period


@dataclass(frozen=True, slots=True)
class Layout:
    """The zones of premises: for how many minutes at most a scan tells of each, and which are doors and no rooms."""

    typical: Mapping[int, int] = field(default_factory=dict)
    doors: Collection[int] = frozenset()
    exits: Collection[int] = frozenset()  # some of the doors; their minutes are those until somebody has left


def until_left(stays: Iterable[Stay], *, layout: Layout) -> list[Stay]:
    """Return the stays, each estimated end moved up to when its person left the premises, if a scan tells that.

    They left at the scanned end of a visit to no zone or to a door, for the zone scans begun in it; and minutes after a
    scan at an exit, for all that began by then. What comes after that is a stay of its own.
    """
    leaving: defaultdict[tuple[int, int], list[Period]] = defaultdict(list)
    for stay in (listed := list(stays)):
        if stay.observed and (stay.zone is None or stay.zone in layout.doors):
            leaving[stay.person, stay.premises].append(stay.period)
    left = [_left(stay, leaving.get((stay.person, stay.premises), ())) for stay in listed]
    return _gone(left, layout) if layout.exits else left


def _left(stay: Stay, leaving: Iterable[Period]) -> Stay:
    if stay.observed or stay.zone is None:
        return stay
    start = stay.period.start
    return _until(stay, min((period.end for period in leaving if start in period), default=stay.period.end))


def _gone(stays: Sequence[Stay], layout: Layout) -> list[Stay]:
    """Return the stays, none with an estimated end after its person's next scan at an exit and the way out."""
    out: defaultdict[tuple[int, int], list[Period]] = defaultdict(list)
    for stay in stays:
        if stay.zone is not None and stay.zone in layout.exits:
            start, end = stay.period.start, stay.period.end
            way = timedelta(minutes=layout.typical[stay.zone])
            out[stay.person, stay.premises].append(Period(start, end if stay.observed else min(end, start + way)))
    return [
        stay if stay.observed or not (exits := out.get((stay.person, stay.premises))) else _out(stay, exits)
        for stay in stays
    ]


def _out(stay: Stay, exits: Iterable[Period]) -> Stay:
    return _until(stay, min((each.end for each in exits if each.start >= stay.period.start), default=stay.period.end))


def _until(stay: Stay, end: datetime) -> Stay:
    return stay if end >= stay.period.end else replace(stay, period=Period(stay.period.start, end))


def parts(scans: Iterable[Stay], *, layout: Layout, doors: bool = False) -> tuple[InZone, ...]:
    """Return the times in zones that one person's scans at one premises tell, in order; those at ``doors`` if asked.

    Of two scans at the same moment the one of the higher zone and the later end stands.
    """
    ordered = sorted(scans, key=lambda scan: (scan.period.start, scan.zone or 0, scan.period.end, scan.observed))
    ends: list[datetime | None] = [scan.period.start for scan in ordered[1:]]
    told = (_part(scan, following, layout.typical) for scan, following in zip_longest(ordered, ends))
    return tuple(part for part in told if part and (doors or part.zone not in layout.doors))


def _part(scan: Stay, following: datetime | None, typical: Mapping[int, int]) -> InZone | None:
    if scan.zone is None:
        return None
    start, end = scan.period.start, scan.period.end
    if not scan.observed and scan.zone in typical:
        end = min(end, start + timedelta(minutes=typical[scan.zone]))
    if following is not None:
        end = min(end, following)
    return InZone(scan.zone, Period(start, end)) if start < end else None


def judged(meeting: Meeting, *, case: Sequence[InZone], other: Sequence[InZone], minutes: int) -> Meeting:
    """Return a meeting with its tier and the time in one zone.

    High: at least ``minutes`` on end in the same zone. Medium: they may have been, where a zone is unknown. Low: for
    so much of the time they were in different zones that it cannot have been as long.
    """
    same, apart = _compared(meeting.period, case, other)
    least = timedelta(minutes=minutes)
    if _longest(same) >= least:
        tier = Tier.HIGH
    else:
        tier = Tier.MEDIUM if _longest(without(meeting.period, apart)) >= least else Tier.LOW
    return replace(meeting, tier=tier, near=same)


def refined(
    found: Iterable[Meeting],
    *,
    zoned: Collection[int],
    scans: Iterable[Stay],
    layout: Layout,
    minutes: int,
) -> list[Meeting]:
    """Return the meetings, those at the ``zoned`` premises cut and judged by everybody's scans there (trimmed)."""
    by_place: defaultdict[tuple[int, int], list[Stay]] = defaultdict(list)
    for scan in scans:
        by_place[scan.person, scan.premises].append(scan)
    left = {place: until_left(own, layout=layout) for place, own in by_place.items()}
    gone = {place for place, own in by_place.items() if left[place] != own}
    told = {place: parts(own, layout=layout) for place, own in left.items()}

    def of(meeting: Meeting) -> list[Meeting]:
        case, other = (meeting.case, meeting.premises), (meeting.person, meeting.premises)
        cut = [meeting]
        if case in gone or other in gone:
            cut = _cut(meeting, case=left.get(case, []), other=left.get(other, []), minutes=minutes)
        return [judged(each, case=told.get(case, ()), other=told.get(other, ()), minutes=minutes) for each in cut]

    return [after for each in found for after in (of(each) if each.premises in zoned else [each])]


def _cut(meeting: Meeting, *, case: Sequence[Stay], other: Sequence[Stay], minutes: int) -> list[Meeting]:
    """Return what is left of a meeting when both are gone as soon as they scanned on leaving."""
    found = []
    for mine in rules.within(rules.united(_begun(case, meeting.period.end)), period=meeting.period):
        for theirs in rules.united(_begun(other, mine.period.end)):
            both = rules.overlap(case=mine, other=theirs)
            if both and both.period.length >= timedelta(minutes=minutes):
                found.append(replace(meeting, period=both.period, observed=both.observed))
    return rules.flagged(rules.flagged(found, stays=other), stays=case, case=True)


def _begun(stays: Iterable[Stay], moment: datetime) -> list[Stay]:
    return [stay for stay in stays if stay.period.start < moment]


def contacts(
    *,
    cases: Iterable[int],
    stays: Sequence[Stay],
    period: Period,
    minutes: int,
    zoned: Collection[int],
    layout: Layout,
) -> list[Contact]:
    """Return the contacts of ``cases`` in a window from all stays as stored: the whole rule, slow and plain."""
    left = until_left(stays, layout=layout)
    found = rules.met(cases=cases, stays=left, period=period, minutes=minutes)
    return rules.ranked(refined(found, zoned=zoned, scans=rules.trimmed(left), layout=layout, minutes=minutes))


def _compared(
    met: Period, case: Sequence[InZone], other: Sequence[InZone]
) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """Return when in a meeting both were in one zone, and when in different ones."""
    same: list[Period] = []
    apart: list[Period] = []
    for mine in case:
        here = mine.period.overlap(met)
        if here is None:
            continue
        for theirs in other:
            both = here.overlap(theirs.period)
            if both:
                (same if mine.zone == theirs.zone else apart).append(both)
    return unite(same), unite(apart)


def _longest(periods: Iterable[Period]) -> timedelta:
    return max((period.length for period in periods), default=timedelta())
