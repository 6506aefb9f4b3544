"""A day's check-ins: who goes where and when, who comes along, who scans twice and who scans on leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from jejak.demo.columns import END_OBSERVED, MINUTE, QUEUED, WAYS, Outings, devices, uuid7_bytes
from jejak.demo.figures import HALF_HOURS
from jejak.demo.noise import generator, scattered
from jejak.demo.trades import TRADES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jejak.demo.residents import Residents
    from jejak.demo.shops import Shops
    from jejak.demo.world import Window, World

OBSERVED: Final = 0.37
"""The share of visits whose end was scanned too (a few of which would lie in the future and are not)."""
LATE: Final = 0.005
REPEATED: Final = 0.015
SECOND_PHONE: Final = 0.01
ZONE_SCANS: Final = 0.3
TENANT_STAY: Final = 20
STRIDE: Final = 1_000_003
"""A prime above any catchment: steps of it never meet the same person twice before they have met all."""

_ALONE, _TOGETHER, _AGAIN, _ZONE = range(4)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Premises and half hour of every visit, sorted by both.

    ``leader`` is the row a visit belongs to (its own, if alone) and ``part`` says how: came along, scanned
    again, or scanned a zone. Only visits at one premises in one half hour belong together, so the profile
    stays as it was.
    """

    place: NDArray[np.int32]
    slot: NDArray[np.int64]
    leader: NDArray[np.int64]
    part: NDArray[np.int8]


def outings(*, world: World, window: Window, count: int, now: int) -> Outings:
    """Return ``count`` visits in the window, by premises and time; no observed end lies past ``now``."""
    chance = generator(world.seed, "visits", window.number)
    arrivals = _arrivals(world, window, count, chance)
    checked_in = _moments(window, arrivals, chance)
    person = _visitors(world, window, arrivals, chance)
    zone = np.where(arrivals.part == _ZONE, _zones(world.premises, arrivals.place, chance), -1).astype(np.int32)
    until, observed = _stays(world.premises.trade[arrivals.place], zone, checked_in, chance)
    observed &= until <= now
    typical = np.array([trade.stay for trade in TRADES])[world.premises.trade[arrivals.place]] * MINUTE
    late = chance.random(count) < LATE
    way = _ways(generator(world.seed, "ways", window.number), count)
    return Outings(
        premises=arrivals.place,
        person=person,
        checked_in=checked_in,
        until=np.where(observed, until, checked_in + typical),
        zone=zone,
        device=np.where(
            way > 0, 0, devices(person=person, seed=world.seed, second=chance.random(count) < SECOND_PHONE)
        ),
        flags=(observed * END_OBSERVED + (late & (way == 0)) * QUEUED + way).astype(np.int16),
        id=uuid7_bytes(checked_in, chance),
    ).in_order()


