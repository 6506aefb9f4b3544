"""A small town: premises, people and their visits, in a window that the database has days for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from tracing.cases import case_of
from tracing.office import Office

from jejak.kernel import clock
from jejak.kernel.ids import uuid7_at
from jejak.kernel.places import KUALA_LUMPUR, local_day, local_midnight

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User

OBSERVED = 1


@dataclass
class Town:
    """Writes what the lane would write; ``at(hour)`` counts from the midnight before yesterday, local time."""

    midnight: datetime
    places: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    zones: dict[str, int] = field(default_factory=dict)

    def at(self, hour: int, minute: int = 0) -> datetime:
        return self.midnight + timedelta(hours=hour, minutes=minute)

    def place(self, name: str, *, branch: str = "") -> int:
        from jejak.premises.models import Poster, Premises

        row = Premises.objects.create(
            name=name, branch=branch, kind="shop", address="1 Jalan Contoh", state="MY-10", district="Petaling",
            opening_hours={}, stay_minutes=60, longest_minutes=480, created_at=self.midnight,
        )  # fmt: skip
        Poster.objects.create(premises=row, short_code=self.short_code(f"{name}{branch}"), issued_at=self.midnight)
        self.places[name] = row.pk
        return row.pk

    def zone(self, place: str, name: str) -> int:
        from jejak.premises.models import Zone

        self.zones[name] = Zone.objects.create(premises_id=self.places[place], name=name, stay_minutes=30).pk
        return self.zones[name]

    @staticmethod
    def short_code(name: str) -> str:
        from hashlib import sha256

        from jejak.formats import shortcode

        return shortcode.make(int.from_bytes(sha256(name.encode()).digest()[:4]) >> 2)

    def person(self, name: str, phone: str = "") -> int:
        from jejak.people import actions as people

        phone = phone or f"01{len(self.persons) + 20_000_000:08d}"
        number = people.upsert_claimed(phone=phone, name=name, at=self.midnight)
        self.persons[name] = number
        return number

    def visit(
        self,
        name: str,
        place: str,
        start: datetime,
        minutes: float,
        *,
        observed: bool = True,
        zone: str = "",
        flags: int = 0,
    ) -> UUID:
        visit = uuid7_at(start)
        values: list[Any] = [
            self.places[place], start, visit, start + timedelta(minutes=minutes), self.persons[name],
            self.zones.get(zone), 1, (OBSERVED if observed else 0) | flags,
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                values,
            )
        return visit


@pytest.fixture
def town(db: None) -> Town:
    """An empty town whose first day is the day before yesterday."""
    first = local_day(clock.now()) - timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [first - timedelta(days=1), first + timedelta(days=4)])
    return Town(local_midnight(first).astimezone(KUALA_LUMPUR))


@pytest.fixture
def case(town: Town) -> Town:
    """Aminah was at the shop from 9 to 11 and at the market from 14 to 15; others were there too."""
    for place in ("Kedai Runcit", "Pasar Malam"):
        town.place(place)
    for name, phone in [
        ("Aminah binti Ali", "0123456789"),
        ("Razak bin Abu", "0198887777"),
        ("Tan Mei Ling", "01122223333"),
    ]:
        town.person(name, phone)
    town.person('=HYPERLINK("http://jahat.example","klik")', "0171112222")
    town.person("Jauh binti Lain", "0165554444")
    town.visit("Aminah binti Ali", "Kedai Runcit", town.at(9), 120)
    town.visit("Aminah binti Ali", "Pasar Malam", town.at(14), 60)
    town.visit("Razak bin Abu", "Kedai Runcit", town.at(9, 30), 60)
    town.visit("Razak bin Abu", "Pasar Malam", town.at(14, 30), 60, observed=False)
    town.visit("Tan Mei Ling", "Kedai Runcit", town.at(10, 45), 60)
    town.visit('=HYPERLINK("http://jahat.example","klik")', "Pasar Malam", town.at(14, 10), 30)
    town.visit("Jauh binti Lain", "Kedai Runcit", town.at(12), 60)
    return town


@pytest.fixture
def asked(case: Town, officer: Any) -> dict[str, Any]:
    """What an officer fills in about Aminah."""
    return {
        "case": case_of(officer, person=case.persons["Aminah binti Ali"]).number,
        "phone": "012-345 6789",
        "start": f"{case.at(0):%Y-%m-%dT%H:%M}",
        "end": f"{case.at(48):%Y-%m-%dT%H:%M}",
        "minutes": "15",
        "purpose": "Kes 2022/104, kluster Tembok",
    }


@pytest.fixture
def office(officer: User, demo_node: None) -> Office:
    """The health office that the officer works for."""
    return Office.open(officer)
