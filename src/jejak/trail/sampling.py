"""Drawing a random sample that nobody can steer and everybody can draw again: pure.

::

    nonce   32 bytes, the auditor's half: SHA-256 of words of their own, or random
    root    32 bytes, nobody's half: the root over the ledger up to and with the record of the commitment
    seed    = SHA-256("jejak/sample/v1" || 00 || nonce || root)
    key     = SHA-256(seed || the entry's UUID as 16 bytes)

Of all entries that the commitment describes, those with the smallest keys are the sample, in the order of their keys.
``digest`` is SHA-256 over the UUIDs of all these entries as 16 bytes each, in ascending order.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

DOMAIN: Final = b"jejak/sample/v1\0"
HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn out of how many; ``digest`` stands for the whole list."""

    entries: tuple[UUID, ...]
    candidates: int
    digest: bytes


def seed_of(*, nonce: bytes, root: bytes) -> bytes:
    """Return the seed of a sample.

    :raises ValueError: a half has not 32 bytes.
    """
    if len(nonce) != HASH_BYTES or len(root) != HASH_BYTES:
        raise ValueError("both halves of a seed have 32 bytes")
    return sha256(DOMAIN + nonce + root).digest()


def draw(*, seed: bytes, entries: Iterable[UUID], number: int) -> Draw:
    """Return the ``number`` entries of smallest key, or all if there are fewer; ``entries`` ascend, each once."""
    listed, count = sha256(), 0

    def keyed() -> Iterable[tuple[bytes, UUID]]:
        nonlocal count
        for entry in entries:
            listed.update(entry.bytes)
            count += 1
            yield sha256(seed + entry.bytes).digest(), entry

    drawn = tuple(entry for _key, entry in heapq.nsmallest(number, keyed()))
    return Draw(drawn, count, listed.digest())
