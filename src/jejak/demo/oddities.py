"""What is odd in the demo's log, so that an officer meets it: a copied poster, an impossible journey, disputes.

They come beside the population, whose numbers and hours stay those of the ministry; each carries the flags that the
judging job would give it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from jejak.demo.columns import BURST, CLOSED_HOURS, CROWDED, HALF_HOUR, MINUTE, TRAVEL, devices, uuid7_bytes
from jejak.demo.noise import generator
from jejak.demo.story import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.demo.place_rows import Firsts, Row
    from jejak.demo.population import Population

HOUR: Final = 2 * HALF_HOUR
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
COPIED: Final = 110
"""Check-ins at the market late in the evening, by a picture of its poster that went round."""
CROWD: Final = 24
"""People for whom one phone spoke at the grocery."""
FAR: Final = "MY-12"
"""Sabah: nobody gets there from Selangor within forty minutes."""
STORE_VISIT: Final = (
    "insert into visits_visit (premises_id, checked_in, id, until, person_id, device_id, flags)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)
STORE_BURST: Final = (
    "insert into visits_burst (premises_id, zone_id, hour, scans, usual) values (%s, null, %s, %s, 0)"
    " on conflict do nothing"
)
STORE_DISPUTE: Final = (
    "insert into visits_dispute (uuid, premises_id, checked_in, visit_id, kind, left_at, made_at)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)


def visits(population: Population, firsts: Firsts) -> Iterator[Row]:
    """Yield the odd visits as rows of the log."""
    story = population.story
    last, before = story.days
    made = [
        *_crowd(population, story.places["market"], last + 22 * HOUR, COPIED, CLOSED_HOURS | BURST),
        *_journey(population, last + 12 * HOUR),
        *_one_phone(population, story.places["grocery"], before + 16 * HOUR),
    ]
    ids = uuid7_bytes(np.array([moment for _, moment, *_ in made], dtype=np.int64), generator(population.seed, "odd"))
    for (place, moment, person, device, flags), name in zip(made, ids, strict=True):
        stay = population.premises.trade_of(place).stay
        yield (
            firsts.premises + place,
            _moment(moment),
            UUID(bytes=name.tobytes()),
            _moment(moment + stay * MINUTE),
            firsts.person + person,
            device,
            flags,
        )


def bursts(population: Population, firsts: Firsts) -> Iterator[Row]:
    """Yield the hour in which the market's poster was scanned far too often."""
    market = population.story.places["market"]
    scans = len(_near(population, market, COPIED))
    yield firsts.premises + market, _moment(population.story.days[0] + 22 * HOUR), scans


def disputes(population: Population, firsts: Firsts) -> Iterator[Row]:
    """Yield what people of the guided tour say of their visits."""
    story = population.story.visits
    ids = uuid7_bytes(story.checked_in, generator(population.seed, "said"))
    for row, scene in enumerate(SCENES):
        if scene.says is None:
            continue
        moment = int(story.checked_in[row])
        left = _moment(moment + scene.says * MINUTE) if isinstance(scene.says, int) else None
        yield (
            UUID(bytes=ids[row].tobytes()),
            firsts.premises + int(story.premises[row]),
            _moment(moment),
            UUID(bytes=story.id[row].tobytes()),
            "times" if left else "not-me",
            left,
            _moment(moment) + timedelta(hours=14),
        )


Made = tuple[int, int, int, int, int]


def _crowd(population: Population, place: int, start: int, count: int, flags: int) -> Iterator[Made]:
    """Yield check-ins of people who live near, each by their own phone, within fifty minutes."""
    for number, (person, device) in enumerate(_near(population, place, count)):
        yield place, start + number * 50 * MINUTE // count, person, device, flags


def _one_phone(population: Population, place: int, start: int) -> Iterator[Made]:
    """Yield check-ins of many people by one phone."""
    people = _near(population, place, CROWD)
    for number, (person, _) in enumerate(people):
        yield place, start + number * MINUTE, person, people[0][1], CROWDED


def _journey(population: Population, start: int) -> Iterator[Made]:
    """Yield two check-ins of one person that are too far from each other."""
    held = population.premises
    here = population.story.places["mall"]
    there = next((place for place in range(len(held)) if held.state_of(place) == FAR), None)
    ((person, device),) = _near(population, here, 1)
    if there is not None and held.state_of(here) != FAR:
        yield here, start, person, device, TRAVEL
        yield there, start + 40 * MINUTE, person, device, TRAVEL


def _near(population: Population, place: int, count: int) -> list[tuple[int, int]]:
    """Return people who live near a premises, at most so many, with the device of each."""
    near = population.world.catchments
    first, last = int(near.first[place]), int(near.last[place])
    people = np.arange(first, min(first + count, last, len(population.people)), dtype=np.int32)
    phones = devices(person=people, seed=population.seed, second=np.zeros(len(people), dtype=bool))
    return list(zip(people.tolist(), phones.tolist(), strict=True))


def _moment(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)
