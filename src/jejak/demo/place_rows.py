"""The invented premises, their zones and posters as rows of the premises tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np

from jejak.demo import names
from jejak.demo.columns import uuid7_bytes
from jejak.demo.noise import generator
from jejak.demo.scales import DAYS
from jejak.formats import shortcode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from jejak.demo.population import Population
    from jejak.demo.shops import Shops

PREMISES_COLUMNS: Final = (
    "id", "uuid", "name", "branch", "kind", "address", "state", "district", "opening_hours", "capacity", "owner_id",
    "stay_minutes", "longest_minutes", "created_at", "confirmed_at", "confirmed_way",
)  # fmt: skip
CONFIRMED_BY: Final = ("officer", "post", "phone")
ZONE_COLUMNS: Final = ("id", "uuid", "premises_id", "name", "stay_minutes", "kind")
POSTER_COLUMNS: Final = ("premises_id", "zone_id", "short_code", "issued_at")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Firsts:
    """The numbers with which the demo's premises, zones and persons begin in the database."""

    premises: int
    zone: int
    person: int


def premises_rows(population: Population, firsts: Firsts, *, owner_id: int | None) -> Iterator[Row]:
    """Yield the premises; those of the guided tour belong to the demo's owner."""
    held = population.premises
    known_since = _registered(population)
    ids = _uuids(len(held), population, "premises", known_since)
    owned = set(population.story.places.values())
    for index in range(len(held)):
        trade = held.trade_of(index)
        yield (
            firsts.premises + index,
            ids[index],
            held.name_of(index),
            "",
            trade.kind,
            held.address_of(index),
            held.state_of(index),
            held.district_of(index),
            json.dumps(held.hours_of(index)),
            held.capacity_of(index),
            owner_id if index in owned else None,
            trade.stay,
            trade.longest,
            known_since,
            *_confirmation(index, known_since, waits=index in owned),
        )


def _confirmation(index: int, at: datetime, *, waits: bool) -> tuple[datetime | None, str]:
    """Return since when and how a premises is confirmed; one in ten is not, nor are those of the tour's owner."""
    if waits or index % 10 == 0:
        return None, ""
    return at, CONFIRMED_BY[index % len(CONFIRMED_BY)]


def zone_rows(population: Population, firsts: Firsts) -> Iterator[Row]:
    """Yield the zones of the malls."""
    ids = _uuids(population.premises.zones, population, "zones", _registered(population))
    for index, number, zone in _zones(population.premises):
        kind = names.zone_kind(number)
        stay = names.zone_stay(number) if kind == "room" else None  # at a door nobody says how long
        yield (firsts.zone + zone, ids[zone], firsts.premises + index, names.zone(number), stay, kind)


def poster_rows(population: Population, firsts: Firsts) -> Iterator[Row]:
    """Yield a poster for every premises and one for every zone."""
    held = population.premises
    issued = _registered(population)
    codes = iter(_short_codes(len(held) + held.zones, population.seed))
    for index in range(len(held)):
        yield (firsts.premises + index, None, next(codes), issued)
    for index, _, zone in _zones(held):
        yield (firsts.premises + index, firsts.zone + zone, next(codes), issued)


def _zones(premises: Shops) -> Iterator[tuple[int, int, int]]:
    """Yield premises, the zone's number within it, and its number through all premises."""
    for index in np.flatnonzero(premises.zone_count).tolist():
        for number in range(int(premises.zone_count[index])):
            yield index, number, int(premises.zone_first[index]) + number


def _registered(population: Population) -> datetime:
    """Return when all premises were registered: a month before the fortnight."""
    return population.until - timedelta(days=DAYS + 30)


def _uuids(count: int, population: Population, purpose: str, moment: datetime) -> list[UUID]:
    moments = np.full(count, int(moment.timestamp() * 1000), dtype=np.int64)
    return [UUID(bytes=row.tobytes()) for row in uuid7_bytes(moments, generator(population.seed, "ids", purpose))]


def _short_codes(count: int, seed: int) -> list[str]:
    bits = 1 << shortcode.RANDOM_BITS
    drawn = np.unique(generator(seed, "short codes").integers(0, bits, count + count // 100 + 100))
    return [shortcode.make(int(number)) for number in generator(seed, "posters").permutation(drawn)[:count]]
