"""Keeping a case's stays with the case, as the log is deleted after weeks: copies of scans, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jejak.kernel.periods import Period
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.tracing.models import CaseStay
from jejak.tracing.queries.profiles import view
from jejak.tracing.windows import Dates, Direction, window
from jejak.visits import queries as visits

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import Look
    from jejak.tracing.models import Case
    from jejak.visits.rules import Stay

SCAN: Final = "scan"


def whole(row: Case, *, at: datetime) -> Period:
    """Return the whole time that a case is about: from where it may have been infected to whom it may infect."""
    return Period(part(row, Direction.BACKWARD, at=at).start, part(row, Direction.FORWARD, at=at).end)


def part(row: Case, direction: Direction, *, at: datetime) -> Period:
    """Return the window of a case in one direction, by the profile that it was opened with."""
    dates = Dates(onset=row.onset, sample=row.sample)
    return window(direction=direction, dates=dates, days=view(row.profile).days, today=local_day(at))


def log_stays(row: Case, *, look: Look, at: datetime) -> list[Stay]:
    """Return the stays of a case that the log still has, within a look that names whom it is of."""
    if row.person_id is None:
        return []
    persons = people.together([row.person_id])
    return visits.stays_of(persons=persons, period=whole(row, at=at), by=look.by, purpose=look.purpose, look=look)


def keep(row: Case, *, look: Look, at: datetime) -> int:
    """Return how many stays of a case are newly kept; a copy that the log now says otherwise takes its place."""
    stays = log_stays(row, look=look, at=at)
    began = visits.check_ins_of(stays, look=look)
    there = {each.visit: each for each in CaseStay.objects.filter(case=row, source=SCAN, ended_at=None)}
    fresh = []
    for stay, visit in began.items():
        copy = _copy(row, stay, at=at)
        copy.visit = visit
        old = there.get(visit)
        if old is not None and _same(old, copy):
            continue
        if old is not None:
            CaseStay.objects.filter(pk=old.pk).update(ended_at=at)
        fresh.append(copy)
    CaseStay.objects.bulk_create(fresh)
    return len(fresh)


def _copy(row: Case, stay: Stay, *, at: datetime) -> CaseStay:
    return CaseStay(
        case=row,
        premises_id=stay.premises,
        zone_id=stay.zone,
        start=stay.period.start,
        end=stay.period.end,
        observed=stay.observed,
        flags=stay.flags,
        source=SCAN,
        added_at=at,
    )


def _same(old: CaseStay, new: CaseStay) -> bool:
    said = ("premises_id", "start", "end", "observed", "flags")
    return all(getattr(old, name) == getattr(new, name) for name in said)
