"""Counting and publishing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, Sum

from jejak.access import queries as access
from jejak.insights.models import Counted, Day, Headline
from jejak.insights.rules import (
    LEAST,
    OTHER,
    PEOPLE,
    PREMISES,
    SEARCHES,
    VISITORS,
    VISITS,
    apart,
    in_steps,
    publishable,
)
from jejak.kernel.places import STATES, day_bounds, local_day, local_midnight
from jejak.kernel.settings import settings
from jejak.store import sql
from jejak.trail import queries as trail

SEARCH: Final = "tracing.search"
"""The trail's word for a contact search or a look at a premises' visitors."""
_LOCK: Final = 7620210827


@transaction.atomic
def refresh(*, now: datetime, days: int = 1) -> None:
    """Publish a new edition of the numbers.

    The last ``days`` are counted anew, today being one, and all since the last edition; the others stay as they were
    counted. The first time, all that the visit log holds are counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    _count_days(now=now, days=days)
    for metric, cells in ((PREMISES, _premises()), (VISITS, _visits()), (SEARCHES, _searches())):
        edition = publishable(cells=dict.fromkeys(STATES, 0) | cells)
        _publish(metric, {"": edition.whole, **edition.cells}, now=now)
    # Once a day, at night: counted more often, the number would move with a single late check-in.
    if days >= settings().visit_days or not Headline.objects.filter(metric=VISITORS).exists():
        yesterday = local_day(now) - timedelta(days=1)
        _publish(VISITORS, apart(cells=dict.fromkeys(STATES, 0) | _visitors(yesterday)), now=now)
    people = _stepped(PEOPLE, {"": _people()})[""]
    _publish(PEOPLE, {"": people if people >= LEAST else None}, now=now)


def _count_days(*, now: datetime, days: int) -> None:
    today = local_day(now)
    known = Day.objects.aggregate(last=Max("day"))["last"] or date.min
    oldest = today - timedelta(days=settings().visit_days)
    first = max(oldest, min(known, today - timedelta(days=days - 1)))
    counted = _days(first, today)
    rows = [Day(day=day, state=state, visits=visits) for (day, state), visits in counted.items()]
    gone = Day.objects.filter(day__range=(first, today), visits__gt=0)
    rows += [Day(day=row.day, state=row.state, visits=0) for row in gone if (row.day, row.state) not in counted]
    Day.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day", "state"], update_fields=["visits"])


def _days(first: date, last: date) -> dict[tuple[date, str], int]:
    span = {"start": local_midnight(first), "end": local_midnight(last + timedelta(days=1))}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("insights", "days"), span)
        return {(day, state): visits for day, state, visits in cursor.fetchall()}


def _visits() -> dict[str, int]:
    """Return the check-ins of all days by state."""
    return _stepped(VISITS, dict(Day.objects.values_list("state").annotate(Sum("visits"))))


def _stepped(metric: str, now: dict[str, int]) -> dict[str, int]:
    """Return numbers moved in steps, so that two editions tell nothing of one person, and remember them."""
    before = dict(Counted.objects.filter(metric=metric).values_list("state", "value"))
    stepped = in_steps(before=before, now=now)
    Counted.objects.bulk_create(
        [Counted(metric=metric, state=state, value=value) for state, value in stepped.items()],
        update_conflicts=True,
        unique_fields=["metric", "state"],
        update_fields=["value"],
    )
    return stepped


def _premises() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql.load("insights", "premises"))
        return dict(cursor.fetchall())


def _visitors(day: date) -> dict[str, int]:
    bounds = day_bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(sql.load("insights", "visitors"), {"start": bounds.start, "end": bounds.end})
        return dict(cursor.fetchall())


def _people() -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.load("insights", "people"))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _searches() -> dict[str, int]:
    """Return the searches by the state of the officer's office."""
    by_account = trail.count_by_account(actions=[SEARCH])
    states = access.states_of(by_account)
    found = {OTHER: 0}
    for account, count in by_account.items():
        state = states.get(account) or OTHER
        found[state] = found.get(state, 0) + count
    return found


def _publish(metric: str, values: dict[str, int | None], *, now: datetime) -> None:
    Headline.objects.bulk_create(
        [Headline(metric=metric, state=state, value=value, as_of=now) for state, value in values.items()],
        update_conflicts=True,
        unique_fields=["metric", "state"],
        update_fields=["value", "as_of"],
    )
