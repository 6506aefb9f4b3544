"""A log to write visits into: the days around noon exist, premises have numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from jejak.kernel.periods import Period
from jejak.visits.rules import OBSERVED, Stay


@dataclass
class Log:
    """Writes stays as the lane would; minutes count from noon of Friday 21 January 2022 in Kuala Lumpur."""

    noon: datetime = datetime(2022, 1, 21, 4, tzinfo=UTC)

    def at(self, minute: float) -> datetime:
        return self.noon + timedelta(minutes=minute)

    def period(self, start: float, end: float) -> Period:
        return Period(self.at(start), self.at(end))

    def premises(self, *, longest: int = 1440, state: str = "MY-10", **more: Any) -> int:
        from jejak.premises.models import Premises

        row = Premises.objects.create(
            name="Kedai Contoh", kind="shop", address="1 Jalan Contoh", state=state, district="Petaling",
            longest_minutes=longest, created_at=self.noon, **{"opening_hours": {}, "stay_minutes": min(longest, 30)} | more,
        )  # fmt: skip
        return int(row.pk)

    def add(self, *stays: Stay) -> None:
        rows = [
            (
                stay.premises,
                stay.period.start,
                uuid4(),
                stay.period.end,
                stay.person,
                stay.zone,
                stay.person + 1,  # everybody has a phone of their own
                OBSERVED * stay.observed | stay.flags,
            )
            for stay in stays
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )

    def zone(self, premises: int, *, minutes: int | None = None, kind: str = "room") -> int:
        from jejak.premises.models import Zone

        name = f"Zon {Zone.objects.count() + 1}"
        return int(Zone.objects.create(premises_id=premises, name=name, stay_minutes=minutes, kind=kind).pk)

    def stay(
        self,
        person: int,
        premises: int,
        start: float,
        end: float,
        *,
        observed: bool = True,
        zone: int | None = None,
        flags: int = 0,
    ) -> Stay:
        made = Stay(person, premises, self.period(start, end), observed=observed, zone=zone, flags=flags)
        self.add(made)
        return made


@pytest.fixture
def log(db: None) -> Log:
    """A log with two days before and four after noon."""
    made = Log()
    with connection.cursor() as cursor:
        first = made.noon.date()
        cursor.execute("select visits_make_partitions(%s, %s)", [first - timedelta(days=2), first + timedelta(days=4)])
    return made
