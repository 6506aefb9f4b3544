"""How near people came to each other in a mall: tables to read without knowing the program.

A line reads: who, where, from, until. ``mall/books`` is a scan of the bookshop's poster, ``mall`` one at the entrance.
``until`` with a question mark is an estimate: the visitor did not scan on leaving. Aminah scans at the entrance, in
three shops, and at the exit. People typically stay 30 minutes in
a shop of this mall; the case is Aminah, and contacts are those together for at least 15 minutes.

high: at least so long in the same shop (or in a premises without zones). medium: in the mall at the same time, and
nobody knows where one of them was. low: known to have been in different shops. Behind the tier: minutes in the same
shop, of all minutes in the mall.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.premises.models import Premises, Zone
from jejak.premises.zonekinds import zone_kind
from jejak.trail.rules import Purpose
from jejak.visits import queries, zones
from jejak.visits.rules import Stay
from jejak.visits.zones import Layout

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.visits.rules import Contact

MINUTES, IN_A_SHOP = 15, 30
AMINAH = """
    Aminah   mall           10:00  11:50
    Aminah   mall/books     10:10  12:10?
    Aminah   mall/phones    10:45  12:45?
    Aminah   mall/food      11:20  13:20?
"""
TABLES = {
    "only who was in the same shop ranks high": (
        """
        Razak    mall/books     10:05  10:35
        Mei      mall/food      11:20  12:10
        Kavitha  mall           10:00  12:00?
        Salleh   mall/cinema    10:00  12:00
        Jeffrey  mall/toys      10:10  10:40
        """,
        "Mei high 30/30; Razak high 25/30; Kavitha medium 0/110; Salleh low 0/110; Jeffrey low 0/30",
    ),
    "from shop to shop together": (
        """
        Razak    mall/books     10:12  12:12?
        Razak    mall/phones    10:46  12:46?
        """,
        "Razak high 57/98",
    ),
    "fourteen minutes in the same shop are too few": (
        """
        Razak    mall/books     10:05  10:24
        """,
        "Razak medium 14/19",  # five of the nineteen minutes Aminah was nobody knows where
    ),
    "a scan at the next shop ends the time in the last": (
        """
        Razak    mall/books     10:10  12:10?
        Razak    mall/toys      10:20  12:20?
        Razak    mall/books     10:50  11:20
        """,
        "Razak medium 10/100",  # Aminah is in the shop until 10:40; afterwards she may be with Razak again
    ),
    "after a shop's usual stay nobody knows": (
        """
        Razak    mall/toys      10:00  12:00?
        """,
        "Razak medium 0/110",  # from 10:30 on they may have been anywhere in the mall
    ),
    "a zone scan does not end the stay in the mall": (
        """
        Razak    mall           10:00  12:00?
        Razak    mall/toys      10:05  10:10
        """,
        "Razak medium 0/110",
    ),
    "a scan at another premises does": (
        """
        Razak    mall/books     10:10  12:10?
        Razak    pharmacy       10:30  10:45
        """,
        "Razak high 20/20",
    ),
    "a scan at the exit ends the stay, whatever the shops' posters estimate": (
        """
        Razak    mall/food      11:30  13:30?
        Mei      mall           09:50  11:10
        Mei      mall/phones    10:50  12:50?
        """,
        "Mei high 20/70; Razak high 20/20",
    ),
    "a premises without zones is one room": (
        """
        Aminah   pharmacy       13:00  13:20
        Razak    pharmacy       13:00  13:20
        """,
        "Razak high 20/20",
    ),
}


def at(clock: str) -> datetime:
    return datetime.strptime(f"2022-01-21 {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=KUALA_LUMPUR)


def read(table: str) -> tuple[list[Stay], dict[str, int], dict[str, int], dict[str, int]]:
    people: dict[str, int] = {}
    places: dict[str, int] = {}
    shops: dict[str, int] = {}
    stays = []
    for who, where, start, end in (line.split() for line in table.strip().splitlines()):
        place, _, shop = where.partition("/")
        stays.append(
            Stay(
                person=people.setdefault(who, len(people)),
                premises=places.setdefault(place, len(places)),
                period=Period(at(start), at(end.rstrip("?"))),
                observed=not end.endswith("?"),
                zone=shops.setdefault(shop, 100 + len(shops)) if shop else None,
            )
        )
    return stays, people, places, shops


@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES.keys())
def test_who_was_near_in_a_mall(table: str, expected: str) -> None:
    stays, people, places, shops = read(AMINAH.strip() + "\n" + table.strip())
    names = {number: name for name, number in people.items()}
    found = zones.contacts(
        cases=[people["Aminah"]],
        stays=stays,
        period=Period(at("08:00"), at("23:00")),
        minutes=MINUTES,
        zoned={places["mall"]},
        layout=Layout(dict.fromkeys(shops.values(), IN_A_SHOP)),
    )
    told = [f"{names[one.person]} {one.tier.name.lower()} {one.near}/{one.minutes}" for one in found]
    assert "; ".join(told) == expected


# A mall with posters at its doors and in its shops, none with a stay of its own; people typically stay two hours in the
# mall, so everybody is estimated to be there two hours after each scan. The case is Borhan. Ravi, Siti and Wong were in
# no shop with him; they left by the same door around the same time. Nadia was in Kedai A with him for 32 minutes.
DOORS = """
    Borhan   mall/masuk     10:00  12:00?
    Borhan   mall/kedai-a   10:05  12:05?
    Borhan   mall/kedai-b   10:40  12:40?
    Borhan   mall/kedai-c   11:20  13:20?
    Borhan   mall/keluar    12:00  14:00?
    Ravi     mall/masuk     10:38  12:38?
    Ravi     mall/kedai-d   10:40  12:40?
    Ravi     mall/keluar    11:25  13:25?
    Siti     mall/masuk     11:18  13:18?
    Siti     mall/kedai-d   11:20  13:20?
    Siti     mall/keluar    12:00  14:00?
    Wong     mall/masuk     11:55  13:55?
    Wong     mall/kedai-d   11:57  13:57?
    Wong     mall/keluar    12:03  14:03?
    Nadia    mall/masuk     10:06  12:06?
    Nadia    mall/kedai-a   10:08  12:08?
    Nadia    mall/keluar    10:50  12:50?
    Jeffrey  mall/keluar    12:01  14:01?
    Mei      mall/masuk     09:00  11:00?
    Mei      mall/keluar    09:50  11:50?
    Mei      mall/kedai-b   10:45  12:45?
    Mei      mall/keluar    11:10  13:10?
