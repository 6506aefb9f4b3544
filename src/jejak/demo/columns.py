"""Visits as columns of numbers, and what the rows of a visit log are made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jejak.demo.noise import scattered

MINUTE: Final = 60_000
HALF_HOUR: Final = 30 * MINUTE

# Bits of a visit's flags, as the visit log keeps them.
END_OBSERVED: Final = 1
QUEUED: Final = 2
CLOSED_HOURS, TRAVEL, BURST, CROWDED, DISPUTED = 128, 256, 512, 1024, 2048
WAYS: Final = {8: 0.004, 16: 0.002, 32: 0.006, 64: 0.003}
"""The share of visits that came by staff, printed card, tablet at the door and text message, and not by a phone."""


@dataclass(frozen=True, slots=True)
class Outings:
    """Visits: indexes of premises, person and zone (-1 none), moments in ms since 1970, UUIDv7 as bytes."""

    premises: NDArray[np.int32]
    person: NDArray[np.int32]
    checked_in: NDArray[np.int64]
    until: NDArray[np.int64]
    zone: NDArray[np.int32]
    device: NDArray[np.int64]
    flags: NDArray[np.int16]
    id: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return how many visits there are."""
        return len(self.premises)

    def taken(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Outings:
        """Return some of the visits."""
        return Outings(*(getattr(self, column.name)[rows] for column in fields(self)))

    def joined(self, other: Outings) -> Outings:
        """Return the visits of both."""
        return Outings(*(np.concatenate([getattr(self, c.name), getattr(other, c.name)]) for c in fields(self)))

    def in_order(self) -> Outings:
        """Return the visits by premises and time, as the visit log's first index wants them."""
        return self.taken(np.lexsort((self.checked_in, self.premises)))


def devices(*, person: NDArray[np.int32], seed: int, second: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the device (63 bits) with which each person checks in, or that person's second one."""
    bits = scattered(person.astype(np.int64), second.astype(np.int64), seed)
    return (bits >> np.uint64(1)).astype(np.int64)


def uuid7_bytes(moments: NDArray[np.int64], chance: np.random.Generator) -> NDArray[np.uint8]:
    """Return a UUIDv7 (16 bytes a row) for each moment (ms). Source: RFC 9562 section 5.7."""
    ids = np.empty((len(moments), 16), dtype=np.uint8)
    ids[:, :6] = moments.astype(">i8").view(np.uint8).reshape(-1, 8)[:, 2:]
    ids[:, 6:] = chance.integers(0, 256, (len(moments), 10), dtype=np.uint8)
    ids[:, 6] = 0x70 | ids[:, 6] & 0x0F
    ids[:, 8] = 0x80 | ids[:, 8] & 0x3F
    return ids
