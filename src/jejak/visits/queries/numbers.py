"""How many were where: numbers for doors, owners and the public, nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection

from jejak.kernel.periods import unite
from jejak.kernel.places import day_bounds
from jejak.premises.queries import watching
from jejak.store import sql
from jejak.visits.models import Burst
from jejak.visits.queries.statements import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jejak.kernel.periods import Period

HOURS: Final = 24
WEEK: Final = timedelta(days=7)
QUARTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class BurstSeen:
    """An hour in which a place was scanned far more than usual; ``told_at`` is when its owner was told."""

    premises: int
    zone: int | None
    hour: datetime
    scans: int
    usual: int
    told_at: datetime | None


def inside(*, premises: int, zone: int | None, now: datetime) -> int:
    """Return how many people are at a premises, or in one of its zones, as far as check-ins say; each once.

    Who checked in elsewhere or at an exit since is gone; who never checked out counts for the typical stay.
    """
    if zone is None:
        return int(rows("inside", premises=premises, now=now)[0][0])
    part = watching.parts_of([premises]).get(zone)
    if part is None or part.kind == "exit":
        return 0
    return int(rows("inside_zone", premises=premises, zone=zone, minutes=part.minutes, now=now)[0][0])


def hours(*, premises: int, zone: int | None, day: date) -> list[int]:
    """Return the check-ins of a local day by its 24 hours; without ``zone`` those of all the premises' zones too."""
    return _by_hour(premises, zone, [day])[0]


def usual_hours(*, premises: int, zone: int | None, before: date, weeks: int = 4) -> list[float]:
    """Return the mean check-ins by hour on the same weekday in the weeks before a day.

    Days without any check-in are no measure (closed, not yet registered) and left out; 24 zeros if all are.
    """
    days = _by_hour(premises, zone, [before - WEEK * week for week in range(1, weeks + 1)])
    used = [day for day in days if any(day)]
    return [sum(day[hour] for day in used) / len(used) if used else 0.0 for hour in range(HOURS)]


def usual_or_near(*, premises: int, before: date, days: int = 14) -> list[float] | None:
    """Return the `usual_hours` of a day at a premises; without a measure, the mean of the days around it.

    The log may be too young for a week before. ``None`` if the premises had no check-in on any other day either.
    """
    usual = usual_hours(premises=premises, zone=None, before=before)
    if any(usual):
        return usual
    near = [before + timedelta(days=each) for each in range(-days, days + 1) if each]
    used = [day for day in _by_hour(premises, None, near) if any(day)]
    return [sum(day[hour] for day in used) / len(used) for hour in range(HOURS)] if used else None


def crowds(*, asked: Mapping[int, Sequence[Period]]) -> Mapping[tuple[int, datetime], int]:
    """Return how many people were at premises in the quarters of an hour (UTC) that touch some periods there.

    Each person counts once in a quarter; where nobody was there is no number. Nobody's data.
    """
    windows = [(premises, period) for premises, periods in asked.items() for period in unite(periods)]
    if not windows:
        return {}
    found = rows(
        "crowds",
        premises=[premises for premises, _ in windows],
        starts=[period.start for _, period in windows],
        ends=[period.end for _, period in windows],
        first=min(period.start for _, period in windows),
        last=max(period.end for _, period in windows),
    )
    return {(premises, quarter): people for premises, quarter, people in found}


def bursts(*, premises: int, since: datetime) -> tuple[BurstSeen, ...]:
    """Return the hours since a moment in which a premises' posters were scanned far more than usual, newest first."""
    found = Burst.objects.filter(premises_id=premises, hour__gte=since).order_by("-hour", "zone_id")
    return tuple(
        BurstSeen(each.premises_id, each.zone_id, each.hour, each.scans, each.usual, each.told_at) for each in found
    )


def counts_for(*, premises: Sequence[int], period: Period) -> Mapping[int, int]:
    """Return how many check-ins each premises had in ``period``; numbers for its owner, nobody's data."""
    return dict(rows("counts", premises=list(premises), since=period.start, until=period.end))


def counts_of(persons: Sequence[int]) -> Mapping[int, int]:
    """Return how many visits the log holds of each person; those without any are left out."""
    return dict(rows("counts_of_persons", persons=list(persons)))


def tally(day: date) -> Mapping[str, tuple[int, int, int]]:
    """Return visits, people and premises of a local day by state: for public numbers, which suppress small cells."""
    bounds = day_bounds(day)
    found = rows("tally", since=bounds.start, until=bounds.end)
    return {state: (visits, people, places) for state, visits, people, places in found}


def days() -> list[date]:
    """Return the local days that the log has a partition for, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(sql.load("visits", "days"))
        return [row[0] for row in cursor.fetchall()]


def visits_on(day: date) -> int:
    """Return how many check-ins a local day has."""
    bounds = day_bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from visits_visit where checked_in >= %s and checked_in < %s", [bounds.start, bounds.end]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _by_hour(premises: int, zone: int | None, wanted: Sequence[date]) -> list[list[int]]:
    bounds = [day_bounds(day) for day in wanted]
    starts, ends = [each.start for each in bounds], [each.end for each in bounds]
    found = rows(
        "hours", premises=premises, zone=zone, starts=starts, ends=ends, first=min(starts), last=max(ends)
    )  # fmt: skip
    table = [[0] * HOURS for _ in wanted]
    for number, hour, count in found:
        table[number - 1][hour] = count
    return table
