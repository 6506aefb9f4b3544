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

import pytest

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.visits import zones
from jejak.visits.rules import Stay

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
        typical=dict.fromkeys(shops.values(), IN_A_SHOP),
    )
    told = [f"{names[one.person]} {one.tier.name.lower()} {one.near}/{one.minutes}" for one in found]
    assert "; ".join(told) == expected
