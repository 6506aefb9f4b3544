"""The published figures that the demo follows, read from the small tables in ``data/``.

Source: data/README.md beside this file, which also says how they were computed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ATTRIBUTION = (
    "Source: Ministry of Health Malaysia (MoH-Malaysia/covid19-public) and CITF-Malaysia/citf-public. "
    "Data dan maklumat tertakluk di bawah Terma Penggunaan Data Terbuka Kerajaan Malaysia 1.0."
)
HALF_HOURS = 48
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a nation's check-ins look like over a week and across the states.

    ``half_hours`` is 7 × 48, every row (a weekday, Monday first) summing to 1; ``weekdays`` holds 7 factors
    around 1; ``states`` maps ISO 3166-2:MY codes to shares that sum to 1.
    """

    half_hours: NDArray[np.float64]
    weekdays: NDArray[np.float64]
    states: dict[str, float]


@cache
def figures() -> Figures:
    """Return the tables, normalised."""
    half_hours = np.array([[float(row[day]) for row in _rows("halfhours.csv")] for day in WEEKDAYS])
    weekdays = np.array([float(row["factor"]) for row in _rows("weekdays.csv")])
    shares = {row["state"]: float(row["share"]) for row in _rows("states.csv")}
    whole = sum(shares.values())
    return Figures(
        half_hours=half_hours / half_hours.sum(axis=1, keepdims=True),
        weekdays=weekdays / weekdays.mean(),
        states={state: share / whole for state, share in shares.items()},
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = files("jejak.demo").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
