"""What a trail entry needs before anything may be looked at, and how its rows become leaves of a day's tree.

A row's leaf is the hash of a salted commitment to it, as the ledger makes them. An entry and each person that it names
are leaves of their own: a person is shown the entry and their own naming, and learns of nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Protocol
from uuid import UUID

from jejak.formats import merkle
from jejak.ledger.rules import canonical, commitment
from jejak.trail.errors import ActorMissing, PurposeMissing

LEAST_PURPOSE = 3
LONGEST_PURPOSE = 500
LARGEST_ROW = 10_000_000


class Actor(Protocol):
    """Whoever looks or changes: an account with its number and name."""

    @property
    def id(self) -> int | None:
        """The account's number."""

    @property
    def name(self) -> str:
        """The account's name, as the person looked at will read it."""


def checked_purpose(*, by: Actor | None, purpose: str) -> str:
    """Return the purpose, trimmed and at most 500 characters, once it and the actor are there.

    :raises ActorMissing: nobody is named.
    :raises PurposeMissing: fewer than three characters.
    """
    if by is None or by.id is None:
        raise ActorMissing
    text = " ".join(purpose.split())[:LONGEST_PURPOSE]
    if len(text) < LEAST_PURPOSE:
        raise PurposeMissing
    return text


class Part(IntEnum):
    """Which table a row is in."""

    ENTRY = 0
    SUBJECT = 1


@dataclass(frozen=True, slots=True)
class RowProof:
    """That a row was in a day's tree: what it says, its salt, and its path to the root that the ledger holds.

    ``record`` is the number of the ledger's record of that day.
    """

    row: Mapping[str, Any]
    salt: bytes
    position: int
    leaves: int
    path: tuple[bytes, ...]
    record: int


def entry_row(
    *, uuid: UUID, at: datetime, by_id: int, by_name: str, action: str, purpose: str, detail: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is committed to of an entry; its detail as text, for numbers in it may be fractions."""
    return {
        "uuid": str(uuid),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": by_id,
        "name": by_name,
        "action": action,
        "purpose": purpose,
        "detail": json.dumps(detail, sort_keys=True, separators=(",", ":")),
    }


def subject_row(*, entry: UUID, person: int) -> dict[str, Any]:
    """Return what is committed to of a person whom an entry names."""
    return {"entry": str(entry), "person": person}


def leaf_of(*, row: Mapping[str, Any], salt: bytes) -> bytes:
    """Return the hash of a row's leaf."""
    return merkle.hash_leaf(commitment(salt=salt, record=canonical(row, largest=LARGEST_ROW)))


def day_record(*, agency: str, day: str, hashes: Sequence[bytes]) -> dict[str, Any]:
    """Return what the ledger commits to of an agency's day."""
    return {"agency": agency, "day": day, "leaves": len(hashes), "root": merkle.root_of(hashes).hex()}


def verify_row(proof: RowProof, *, record: Mapping[str, Any]) -> None:
    """Return if a row was in the tree of the day that ``record``, proved by the ledger, commits to.

    :raises ProofError: it was not.
    """
    if record.get("leaves") != proof.leaves:
        raise merkle.ProofError("the day had another number of rows")
    merkle.verify_inclusion(
        leaf_hash=leaf_of(row=proof.row, salt=proof.salt),
        index=proof.position,
        size=proof.leaves,
        path=proof.path,
        root=bytes.fromhex(str(record.get("root"))),
    )
