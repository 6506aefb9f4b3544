"""The second step of a search: what the meetings' visits tell beside their times, zones above all.

Only where the person was at premises that have zones is the log read again, and there from the index alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jejak.kernel.periods import Period, unite
from jejak.people import queries as people
from jejak.premises.queries import watching
from jejak.visits import rules, zones
from jejak.visits.queries import statements
from jejak.visits.rules import Meeting, Stay
from jejak.visits.zones import Layout

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime


def met(*, records: Mapping[int, int], period: Period, minutes: int) -> list[Meeting]:
    """Return every meeting of persons in a period that lasts ``minutes`` on end, with tiers and flags.

    ``records`` are all of these persons', with whom each is read as; so is everybody in the meetings.
    """
    found = statements.rows(
        "meetings",
        persons=[*records],
        cases=[*records.values()],
        merged=any(record != person for record, person in records.items()),
        since=period.start,
        until=period.end,
        minutes=minutes,
    )
    made = [
        Meeting(case, person, premises, Period(since, until), observed, flags)
        for case, premises, person, since, until, observed, flags, _more, _twins in found
    ]
    twins, theirs = (
        _of_twins(records=records, period=period, minutes=minutes) if not found or found[0][-1] else ({}, [])
    )
    if twins:
        made = [meeting for meeting in made if meeting.person not in twins] + theirs
    if not theirs and not any(row[-2] for row in found):
        return made
    return _refined(made, cases=records, records={**records, **twins}, period=period, minutes=minutes)


def _of_twins(*, records: Mapping[int, int], period: Period, minutes: int) -> tuple[Mapping[int, int], list[Meeting]]:
    """Return the records of those there who have several, and their meetings: by the rules, as they are few."""
    there = statements.rows("merged_there", persons=[*records], since=period.start, until=period.end)
    twins = several(people.records_of({person for (person,) in there} - records.keys()))
    if not twins:
        return {}, []
    stays = stays_of({**records, **twins}, period=period)
    return twins, rules.met(cases=set(records.values()), stays=stays, period=period, minutes=minutes)


def several(records: Mapping[int, int]) -> Mapping[int, int]:
    """Return the records of persons who have more than one."""
    doubled = {person for record, person in records.items() if record != person}
    return {record: person for record, person in records.items() if person in doubled}


def stays_of(records: Mapping[int, int], *, period: Period) -> list[Stay]:
    """Return the visits of persons around a period as stored, each theirs who has the record."""
    found = statements.rows("visits_of_persons", persons=[*records], since=period.start, until=period.end)
    return [stay(row, records) for row in found]


def _refined(
    found: Sequence[Meeting], *, cases: Mapping[int, int], records: Mapping[int, int], period: Period, minutes: int
) -> list[Meeting]:
    """Return the meetings of ``cases`` with tiers, the time in one zone, and the flags of their own visits."""
    own = statements.rows("own_scans", persons=[*cases], since=period.start, until=period.end)
    judged = _with_case_flags(found, own=[stay(row[:6], records) for row in own])
    zoned = {row[1]: timedelta(minutes=row[6]) for row in own if row[6]}
    at_zoned = [meeting for meeting in judged if meeting.premises in zoned]
    if not at_zoned:
        return judged
    scans = _scans(at_zoned, records=records, longest=zoned)
    return zones.refined(judged, zoned=zoned, scans=scans, layout=layout(zoned), minutes=minutes)


def zone_times(*, records: Mapping[int, int], period: Period) -> list[Stay]:
    """Return when persons were in which zones in a period, in order of time."""
    own = statements.rows("own_scans", persons=[*records], since=period.start, until=period.end)
    rooms = layout({row[1] for row in own if row[6]})
    by_place: defaultdict[tuple[int, int], list[Stay]] = defaultdict(list)
    for scan in zones.until_left(rules.trimmed(stay(row[:6], records) for row in own), layout=rooms):
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


def left(found: Sequence[Stay]) -> list[Stay]:
    """Return visits as stored, none longer than until their person scanned on leaving the premises."""
    zoned = {each.premises for each in found if each.zone is not None}
    return zones.until_left(found, layout=layout(zoned))


def stay(row: tuple[int, int, datetime, datetime, int, int | None], records: Mapping[int, int] | None = None) -> Stay:
    """Return a row of the log as a stay, theirs who has the record."""
    person, premises, checked_in, until, flags, zone = row
    observed = bool(flags & rules.OBSERVED)
    who = records.get(person, person) if records else person
    return Stay(who, premises, Period(checked_in, until), observed, zone, flags & ~rules.OBSERVED)


def _with_case_flags(found: Sequence[Meeting], *, own: Sequence[Stay]) -> list[Meeting]:
    """Return the meetings with the flags of the cases' visits; hardly any has one, and then nothing is made anew."""
    cut = [each for each in rules.trimmed(own) if each.flags]
    return rules.flagged(found, stays=cut, case=True) if cut else list(found)


def _scans(found: Sequence[Meeting], *, records: Mapping[int, int], longest: Mapping[int, timedelta]) -> list[Stay]:
    """Return everybody's scans at the meetings' premises while they lasted."""
    windows: defaultdict[int, list[Period]] = defaultdict(list)
    for meeting in found:
        start = meeting.period.start - longest[meeting.premises]
        windows[meeting.premises].append(Period(start, meeting.period.end))
    asked = [(premises, period) for premises, periods in windows.items() for period in unite(periods)]
    read: list[tuple[Any, ...]] = statements.rows(
        "zone_scans",
        premises=[premises for premises, _ in asked],
        starts=[period.start for _, period in asked],
        ends=[period.end for _, period in asked],
        persons=[*{*records, *(meeting.person for meeting in found)}],
        first=min(period.start for _, period in asked),
        last=max(period.end for _, period in asked),
    )
    return [stay(row, records) for row in dict.fromkeys(read)]
