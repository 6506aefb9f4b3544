"""The second step of a search: what the meetings' visits tell beside their times, zones above all.

Only where the person was at premises that have zones is the log read again, and there from the index alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jejak.kernel.periods import Period, unite
from jejak.premises.queries import watching
from jejak.visits import rules, zones
from jejak.visits.queries.statements import rows
from jejak.visits.rules import Meeting, Stay
from jejak.visits.zones import Layout

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime


def refined(found: Sequence[Meeting], *, persons: Sequence[int], period: Period, minutes: int) -> list[Meeting]:
    """Return the meetings of ``persons`` with tiers, the time in one zone, and the flags of their own visits."""
    own = rows("own_scans", persons=list(persons), since=period.start, until=period.end)
    judged = _with_case_flags(found, own=[stay(row[:6]) for row in own])
    zoned = {row[1]: timedelta(minutes=row[6]) for row in own if row[6]}
    at_zoned = [meeting for meeting in judged if meeting.premises in zoned]
    if not at_zoned:
        return judged
    scans = _scans(at_zoned, persons=persons, longest=zoned)
    return zones.refined(judged, zoned=zoned, scans=scans, layout=layout(zoned), minutes=minutes)


def zone_times(*, persons: Sequence[int], period: Period) -> list[Stay]:
    """Return when persons were in which zones in a period, in order of time."""
    own = rows("own_scans", persons=list(persons), since=period.start, until=period.end)
    rooms = layout({row[1] for row in own if row[6]})
    by_place: defaultdict[tuple[int, int], list[Stay]] = defaultdict(list)
    for scan in zones.until_left(rules.trimmed(stay(row[:6]) for row in own), layout=rooms):
        by_place[scan.person, scan.premises].append(scan)
    found = [
        Stay(person, premises, part.period, zone=part.zone)
        for (person, premises), scans in by_place.items()
        for part in zones.parts(scans, layout=rooms, doors=True)
    ]
    return sorted(rules.within(found, period=period), key=lambda each: (each.period, each.person))


def layout(premises: Collection[int]) -> Layout:
    """Return the zones of some premises; asked of none, the database is not."""
    found = watching.parts_of(premises) if premises else {}
    return Layout(
        typical={number: part.minutes for number, part in found.items()},
        doors=frozenset(number for number, part in found.items() if part.kind != "room"),
        exits=frozenset(number for number, part in found.items() if part.kind == "exit"),
    )


def left(rows: Sequence[tuple[int, int, datetime, datetime, int, int | None]]) -> list[Stay]:
    """Return rows of the log as stays, none longer than until their person scanned on leaving the premises."""
    zoned = {row[1] for row in rows if row[5] is not None}
    return zones.until_left(map(stay, rows), layout=layout(zoned))


def stay(row: tuple[int, int, datetime, datetime, int, int | None]) -> Stay:
    """Return a row of the log as a stay."""
    person, premises, checked_in, until, flags, zone = row
    observed = bool(flags & rules.OBSERVED)
    return Stay(person, premises, Period(checked_in, until), observed, zone, flags & ~rules.OBSERVED)


def _with_case_flags(found: Sequence[Meeting], *, own: Sequence[Stay]) -> list[Meeting]:
    """Return the meetings with the flags of the cases' visits; hardly any has one, and then nothing is made anew."""
    cut = [each for each in rules.trimmed(own) if each.flags]
    return rules.flagged(found, stays=cut, case=True) if cut else list(found)


def _scans(found: Sequence[Meeting], *, persons: Collection[int], longest: Mapping[int, timedelta]) -> list[Stay]:
    """Return everybody's scans at the meetings' premises while they lasted."""
    windows: defaultdict[int, list[Period]] = defaultdict(list)
    for meeting in found:
        start = meeting.period.start - longest[meeting.premises]
        windows[meeting.premises].append(Period(start, meeting.period.end))
    asked = [(premises, period) for premises, periods in windows.items() for period in unite(periods)]
    read: list[tuple[Any, ...]] = rows(
        "zone_scans",
        premises=[premises for premises, _ in asked],
        starts=[period.start for _, period in asked],
        ends=[period.end for _, period in asked],
        persons=[*{*persons, *(meeting.person for meeting in found)}],
        first=min(period.start for _, period in asked),
        last=max(period.end for _, period in asked),
    )
    return [stay(row) for row in dict.fromkeys(read)]
