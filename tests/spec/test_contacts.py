"""Who counts as a contact: tables to read without knowing the program.

A line reads: who, where, from, until. ``until`` with a question mark is an estimate (the visitor never checked out),
without one it was scanned. All times are of one day, Kuala Lumpur time. The case is Aminah.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from jejak.kernel.periods import Period
from jejak.kernel.places import KUALA_LUMPUR
from jejak.visits import rules
from jejak.visits.rules import Stay

MINUTES = 15

TABLES = {
    "quarter of an hour exactly": (
        """
        Aminah   pharmacy  10:00  11:00
        Razak    pharmacy  10:45  11:30
        """,
        "Razak 15",
    ),
    "fourteen minutes": (
        """
        Aminah   pharmacy  10:00  11:00
        Razak    pharmacy  10:46  11:30
        """,
        "",
    ),
    "one leaves as the other arrives": (
        """
        Aminah   pharmacy  09:00  10:00
        Razak    pharmacy  10:00  11:00
        """,
        "",
    ),
    "same time, other place": (
        """
        Aminah   pharmacy  10:00  11:00
        Razak    bakery    10:00  11:00
        """,
        "",
    ),
    "two scans are one stay": (
        """
        Aminah   mall      10:00  12:00
        Razak    mall      10:00  11:00
        Razak    mall      10:30  11:30
        """,
        "Razak 90",
    ),
    "two short scans make one long enough stay": (
        """
        Aminah   pharmacy  10:00  11:00
        Razak    pharmacy  10:00  10:10
        Razak    pharmacy  10:10  10:20
        """,
        "Razak 20",
    ),
    "two short visits stay two short visits": (
        """
        Aminah   pharmacy  10:00  11:00
        Razak    pharmacy  10:00  10:10
        Razak    pharmacy  10:30  10:40
        """,
        "",
    ),
    "an estimated end gives way to the next check-in elsewhere": (
        """
        Aminah   mall      10:00  12:00
        Razak    mall      10:00  12:00?
        Razak    bakery    10:20  10:50?
        """,
        "Razak 20 estimated",
    ),
    "a scanned end does not": (
        """
        Aminah   mall      10:00  12:00
        Razak    mall      10:00  12:00
        Razak    bakery    10:20  10:50?
        """,
        "Razak 120",
    ),
    "a second scan at the same place moves no end": (
        """
        Aminah   mall      10:00  12:00
        Razak    mall      10:00  12:00?
        Razak    mall      10:20  12:20?
        """,
        "Razak 120 estimated",
    ),
    "the case's own estimate gives way too": (
        """
        Aminah   mall      10:00  12:00?
        Aminah   bakery    10:30  10:50
        Razak    mall      10:00  12:00
        """,
        "Razak 30 estimated",
    ),
    "most time together first": (
        """
        Aminah   mall      10:00  12:00
        Aminah   bakery    13:00  13:30
        Razak    mall      11:30  12:30
        Mei      mall      11:40  12:30
        Mei      bakery    13:00  13:30
        """,
        "Mei 50; Razak 30",
    ),
    "only the window counts": (
        """
        Aminah   mall      22:00  23:59
        Razak    mall      22:30  23:30
        """,
        "Razak 30",  # the window ends at 23:00
    ),
}


def at(clock: str) -> datetime:
    return datetime.strptime(f"2022-01-21 {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=KUALA_LUMPUR)


def read(table: str) -> tuple[list[Stay], dict[str, int]]:
    people: dict[str, int] = {}
    places: dict[str, int] = {}
    stays = []
    for who, where, start, end in (line.split() for line in table.strip().splitlines()):
        stays.append(
            Stay(
                person=people.setdefault(who, len(people)),
                premises=places.setdefault(where, len(places)),
                period=Period(at(start), at(end.rstrip("?"))),
                observed=not end.endswith("?"),
            )
        )
    return stays, people


@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES.keys())
def test_who_is_a_contact(table: str, expected: str) -> None:
    stays, people = read(table)
    names = {number: name for name, number in people.items()}
    window = Period(at("08:00"), at("23:00"))
    found = rules.contacts(cases=[people["Aminah"]], stays=stays, period=window, minutes=MINUTES)
    told = [f"{names[one.person]} {one.minutes}{'' if one.observed else ' estimated'}" for one in found]
    assert "; ".join(told) == expected
