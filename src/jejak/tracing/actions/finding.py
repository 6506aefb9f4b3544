"""What the log and the interviews say of whom some cases met, read under one look: nobody's name is opened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jejak.kernel.periods import Period
from jejak.kernel.places import local_midnight
from jejak.people import queries as people
from jejak.tracing.actions.becoming import said_cases
from jejak.tracing.actions.saying import once
from jejak.tracing.exposures import Exposed, Told, stretch
from jejak.tracing.models import Case, CaseStay, SaidContact
from jejak.tracing.rules import REMEMBERED
from jejak.tracing.windows import DAY
from jejak.visits import queries as visits
from jejak.visits import rules as log
from jejak.visits.rules import Stay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.access.actions import Look
    from jejak.tracing.exposures import Stretch
    from jejak.tracing.models import RunCase
    from jejak.visits.rules import Meeting

    Met = tuple[int, Meeting]  # a case's number, and whom it met

PERSON, SAID = "person", "said"
"""Who a contact is: somebody the log knows, or somebody whom an interview alone knows."""
NOBODY: Final = 0
"""Stands for a case whom the log does not know; no person has this number."""


def persons_of(rows: Iterable[RunCase]) -> dict[int, list[int]]:
    """Return the cases of each person, as they are read."""
    known = {row.case_id: row.case.person_id for row in rows if row.case.person_id is not None}
    read_as = people.same_as(known.values())
    found: defaultdict[int, list[int]] = defaultdict(list)
    for case, person in known.items():
        found[read_as[person]].append(case)
    return dict(found)


def found_of(
    rows: Sequence[RunCase], *, minutes: int, forward: bool, look: Look
) -> dict[int, dict[tuple[str, int], Exposed]]:
    """Return for each case who was exposed and how; all of ``rows`` have one window.

    Who is an open case of the disease is no contact. ``forward`` takes in whom interviews name, too.
    """
    period = Period(rows[0].start, rows[0].end)
    cases = persons_of(rows)
    met = _scanned(cases, period=period, minutes=minutes, look=look)
    met += _remembered(rows, cases, scanned=met, period=period, minutes=minutes, look=look)
    sick = _cases_of(rows[0].case.disease)
    stretches = _stretches([each for each in met if each[1].person not in sick], cases, period=period, look=look)
    told = _told(rows, sick=sick, period=period) if forward else {}
    return {
        row.case_id: {
            who: Exposed(tuple(sorted(stretches.get((row.case_id, who), ()))), tuple(told.get((row.case_id, who), ())))
            for case, who in dict.fromkeys([*stretches, *told])
            if case == row.case_id
        }
        for row in rows
    }


def _scanned(cases: Mapping[int, Sequence[int]], *, period: Period, minutes: int, look: Look) -> list[Met]:
    if not cases:
        return []
    found = visits.meetings_of(
        persons=[*cases], period=period, minutes=minutes, by=look.by, purpose=look.purpose, look=look
    )
    return [(case, meeting) for meeting in found for case in cases[meeting.case]]


def _remembered(
    rows: Sequence[RunCase],
    cases: Mapping[int, Sequence[int]],
    *,
    scanned: Iterable[Met],
    period: Period,
    minutes: int,
    look: Look,
) -> list[Met]:
    """Return who was there during stays that somebody remembered; what the log shows of the two already stands."""
    person_of = {case: person for person, own in cases.items() for case in own}
    known: defaultdict[tuple[int, int, int], list[Period]] = defaultdict(list)
    for case, meeting in scanned:
        known[case, meeting.person, meeting.premises].append(meeting.period)
    said = CaseStay.objects.filter(case__in=[row.case_id for row in rows], ended_at=None, premises_id__isnull=False)
    found: list[Met] = []
    for stay in said.exclude(source="scan").order_by("pk"):
        part = Period(stay.start, stay.end).overlap(period)
        if part is None or stay.premises_id is None:
            continue
        who = person_of.get(stay.case_id, NOBODY)
        there = visits.visitors_of(premises=stay.premises_id, period=part, by=look.by, purpose=look.purpose, look=look)
        remembered = Stay(who, stay.premises_id, part, observed=False, flags=stay.flags)
        met = log.flagged(log.meetings(cases=[remembered], others=there, minutes=minutes), stays=there)
        found += [
            (stay.case_id, replace(each, case_flags=stay.flags | REMEMBERED))
            for each in met
            if not any(each.period.overlap(one) for one in known[stay.case_id, each.person, each.premises])
        ]
    return found


def _stretches(
    met: Sequence[Met], cases: Mapping[int, Sequence[int]], *, period: Period, look: Look
) -> dict[tuple[int, tuple[str, int]], list[Stretch]]:
    asked: defaultdict[int, list[Period]] = defaultdict(list)
    for _case, meeting in met:
        asked[meeting.premises].append(meeting.period)
    crowds = visits.crowds(asked=asked)
    zones = _zones(met, cases, period=period, look=look)
    found: defaultdict[tuple[int, tuple[str, int]], list[Stretch]] = defaultdict(list)
    for case, meeting in met:
        found[case, (PERSON, meeting.person)].append(stretch(meeting, zone=_zone(meeting, zones), crowds=crowds))
    return found


def _zones(met: Iterable[Met], cases: Mapping[int, Sequence[int]], *, period: Period, look: Look) -> Sequence[Stay]:
    """Return when the cases were in which zones, if any of those who met were where there are some."""
    if not any(meeting.near for _case, meeting in met):
        return ()
    return visits.zone_times_of(persons=[*cases], period=period, by=look.by, purpose=look.purpose, look=look)


def _zone(meeting: Meeting, zones: Iterable[Stay]) -> int | None:
    """Return the zone in which two were together first."""
    if not meeting.near:
        return None
    here = (one for one in zones if (one.person, one.premises) == (meeting.case, meeting.premises))
    return next((one.zone for one in here if one.period.overlap(meeting.near[0])), None)


def _cases_of(disease: str) -> frozenset[int]:
    """Return who is an open case of a disease, anywhere."""
    ill = Case.objects.filter(disease=disease, closed_at=None, person__isnull=False).exclude(classification="discarded")
    return frozenset(people.same_as(ill.values_list("person_id", flat=True)).values())


def _told(
    rows: Sequence[RunCase], *, sick: frozenset[int], period: Period
) -> dict[tuple[int, tuple[str, int]], list[Told]]:
    """Return whom interviews name as met within the window, each known to the log as that person."""
    open_ones = SaidContact.objects.filter(case__in=[row.case_id for row in rows], ended_at=None)
    listed = list(open_ones.select_related("case").order_by("pk"))
    ill = said_cases(listed, disease=rows[0].case.disease)
    named = [one for one in listed if one.pk not in ill]
    first = once(named)
    read_as = people.same_as(one.person_id for one in named if one.person_id is not None)
    found: defaultdict[tuple[int, tuple[str, int]], list[Told]] = defaultdict(list)
    for one in named:
        person = read_as[one.person_id] if one.person_id is not None else None
        days = Period(local_midnight(one.first_day), local_midnight(one.last_day + DAY)).overlap(period)
        if person not in sick and days is not None:
            who = (SAID, first.get(one.pk, one.pk)) if person is None else (PERSON, person)
            found[one.case_id, who].append(Told(days, one.relation))
    return found
