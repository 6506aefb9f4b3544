"""The invented people as rows of the persons table, sealed exactly as a check-in at a door does it."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from jejak.demo.columns import uuid7_bytes
from jejak.demo.copying import EPOCH_2000, HEADER, TRAILER
from jejak.demo.noise import generator
from jejak.demo.scales import DAYS
from jejak.kernel.sealing import blind_index, sealer
from jejak.people.rules import CLAIMED, claim

if TYPE_CHECKING:
    from jejak.demo.population import Population
    from jejak.people.rules import Claim

CHUNK: Final = 10_000
DAY: Final = 86_400_000
PERSON_COLUMNS: Final = (
    "id", "uuid", "level", "door_key", "phone_key", "created_at", "phone_sealed", "name_sealed",
)  # fmt: skip
_FIXED: Final = Struct(">hiqi16sihi16si16siqi")
_LENGTH: Final = Struct(">i")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The people from ``start`` up to ``end`` of a population, numbered from ``first_person`` in the database."""

    start: int
    end: int
    first_person: int


def chunks(*, population: Population, done: int, first_person: int) -> list[Chunk]:
    """Return the chunks still to store when ``done`` people are stored; ``done`` ends a chunk or all of them."""
    whole = len(population.people) + len(population.story.persons)
    return [Chunk(start, min(start + CHUNK, whole), first_person) for start in range(done, whole, CHUNK)]


def person_rows(population: Population, chunk: Chunk) -> bytes:
    """Return a chunk as a whole COPY stream, sealed with this process's keys."""
    seals, indexes = sealer(), blind_index()
    seen = _first_seen(population, chunk)
    ids = uuid7_bytes(seen, generator(population.seed, "ids", "people", chunk.start))
    rows = [HEADER]
    for offset in range(chunk.end - chunk.start):
        uuid = ids[offset].tobytes()
        phone, name = _door(population, chunk.start + offset)
        it = claim(phone=phone, name=name, uuid=UUID(bytes=uuid), sealer=seals, index=indexes)
        rows.append(_row(chunk.first_person + chunk.start + offset, uuid, int(seen[offset]), it))
    return b"".join([*rows, TRAILER])


def _door(population: Population, index: int) -> tuple[str, str]:
    """Return phone and name of a person; those of the guided tour come after the others."""
    people = population.people
    if index < len(people):
        return people.phone_of(index), people.name_of(index)
    guide = population.story.persons[index - len(people)]
    return guide.phone, guide.name


def _first_seen(population: Population, chunk: Chunk) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    guided = np.full(len(population.story.persons), 30, dtype=np.int16)
    days = np.concatenate((population.people.days_known, guided))[chunk.start : chunk.end].astype(np.int64)
    return int(population.until.timestamp() * 1000) - (DAYS + days) * DAY


def _row(number: int, uuid: bytes, seen: int, it: Claim) -> bytes:
    fixed = _FIXED.pack(
        len(PERSON_COLUMNS),
        *(8, number),
        *(16, uuid),
        *(2, CLAIMED),
        *(16, it.door_key),
        *(16, it.phone_key),
        *(8, (seen - EPOCH_2000) * 1_000),
        len(it.phone_sealed),
    )
    return fixed + it.phone_sealed + _LENGTH.pack(len(it.name_sealed)) + it.name_sealed
