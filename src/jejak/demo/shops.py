"""The invented premises: trades, states, areas, hours, popularity, and who their customers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from jejak.demo import names
from jejak.demo.districts import DISTRICTS
from jejak.demo.figures import WEEKDAYS, figures
from jejak.demo.noise import generator, scattered
from jejak.demo.popularity import check_ins_a_day
from jejak.demo.trades import CLASSES, TIERS, TRADES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jejak.demo.scales import Scale
    from jejak.demo.trades import Trade

STATES: Final = tuple(DISTRICTS)
CAPACITY_KNOWN: Final = 0.7
GIANT, LARGE, MEDIUM, SMALL = range(4)
AREA: Final = 25
"""About how many premises make one area, the neighbourhood in which people shop."""


@dataclass(frozen=True, slots=True)
class Shops:
    """Premises as columns; the row number is a premises' index, busiest first.

    ``opening`` indexes `trades.CLASSES`; ``tier`` is 0 (giant) to 3 (small); ``area`` numbers neighbourhoods
    through all states, ``area_state`` and ``area_district`` say where each lies; zones ``zone_first`` to
    ``zone_first + zone_count`` are numbered through all premises; ``capacity`` 0 means that none is known.
    """

    seed: int
    weight: NDArray[np.float64]
    tier: NDArray[np.int8]
    trade: NDArray[np.int8]
    opening: NDArray[np.int16]
    area: NDArray[np.int32]
    area_state: NDArray[np.int8]
    area_district: NDArray[np.int16]
    capacity: NDArray[np.int32]
    zone_first: NDArray[np.int32]
    zone_count: NDArray[np.int32]

    def __len__(self) -> int:
        """Return how many premises there are."""
        return len(self.weight)

    @property
    def zones(self) -> int:
        """How many zones there are in all premises together."""
        return int(self.zone_count.sum())

    def trade_of(self, index: int) -> Trade:
        """Return what is assumed about the premises' trade."""
        return TRADES[self.trade[index]]

    def state_of(self, index: int) -> str:
        """Return the ISO 3166-2:MY code."""
        return STATES[int(self.area_state[self.area[index]])]

    def district_of(self, index: int) -> str:
        """Return the district's name."""
        return DISTRICTS[self.state_of(index)][int(self.area_district[self.area[index]])]

    def name_of(self, index: int) -> str:
        """Return the premises' name; no two are equal."""
        return names.premises(
            trade=self.trade_of(index).code,
            neighbourhood=int(self.area[index]),
            variety=int(scattered(index, 7, self.seed)[0] % 1009),
            number=index + 1,
        )

    def address_of(self, index: int) -> str:
        """Return an invented address."""
        place = names.NEIGHBOURHOODS[int(self.area[index]) % len(names.NEIGHBOURHOODS)]
        return f"No. {index % 180 + 1}, Jalan Demo {index % 23 + 1}, {place}, {self.district_of(index)}"

    def hours_of(self, index: int) -> dict[str, list[list[str]]]:
        """Return the opening hours as the premises table keeps them: ``{"mon": [["09:00", "22:00"]], …}``."""
        hours = CLASSES[self.opening[index]].hours
        return {
            day: [[_clock(begin), _clock(end)] for begin, end in hours.on(number)]
            for number, day in enumerate(WEEKDAYS)
        }

    def capacity_of(self, index: int) -> int | None:
        """Return how many people fit, if known."""
        return int(self.capacity[index]) or None


def _clock(hour: float) -> str:
    return f"{int(hour):02d}:{int(hour % 1 * 60):02d}"


def shops(*, scale: Scale, seed: int) -> Shops:
    """Return the premises of a scale; the same seed gives the same."""
    chance = generator(seed, "premises")
    weight = check_ins_a_day(scale)
    ranks = np.arange(scale.premises) / scale.premises
    tier = np.searchsorted(TIERS, ranks, side="right").astype(np.int8)
    trade = _trades(tier, chance)
    states = _states(weight, tier)
    area, area_state = _areas(states, chance)
    capacity = np.array([t.capacity for t in TRADES])[trade] * weight
    zoned = np.array([t.zones for t in TRADES])[trade] & (tier < MEDIUM)
    zone_count = np.where(zoned, chance.integers(6, 15, scale.premises), 0).astype(np.int32)
    known = (chance.random(scale.premises) < CAPACITY_KNOWN) | zoned  # a mall counts who is inside
    return Shops(
        seed=seed,
        weight=weight,
        tier=tier,
        trade=trade,
        opening=_openings(trade, chance),
        area=area,
        area_state=area_state,
        area_district=_districts(area_state),
        capacity=np.where(known, np.ceil(capacity / 10) * 10, 0).astype(np.int32),
        zone_first=np.concatenate(([0], np.cumsum(zone_count)[:-1])).astype(np.int32),
        zone_count=zone_count,
    )


def _trades(tier: NDArray[np.int8], chance: np.random.Generator) -> NDArray[np.int8]:
    """Return a trade for every premises, by the shares that trades have among premises of that size."""
    shares = np.array([trade.tiers for trade in TRADES]).T
    bounds = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    drawn: NDArray[np.int8] = (chance.random(len(tier))[:, None] > bounds[tier]).sum(axis=1).astype(np.int8)
    return drawn


def _openings(trade: NDArray[np.int8], chance: np.random.Generator) -> NDArray[np.int16]:
    """Return one of its trade's opening hours for every premises, the first listed most often."""
    first = np.cumsum([0, *(len(t.hours) for t in TRADES)])[:-1]
    choices = np.array([len(t.hours) for t in TRADES])
    picked = np.floor(chance.random(len(trade)) ** 1.5 * choices[trade])
    openings: NDArray[np.int16] = (first[trade] + picked).astype(np.int16)
    return openings


def _states(weight: NDArray[np.float64], tier: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return a state for every premises so that each gets its share of check-ins.

    The large ones, busiest first, go to the state that lacks most; of the others each state has its turn as often as
    it still lacks, so that it gets as many as it should, busy ones and quiet ones.
    """
    lacking = np.array([figures().states[state] for state in STATES]) * weight.sum()
    places = np.empty(len(weight), dtype=np.int8)
    large = int((tier < MEDIUM).sum())
    for index, check_ins in enumerate(weight[:large]):
        places[index] = lacking.argmax()
        lacking[places[index]] -= check_ins
    turns = np.maximum(lacking, 0) / np.maximum(lacking, 0).sum()
    credit = np.zeros(len(STATES))
    for index in range(large, len(weight)):
        credit += turns
        places[index] = credit.argmax()
        credit[places[index]] -= 1
    return places


def _areas(states: NDArray[np.int8], chance: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Return every premises' area, numbered state by state, and every area's state."""
    area = np.empty(len(states), dtype=np.int32)
    area_state: list[int] = []
    for state in range(len(STATES)):
        members = chance.permutation(np.flatnonzero(states == state))
        count = max(1, round(len(members) / AREA))
        area[members] = len(area_state) + np.arange(len(members)) % count
        area_state += [state] * count
    return area, np.array(area_state, dtype=np.int8)


def _districts(area_state: NDArray[np.int8]) -> NDArray[np.int16]:
    """Return every area's district within its state: neighbours share one, the first is the largest."""
    districts = np.empty(len(area_state), dtype=np.int16)
    for state, code in enumerate(STATES):
        members = np.flatnonzero(area_state == state)
        places = (np.arange(len(members)) / len(members)) ** 1.3 * len(DISTRICTS[code])
        districts[members] = places.astype(np.int16)
    return districts
