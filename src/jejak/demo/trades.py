"""What the demo assumes about each line of business: how common it is, its hours and rush times, who returns.

How long people stay is what ``premises.rules`` says of the kind; shares and habits are ours, to be plausible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jejak.premises.rules import KINDS

Ranges: TypeAlias = tuple[tuple[float, float], ...]

ALWAYS: Final[Ranges] = ((0, 24),)
CLOSED: Final[Ranges] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours, in half hours of the local day, for Monday to Friday, Saturday and Sunday."""

    week: Ranges
    saturday: Ranges
    sunday: Ranges

    def on(self, weekday: int) -> Ranges:
        """Return the ranges of a weekday, Monday 0."""
        return (self.week, self.week, self.week, self.week, self.week, self.saturday, self.sunday)[weekday]

    @property
    def open_days(self) -> int:
        """How many days a week it opens."""
        return sum(bool(self.on(weekday)) for weekday in range(7))


def daily(*ranges: tuple[float, float]) -> Hours:
    """Return the same hours every day."""
    return Hours(ranges, ranges, ranges)


def workdays(*ranges: tuple[float, float]) -> Hours:
    """Return hours from Monday to Friday alone."""
    return Hours(ranges, CLOSED, CLOSED)


@dataclass(frozen=True, slots=True)
class Trade:
    """One line of business.

    ``tiers`` are its shares among the premises of each size (giant, large, medium, small); ``rush`` names
    hours in which people prefer it; ``returning`` is the share of check-ins by regulars, ``together`` by
    household members who come along; ``works``: its regulars are staff; ``capacity`` are people per
    daily check-in.
    """

    code: str
    kind: str
    tiers: tuple[float, float, float, float]
    hours: tuple[Hours, ...]
    rush: Ranges
    returning: float
    together: float
    works: bool = False
    zones: bool = False
    capacity: float = 0.15

    @property
    def stay(self) -> int:
        """Minutes that people typically stay."""
        return KINDS[self.kind].stay_minutes

    @property
    def longest(self) -> int:
        """The most minutes that a stay can last."""
        return KINDS[self.kind].longest_minutes


TRADES: Final = (
    Trade("mall", "mall", (1, 0.4, 0.02, 0), (daily((10, 22)),), ((12, 15), (17, 20)), 0.15, 0.3, zones=True),
    Trade("supermarket", "supermarket", (0, 0.22, 0.12, 0.01),
          (daily((8, 22)), daily((9, 22))), ((10, 12), (17, 20)), 0.5, 0.2),
    Trade("grocery", "shop", (0, 0, 0.16, 0.28),
          (daily((7, 23)), daily((8, 22)), daily((0, 24))), ((17, 20.5),), 0.65, 0.08),
    Trade("restaurant", "restaurant", (0, 0.04, 0.22, 0.22),
          (daily((7, 23)), daily((11, 22)), daily((0, 24))), ((12, 14), (19, 21)), 0.4, 0.3),
    Trade("market", "market", (0, 0.04, 0.05, 0.02), (daily((5, 14)), daily((6, 13))), ((7, 10),), 0.6, 0.15),
    Trade("shop", "shop", (0, 0, 0.08, 0.14),
          (daily((10, 21)), daily((9, 19))), ((11, 13), (16, 19)), 0.35, 0.1),
    Trade("petrol", "petrol", (0, 0, 0.1, 0.05),
          (daily((0, 24)), daily((6, 24))), ((7, 9), (17, 20)), 0.5, 0.02),
    Trade("pharmacy", "pharmacy", (0, 0, 0.02, 0.02), (daily((9, 22)),), ((10, 12), (17, 20)), 0.3, 0.05),
    Trade("clinic", "clinic", (0, 0.02, 0.06, 0.05),
          (Hours(((8.5, 21.5),), ((8.5, 21.5),), ((9, 13),)),), ((9, 11), (18, 20)), 0.1, 0.1),
    Trade("hospital", "hospital", (0, 0.1, 0.01, 0), (daily((0, 24)),), ((8, 11), (17, 19)), 0.3, 0.1),
    Trade("bank", "bank", (0, 0, 0.02, 0.02), (workdays((9, 17)),), ((10, 12),), 0.2, 0.02),
    Trade("salon", "salon", (0, 0, 0, 0.03), (daily((10, 20)),), ((17, 19),), 0.5, 0.05),
    Trade("gym", "gym", (0, 0, 0.01, 0.01), (daily((7, 23)),), ((18, 21),), 0.85, 0.02),
    Trade("office", "office", (0, 0.06, 0.07, 0.07),
          (workdays((7, 19)), workdays((7.5, 18.5))), ((7.5, 9.5),), 0.95, 0, works=True),
    Trade("factory", "factory", (0, 0.04, 0.03, 0.02),
          (daily((0, 24)),), ((6.5, 8), (14, 15.5), (21.5, 23)), 0.98, 0, works=True),
    Trade("school", "school", (0, 0.03, 0.03, 0.01),
          (workdays((6.5, 18)),), ((6.5, 8),), 0.96, 0, works=True),
    Trade("mosque", "mosque", (0, 0.01, 0.02, 0.03),
          (daily((5, 22.5)),), ((5.5, 6.5), (12.5, 14), (18.5, 21)), 0.8, 0.15),
    Trade("worship", "worship", (0, 0, 0.01, 0.02), (daily((6, 21)),), ((7, 10), (18, 20)), 0.8, 0.2),
    Trade("transport", "transport", (0, 0.04, 0.01, 0.01),
          (daily((5.5, 24)),), ((7, 9), (17, 19.5)), 0.6, 0.02),
    Trade("other", "other", (0, 0, 0, 0.03), (daily((9, 18)),), ((10, 12),), 0.3, 0.05),
)  # fmt: skip

TIERS: Final = (0.0015, 0.01, 0.11)
"""Up to which rank (as a share of all premises) a premises is giant, large or medium; the rest are small."""


@dataclass(frozen=True, slots=True)
class OpeningClass:
    """A trade with one of its opening hours: all that the hour of a check-in depends on."""

    trade: int
    hours: Hours


CLASSES: Final = tuple(OpeningClass(index, hours) for index, trade in enumerate(TRADES) for hours in trade.hours)
RUSH: Final = 3.0


def preference(opening: OpeningClass, weekday: int) -> NDArray[np.float64]:
    """Return how much each of the 48 half hours is liked: 0 closed, 1 open, more in the rush."""
    return _mask(opening.hours.on(weekday)) * (1 + (RUSH - 1) * _mask(TRADES[opening.trade].rush))


def _mask(ranges: Ranges) -> NDArray[np.float64]:
    starts = np.arange(48) / 2
    inside = np.zeros(48, dtype=bool)
    for begin, end in ranges:
        inside |= (starts >= begin) & (starts < end)
    return inside.astype(float)
