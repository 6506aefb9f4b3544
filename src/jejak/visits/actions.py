"""Changing the visit log by the day: making the days to come, dropping the days that are past."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connections
from django.db.utils import OperationalError

from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.visits import queries
from jejak.visits.errors import LogBusy, TooManyDays

if TYPE_CHECKING:
    from datetime import datetime

DAYS_AHEAD: Final = 60
MOST_DAYS_AT_ONCE: Final = 31
"""More days than this with visits in them are not dropped without force: a clock 400 days ahead would drop them all."""
TRIES: Final = 20
WAIT_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Dropped:
    """A local day that went, and how many visits it held."""

    day: date
    visits: int


def make_partitions(*, now: datetime, days: int | None = None) -> int:
    """Return how many days were made so that all from ``days`` ago (those visits are kept for) to 60 ahead exist.

    :raises LogBusy: somebody holds the log for longer than the tries last.
    """
    today = local_day(now)
    back = settings().visit_days if days is None else days
    made: int | None = _patiently(
        "default",
        "select visits_make_partitions(%s, %s)",
        [today - timedelta(days=back), today + timedelta(days=DAYS_AHEAD)],
    )
    return made or 0


def make_days(*, first: date, last: date) -> int:
    """Return how many days between two were made; for imports of days that nobody foresaw.

    :raises LogBusy: somebody holds the log for longer than the tries last.
    """
    made: int | None = _patiently("default", "select visits_make_partitions(%s, %s)", [first, last])
    return made or 0


def run_retention(*, on: date, days: int, dry_run: bool = False, force: bool = False) -> list[Dropped]:
    """Return the local days more than ``days`` before ``on`` that were dropped, oldest first; a second run drops none.

    With ``dry_run`` they are only counted.

    :raises TooManyDays: more than 31 days with visits in them would go at once, and nobody said ``force``.
    :raises LogBusy: somebody reads the log for longer than the tries last; what was dropped until then stays dropped.
    """
    past = [Dropped(day, queries.visits_on(day)) for day in queries.days() if day < on - timedelta(days=days)]
    if sum(one.visits > 0 for one in past) > MOST_DAYS_AT_ONCE and not force and not dry_run:
        raise TooManyDays(days=len(past))
    return past if dry_run else [_drop(one.day) for one in past]


def _drop(day: date) -> Dropped:
    visits: int | None = _patiently("retention", "select visits_drop_partition(%s)", [day])
    return Dropped(day, visits or 0)


def _patiently(alias: str, statement: str, values: list[date]) -> int | None:
    """Run a statement that gives up quickly when it must wait, until it does not have to."""
    for attempt in range(TRIES):
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(statement, values)
                row = cursor.fetchone()
                return row[0] if row else None
        except OperationalError as error:
            waited = isinstance(error.__cause__, psycopg.errors.LockNotAvailable)
            if not waited or connections[alias].in_atomic_block:
                raise
            time.sleep(WAIT_SECONDS * (1 + attempt / 4))
    raise LogBusy