"""
# Jeffrey scanned at the exit alone, and was there for five minutes; Mei left before Borhan came, and came back.
MET_AT_DOORS = "Nadia high 32/49; Mei high 25/30; Ravi low 0/52; Siti low 0/47"


def as_told(found: list[Contact], people: dict[str, int]) -> str:
    names = {number: name for name, number in people.items()}
    return "; ".join(f"{names[one.person]} {one.tier.name.lower()} {one.near}/{one.minutes}" for one in found)


def test_an_exit_is_no_room_and_ends_the_stay() -> None:
    stays, people, places, zone = read(DOORS)
    layout = Layout(
        {number: 5 if name in {"masuk", "keluar"} else 45 for name, number in zone.items()},
        doors={zone["masuk"], zone["keluar"]},
        exits={zone["keluar"]},
    )
    found = zones.contacts(
        cases=[people["Borhan"]],
        stays=stays,
        period=Period(at("08:00"), at("23:00")),
        minutes=MINUTES,
        zoned={places["mall"]},
        layout=layout,
    )
    assert as_told(found, people) == MET_AT_DOORS
    assert not any(one.observed for one in found)  # the ends at the exit are estimates still


@pytest.mark.django_db
def test_the_search_finds_the_same_at_the_doors(officer: User, exercise: Purpose) -> None:
    stays, people, _, names = read(DOORS)
    when = at("00:00")
    mall = Premises.objects.create(
        name="Pusat Contoh", kind="mall", address="1 Jalan Contoh", state="MY-10", district="Petaling",
        opening_hours={}, stay_minutes=120, longest_minutes=480, created_at=when,
    )  # fmt: skip
    numbers = {
        number: Zone.objects.create(premises=mall, name=name, kind=zone_kind(name=name)).pk
        for name, number in names.items()
    }
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [when.date(), when.date()])
        cursor.executemany(
            "insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)"
            " values (%s, %s, gen_random_uuid(), %s, %s, %s, 0, 0)",
            [(mall.pk, stay.period.start, stay.period.end, stay.person, numbers[stay.zone or 0]) for stay in stays],
        )
    period = Period(at("08:00"), at("23:00"))
    case = [people["Borhan"]]
    ask: dict[str, Any] = {"by": officer, "purpose": exercise}
    found = queries.contacts_of(persons=case, period=period, minutes=MINUTES, **ask)
    assert as_told(found, people) == MET_AT_DOORS
    (stay,) = queries.stays_of(persons=case, period=period, **ask)
    assert (stay.period, stay.observed) == (Period(at("10:00"), at("12:05")), False)
    there = queries.visitors_of(premises=mall.pk, period=Period(at("11:30"), at("23:00")), **ask)
    told = {name for name, number in people.items() if number in {each.person for each in there}}
    assert told == {"Borhan", "Siti", "Wong", "Jeffrey"}
    shown = [(each.zone, each.period.minutes) for each in queries.zone_times_of(persons=case, period=period, **ask)]
    assert shown == [
        (numbers[names[name]], minutes)
        for name, minutes in (("masuk", 5), ("kedai-a", 35), ("kedai-b", 40), ("kedai-c", 40), ("keluar", 5))
    ]
    inside = {
        clock: queries.inside(premises=mall.pk, zone=None, now=at(clock)) for clock in ("11:57", "12:02", "12:04")
    }
    assert inside == {"11:57": 3, "12:02": 1, "12:04": 0}
