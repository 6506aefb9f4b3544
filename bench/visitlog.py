"""The demo's invented visits as arrays, and their way into PostgreSQL: what the visit benches measure on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jejak.demo import scales
from jejak.demo.copying import HEADER, TRAILER
from jejak.demo.population import generate
from jejak.demo.scales import Scale
from jejak.demo.trades import TRADES
from jejak.kernel.places import local_midnight
from jejak.visits.rules import OBSERVED

if TYPE_CHECKING:
    from datetime import date

    import psycopg
    from numpy.typing import NDArray

    from jejak.demo.population import Population

    Numbers = NDArray[np.int64]

MINUTE = 60_000
"""Moments and lengths are milliseconds."""
DAY = 1440 * MINUTE
EPOCH_2000 = 946_684_800_000
# Visits per premises and per person are those of the seed scale everywhere; only the size differs.
SIZES = {
    "thirtieth": Scale("thirtieth", 1_333, 67_700, 466_667, busiest_a_day=2_800, median_a_day=4.6),
    "tenth": Scale("tenth", 4_000, 203_000, 1_400_000, busiest_a_day=4_500, median_a_day=4.6),
    "seed": scales.SCALES["seed"],
}


@dataclass(frozen=True, slots=True)
class Log:
    """Visits in the order of check-in (identifiers from 1, moments in ms since 1970), and each premises' kind."""

    premises: Numbers
    checked_in: Numbers
    until: Numbers
    person: Numbers
    observed: NDArray[np.bool_]
    id: NDArray[np.uint8]
    people: int
    until_day: date
    stay: Numbers
    longest: Numbers

    def __len__(self) -> int:
        """Return the number of visits."""
        return len(self.premises)

    @property
    def window(self) -> tuple[int, int]:
        """The fortnight before the midnight at which ``until_day`` begins."""
        end = int(local_midnight(self.until_day).timestamp()) * 1000
        return end - 14 * DAY, end


def invent(size: str, *, until_day: date) -> Log:
    """Return the log of a size for the 14 days before ``until_day``, the same each time."""
    scales.SCALES[size] = SIZES[size]
    return _of(generate(scale=size, until=local_midnight(until_day)), until_day)


def _of(population: Population, until_day: date) -> Log:
    visits = population.visits()
    visits = visits.taken(np.argsort(visits.checked_in, kind="stable"))
    trade = population.premises.trade
    return Log(
        premises=visits.premises.astype(np.int64) + 1,
        checked_in=visits.checked_in,
        until=visits.until,
        person=visits.person.astype(np.int64) + 1,
        observed=visits.flags & OBSERVED == OBSERVED,
        id=visits.id,
        people=population.scale.people,
        until_day=until_day,
        stay=np.array([kind.stay for kind in TRADES])[trade].astype(np.int64),
        longest=np.array([kind.longest for kind in TRADES])[trade].astype(np.int64),
    )


def third(log: Log) -> Log:
    """Return every third premises with all its visits, and a third of the people: the same density."""
    kept = (log.premises - 1) % 3 == 0
    return Log(
        premises=(log.premises[kept] - 1) // 3 + 1,
        checked_in=log.checked_in[kept],
        until=log.until[kept],
        person=(log.person[kept] - 1) // 3 + 1,
        observed=log.observed[kept],
        id=log.id[kept],
        people=-(-log.people // 3),
        until_day=log.until_day,
        stay=log.stay[::3],
        longest=log.longest[::3],
    )


COLUMNS = {
    "premises_id": ">i8",
    "checked_in": ">i8",
    "id": "V16",
    "until": ">i8",
    "person_id": ">i8",
    "device_id": ">i8",
}
COPY = f"copy visits_visit ({', '.join(COLUMNS)}, flags) from stdin (format binary)"
ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(
            part
            for name, kind in {**COLUMNS, "flags": ">i2"}.items()
            for part in ((f"{name}_length", ">i4"), (name, kind))
        ),
    ]
)


def copy_rows(log: Log, part: slice) -> bytes:
    """Return rows of the log as PostgreSQL's binary COPY writes them, without header and trailer."""
    rows = np.empty(len(log.premises[part]), dtype=ROW)
    values = {
        "premises_id": log.premises[part],
        "checked_in": (log.checked_in[part] - EPOCH_2000) * 1000,
        "id": np.ascontiguousarray(log.id[part]).view("V16").ravel(),
        "until": (log.until[part] - EPOCH_2000) * 1000,
        "person_id": log.person[part],
        "device_id": log.person[part],
        "flags": log.observed[part],
    }
    rows["fields"] = len(values)
    for name, column in values.items():
        rows[f"{name}_length"], rows[name] = ROW[name].itemsize, column
    return rows.tobytes()


def load(connection: psycopg.Connection[Any], log: Log, *, batch: int = 100_000) -> None:
    """Copy the log into visits_visit in the order of check-in, as the lane would have written it."""
    with connection.cursor().copy(COPY) as copy:
        copy.write(HEADER)
        for start in range(0, len(log), batch):
            copy.write(copy_rows(log, slice(start, start + batch)))
        copy.write(TRAILER)
