"""How long a close contact stays apart: read from dated tables, the first row that fits; pure.

A table is data: ``{"valid_from", "source", "rows": [{"when": {…}, "days", "tests"}]}``. A row fits when every fact it
names is as it says; a fact that is not known fits no row that names it, so the cautious row, which names fewest, comes
last. ``days`` count from the last exposure, ``tests`` are the days of tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FACTS: Final = {
    "vaccination": frozenset({"boosted", "full", "partial", "none"}),
    "symptoms": frozenset({True, False}),
    "recovered_within_60_days": frozenset({True, False}),
}
"""What a row may ask, and the answers there are."""

MARCH_2022: Final = {
    "valid_from": "2022-03-01",
    "source": "covidprotocol.moh.gov.my, 2022-03-03",
    "rows": [
        {"when": {"vaccination": "boosted", "recovered_within_60_days": True}, "days": 0, "tests": []},
        {"when": {"vaccination": "full", "recovered_within_60_days": True}, "days": 0, "tests": []},
        {"when": {"vaccination": "boosted", "symptoms": False}, "days": 0, "tests": [1, 3]},
        {"when": {"vaccination": "boosted"}, "days": 5, "tests": []},
        {"when": {"vaccination": "full"}, "days": 5, "tests": []},
        {"when": {}, "days": 7, "tests": []},
    ],
}
"""The table in force from 2022-03-01; whoever is not known to be vaccinated is treated as not."""


class TableInvalid(ValueError):
    """A table of quarantine cannot be used."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what must be so, for how many days after the last exposure, and on which days to test."""

    when: Mapping[str, str | bool]
    days: int
    tests: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table and since when it holds."""

    valid_from: date
    source: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """What a table says of a contact: until which day to stay apart (``None``: not at all), and when to test.

    ``row`` is the row that fitted, from 0, so that the page can say why.
    """

    until: date | None
    tests: tuple[date, ...]
    row: int
    table: Table


def read(data: Mapping[str, object]) -> Table:
    """Return a table out of its data.

    :raises TableInvalid: it says something unknown, or its last row does not hold for everybody.
    """
    try:
        rows = tuple(_row(row) for row in data["rows"])  # type: ignore[attr-defined]
        table = Table(date.fromisoformat(str(data["valid_from"])), str(data["source"]), rows)
    except (KeyError, TypeError, ValueError) as error:
        raise TableInvalid(str(error)) from None
    if not rows or rows[-1].when:
        raise TableInvalid("the last row must hold for everybody")
    return table


def in_force(tables: Iterable[Table], *, on: date) -> Table | None:
    """Return the table that holds on a day, or ``None`` before the first."""
    return max((one for one in tables if one.valid_from <= on), key=lambda one: one.valid_from, default=None)


def stay(*, table: Table, facts: Mapping[str, str | bool], last_exposure: date) -> Stay:
    """Return what a table says of a contact; facts that are not known are left out of ``facts``."""
    number, row = next((n, one) for n, one in enumerate(table.rows) if _fits(one, facts))
    tests = tuple(last_exposure + timedelta(days=day) for day in row.tests)
    return Stay(last_exposure + timedelta(days=row.days) if row.days else None, tests, number, table)


def _fits(row: Row, facts: Mapping[str, str | bool]) -> bool:
    return all(facts.get(name) == value for name, value in row.when.items())


def _row(data: Mapping[str, object]) -> Row:
    when, days, tests = data["when"], data["days"], data["tests"]
    if not isinstance(when, dict) or type(days) is not int or not isinstance(tests, list):
        raise TableInvalid("a row has a condition, days and days of tests")
    for name, value in when.items():
        if value not in FACTS.get(name, frozenset()):
            raise TableInvalid(f"{name} is never {value}")
    if not 0 <= days <= 60 or any(type(day) is not int or not 0 <= day <= 60 for day in tests):  # noqa: PLR2004
        raise TableInvalid("days are from 0 to 60")
    return Row(when, days, _days(tests))


def _days(tests: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(tests))
