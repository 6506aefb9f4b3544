"""The numbers of a place's day: how many came, how many are inside, how that compares with usual. Nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.entrance import rules
from jejak.kernel.places import local_day
from jejak.visits import queries as visits

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from jejak.entrance.rules import Light

BURSTS_SHOWN: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many came today and are inside now, and whether another may come in; ``capacity`` where one is known."""

    today: int
    inside: int
    capacity: int | None
    light: Light
    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A local day by its 24 hours: check-ins so far, and the mean of the same weekday in the last four weeks."""

    day: date
    hours: tuple[int, ...]
    usual: tuple[float, ...]
    numbers: Numbers

    @property
    def drawable(self) -> bool:
        """Whether today or usually enough came for a picture in which no single visitor can be told."""
        return max(sum(self.hours), sum(self.usual)) >= rules.LEAST_FOR_A_PICTURE


def numbers(*, premises: int, zone: int | None, capacity: int | None, now: datetime) -> Numbers:
    """Return the numbers that a door shows."""
    hours = visits.hours(premises=premises, zone=zone, day=local_day(now))
    return _numbers(hours, premises=premises, zone=zone, capacity=capacity, now=now)


def day(*, premises: int, zone: int | None, capacity: int | None, now: datetime) -> Day:
    """Return the day of a place up to now."""
    today = local_day(now)
    hours = visits.hours(premises=premises, zone=zone, day=today)
    return Day(
        day=today,
        hours=tuple(hours),
        usual=tuple(visits.usual_hours(premises=premises, zone=zone, before=today)),
        numbers=_numbers(hours, premises=premises, zone=zone, capacity=capacity, now=now),
    )


def unusual(
    *, premises: int, zone: int | None, now: datetime, besides: Collection[int] = ()
) -> tuple[visits.BurstSeen, ...]:
    """Return the hours of the last fortnight in which a place was scanned far more than usual, newest first.

    Those of the zones ``besides`` are left out: they are their tenants' alone.
    """
    found = visits.bursts(premises=premises, since=now - BURSTS_SHOWN)
    return tuple(burst for burst in found if (zone is None or burst.zone == zone) and burst.zone not in besides)


def _numbers(hours: list[int], *, premises: int, zone: int | None, capacity: int | None, now: datetime) -> Numbers:
    inside = visits.inside(premises=premises, zone=zone, now=now)
    light = rules.light(inside=inside, capacity=capacity)
    return Numbers(today=sum(hours), inside=inside, capacity=capacity, light=light, at=now)