def _ways(chance: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return by which other way than a phone each visit came, as its flag; 0 for a phone."""
    bounds = np.cumsum([*WAYS.values()])
    flags = np.array([*WAYS, 0])
    ways: NDArray[np.int64] = flags[np.searchsorted(bounds, chance.random(count), side="right")]
    return ways


def _arrivals(world: World, window: Window, count: int, chance: np.random.Generator) -> Arrivals:
    table = world.timetables[window.weekday] * window.parts()
    counts = chance.multinomial(count, (table / table.sum()).ravel()).reshape(table.shape)
    groups = [np.empty(0, dtype=np.int64)]
    for opening, per_slot in enumerate(counts):
        members = np.flatnonzero(world.premises.opening == opening)
        if not per_slot.sum():
            continue
        bounds = np.cumsum(world.premises.weight[members])
        drawn = np.searchsorted(bounds, chance.random(per_slot.sum()) * bounds[-1], side="right")
        places = members[np.minimum(drawn, len(members) - 1)]
        groups.append(places * HALF_HOURS + np.repeat(np.arange(HALF_HOURS), per_slot))
    group = np.sort(np.concatenate(groups))
    place = (group // HALF_HOURS).astype(np.int32)
    part = _parts(world.premises, place, group, chance)
    leader = np.maximum.accumulate(np.where(part == _ALONE, np.arange(count), 0))
    return Arrivals(place=place, slot=group % HALF_HOURS, leader=leader, part=part)


def _parts(
    premises: Shops, place: NDArray[np.int32], group: NDArray[np.int64], chance: np.random.Generator
) -> NDArray[np.int8]:
    """Return whether each visit stands alone or belongs to the one before it at the same place and time."""
    alone = np.diff(group, prepend=-1) != 0
    together = np.array([trade.together for trade in TRADES])[premises.trade[place]]
    zones = np.where(premises.zone_count[place] > 0, ZONE_SCANS, 0)
    drawn = chance.random(len(place))
    return np.select(
        [alone, drawn < REPEATED, drawn < REPEATED + zones, drawn < REPEATED + zones + together],
        [_ALONE, _AGAIN, _ZONE, _TOGETHER],
        default=_ALONE,
    ).astype(np.int8)


def _moments(window: Window, arrivals: Arrivals, chance: np.random.Generator) -> NDArray[np.int64]:
    """Return when everybody checks in (ms), those who belong to another visit soon after it."""
    begins, ends = (bound[arrivals.slot] for bound in window.bounds())
    drawn = chance.random(len(arrivals.place))
    alone = begins + (drawn * (ends - begins)).astype(np.int64)
    first = alone[arrivals.leader]
    after = np.select(
        [arrivals.part == _TOGETHER, arrivals.part == _AGAIN, arrivals.part == _ZONE],
        [3_000 + drawn * 40_000, 15_000 + drawn * 130_000, (0.1 + 0.9 * drawn) * (ends - first)],
        default=0,
    ).astype(np.int64)
    return np.minimum(np.where(arrivals.part == _ALONE, alone, first + after), ends - 1)


def _visitors(world: World, window: Window, arrivals: Arrivals, chance: np.random.Generator) -> NDArray[np.int32]:
    """Return who comes: a regular or anybody near, and whoever comes along is of the same household."""
    place, near = arrivals.place, world.catchments
    first, people = near.first[place], (near.last - near.first)[place]
    returning = np.array([trade.returning for trade in TRADES])[world.premises.trade[place]]
    known = first + _regulars(world, window, place, chance) % people
    anybody = first + (chance.random(len(place)) * people).astype(np.int64)
    stranger = _outgoing(world.people, anybody, chance)
    person = np.where(chance.random(len(place)) < returning, known, stranger)
    person = np.where(arrivals.part == _ALONE, person, person[arrivals.leader])
    distance = np.arange(len(place)) - arrivals.leader
    home, size = world.people.household_first[person], world.people.household_size[person]
    relative = home + (person - home + distance) % size
    return np.where(arrivals.part == _TOGETHER, relative, person).astype(np.int32)


def _regulars(world: World, window: Window, place: NDArray[np.int32], chance: np.random.Generator) -> NDArray[np.int64]:
    """Return a regular of every visit's premises, to be taken modulo its people.

    Staff take turns, other regulars come as they like.
    """
    works = np.array([trade.works for trade in TRADES])[world.premises.trade[place]]
    rank = np.arange(len(place)) - np.searchsorted(place, place, side="left") + window.number % 3
    regulars = world.catchments.regulars[place]
    turn = np.where(works, rank % regulars, (chance.random(len(place)) * regulars).astype(np.int64))
    first = (scattered(place.astype(np.int64), world.seed) >> np.uint64(2)).astype(np.int64)
    numbers: NDArray[np.int64] = first + turn * STRIDE
    return numbers


def _outgoing(people: Residents, near: NDArray[np.int64], chance: np.random.Generator) -> NDArray[np.int64]:
    """Return somebody of the same area for each person, some far more often: not everybody goes out alike."""
    area = np.searchsorted(people.area_first, near, side="right") - 1
    first = people.area_first[area]
    size = people.area_first[area + 1] - first
    return first + (chance.random(len(near)) ** 1.4 * size).astype(np.int64)


def _zones(premises: Shops, place: NDArray[np.int32], chance: np.random.Generator) -> NDArray[np.int64]:
    drawn = (chance.random(len(place)) ** 1.5 * premises.zone_count[place]).astype(np.int64)
    zones: NDArray[np.int64] = premises.zone_first[place].astype(np.int64) + drawn
    return zones


def _stays(
    trade: NDArray[np.int8],
    zone: NDArray[np.int32],
    checked_in: NDArray[np.int64],
    chance: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return when everybody leaves (ms), within the kind's longest stay, and who scans on leaving."""
    typical = np.array([trade.stay for trade in TRADES])[trade]
    longest = np.array([trade.longest for trade in TRADES])[trade]
    usual = np.where(zone >= 0, TENANT_STAY, typical)
    minutes = np.clip(usual * np.exp(chance.normal(-0.1, 0.45, len(trade))), 1, longest)
    return checked_in + (minutes * MINUTE).astype(np.int64), chance.random(len(trade)) < OBSERVED
