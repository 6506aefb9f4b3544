"""What a trail entry needs before anything may be looked at, and how its rows become leaves of a day's tree.

A row's leaf is the hash of a salted commitment to it, as the ledger makes them. An entry and each person that it names
are leaves of their own: a person is shown the entry and their own naming, and learns of nobody else. Which officer it
was and the details stand in the leaf behind a commitment of their own, so that a proof need not tell them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from typing import Any, Final, Protocol
from uuid import UUID

from jejak.formats import merkle
from jejak.ledger.rules import canonical, commitment
from jejak.trail.errors import ActorMissing, PurposeMissing

LEAST_PURPOSE = 3
LONGEST_PURPOSE = 500
LARGEST_ROW = 10_000_000
LONGEST_REFERENCE = 100
MOST_DRAWN: Final = 50
"""Entries, and people shown with them, in one of an auditor's samples."""
WITHHELD: Final = ("by", "detail", "name", "reference")
"""Of an entry's row, what a proof for whoever it names does not tell: the officer, and numbers that may be others'."""
_OPEN_SALT, _SHUT_SALT = b"jejak/trail/open/v1\0", b"jejak/trail/withheld/v1\0"


class Actor(Protocol):
    """Whoever looks or changes: an account with its number and name."""

    @property
    def id(self) -> int | None:
        """The account's number."""

    @property
    def name(self) -> str:
        """The account's name, as the person looked at will read it."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody needs data for: a kind that `access.purposes` knows, what it refers to, and a few words.

    ``reference`` is the number of a search, case, ticket, appointment or inspection; empty where the kind needs none.
    """

    kind: str
    text: str
    reference: str = ""

    def __str__(self) -> str:
        """Return the words, as the person looked at reads them."""
        return self.text


def checked_purpose(*, by: Actor | None, purpose: str | Purpose) -> str:
    """Return the purpose's words, trimmed and at most 500 characters, once they and the actor are there.

    :raises ActorMissing: nobody is named.
    :raises PurposeMissing: fewer than three characters.
    """
    if by is None or by.id is None:
        raise ActorMissing
    text = " ".join(str(purpose).split())[:LONGEST_PURPOSE]
    if len(text) < LEAST_PURPOSE:
        raise PurposeMissing
    return text


class Part(IntEnum):
    """Which table a row is in."""

    ENTRY = 0
    SUBJECT = 1


@dataclass(frozen=True, slots=True)
class RowProof:
    """That a row was in a day's tree: what its leaf tells, its salt, and its path to the root that the ledger holds.

    ``record`` is the number of the ledger's record of that day.
    """

    row: Mapping[str, Any]
    salt: bytes
    position: int
    leaves: int
    path: tuple[bytes, ...]
    record: int


def entry_row(
    *,
    uuid: UUID,
    at: datetime,
    by_id: int,
    by_name: str,
    agency: str,
    action: str,
    purpose: tuple[str, str, str],
    refused: str,
    detail: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what is committed to of an entry; ``purpose`` is its kind, reference and words.

    The detail becomes text, for numbers in it may be fractions.
    """
    kind, reference, said = purpose
    return {
        "uuid": str(uuid),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": by_id,
        "name": by_name,
        "agency": agency,
        "action": action,
        "kind": kind,
        "reference": reference,
        "purpose": said,
        "refused": refused,
        "detail": json.dumps(detail, sort_keys=True, separators=(",", ":")),
    }


def subject_row(*, entry: UUID, person: int) -> dict[str, Any]:
    """Return what is committed to of a person whom an entry names."""
    return {"entry": str(entry), "person": person}


def told(*, row: Mapping[str, Any], salt: bytes, schema: int) -> tuple[Mapping[str, Any], bytes]:
    """Return what of a row its leaf commits to openly, and the salt of that; ``salt`` itself is told to nobody.

    Days of schema 1 commit to the row as it is.
    """
    if schema == 1:
        return row, salt
    opened = sha256(_OPEN_SALT + salt).digest()
    if "uuid" not in row:
        return row, opened
    kept = canonical({word: row[word] for word in WITHHELD}, largest=LARGEST_ROW)
    shut = commitment(salt=sha256(_SHUT_SALT + salt).digest(), record=kept)
    return {word: row[word] for word in row if word not in WITHHELD} | {"withheld": shut.hex()}, opened


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


def kind_of(purpose: str | Purpose) -> str:
    """Return the purpose's kind, empty for one that is only words."""
    return purpose.kind if isinstance(purpose, Purpose) else ""


def reference_of(purpose: str | Purpose) -> str:
    """Return what the purpose refers to, empty for one that is only words."""
    return purpose.reference[:LONGEST_REFERENCE] if isinstance(purpose, Purpose) else ""
