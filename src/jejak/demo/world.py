"""All that a day's check-ins depend on: premises, people, who lives near what, and the days to fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jejak.demo.columns import HALF_HOUR
from jejak.demo.figures import HALF_HOURS
from jejak.demo.trades import CLASSES, TRADES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jejak.demo.residents import Residents
    from jejak.demo.shops import Shops


@dataclass(frozen=True, slots=True)
class Catchments:
    """Who the customers are: people ``first`` up to ``last``, ``regulars`` of them again and again."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    regulars: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a local day to fill, ``start`` up to ``end``; the day begins at ``midnight`` (ms)."""

    number: int
    weekday: int
    midnight: int
    start: int
    end: int

    def parts(self) -> NDArray[np.float64]:
        """Return the part (0 to 1) of each half hour that lies inside."""
        begins, ends = self.bounds()
        parts: NDArray[np.float64] = np.maximum(ends - begins, 0) / HALF_HOUR
        return parts

    def bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return begin and end (ms) of each half hour, cut to the window."""
        begins = self.midnight + np.arange(HALF_HOURS, dtype=np.int64) * HALF_HOUR
        return np.clip(begins, self.start, self.end), np.clip(begins + HALF_HOUR, self.start, self.end)


@dataclass(frozen=True, slots=True)
class World:
    """Premises, people, and when people come; ``timetables`` are those of `timetable.timetables`."""

    seed: int
    premises: Shops
    people: Residents
    catchments: Catchments
    timetables: NDArray[np.float64]


def catchments(*, premises: Shops, people: Residents) -> Catchments:
    """Return where customers live: in a small premises' area, a medium one's district, else in the state."""
    areas = np.arange(len(premises.area_state))
    district = premises.area_state.astype(np.int64) * 1_000 + premises.area_district
    regions = (premises.area_state.astype(np.int64), premises.area_state.astype(np.int64), district, areas)
    first = np.empty(len(premises), dtype=np.int64)
    last = np.empty(len(premises), dtype=np.int64)
    for tier, region in enumerate(regions):
        chosen = premises.tier == tier
        home = region[premises.area[chosen]]  # regions never decrease from area to area
        first[chosen] = people.area_first[np.searchsorted(region, home, side="left")]
        last[chosen] = people.area_first[np.searchsorted(region, home, side="right")]
    last = np.minimum(np.maximum(last, first + 1), len(people))
    return Catchments(np.minimum(first, last - 1), last, _regulars(premises, last - first))


def _regulars(premises: Shops, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many come again and again: staff once a day, other regulars about four times a fortnight."""
    works = np.array([trade.works for trade in TRADES])[premises.trade]
    open_days = np.array([opening.hours.open_days for opening in CLASSES])[premises.opening]
    returning = np.array([trade.returning for trade in TRADES])[premises.trade]
    often = np.where(works, open_days / 7, 4 / 14)
    wanted = np.round(premises.weight * returning / often)
    regulars: NDArray[np.int64] = np.clip(wanted, 2, np.maximum(people // 2, 2)).astype(np.int64)
    return regulars
