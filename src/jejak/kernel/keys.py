"""The node's keys: where they live, how they are made and rotated.

One file, ``<data>/keys/keyring.json``, readable by its owner alone, holds every key with its purpose, number and
day.  The newest key of a purpose is *active* and used to write; the older ones stay to read.  The file never
enters the database or its backups: whoever holds a copy of the database reads names only sealed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

PURPOSES = {
    "seal": "encrypts names and phone numbers (AES-256-GCM)",
    "index": "finds a sealed value again (HMAC-SHA256); a new one needs every index to be made anew",
    "poster": "authenticates the code on a poster (HMAC-SHA256)",
    "descriptor": "signs what a poster says of its premises (Ed25519 seed)",
    "visitor": "makes the token that names a visitor's device (AES-SIV)",
    "form": "signs the number that a form carries (HMAC-SHA256)",
    "receipt": "seals receipts and derives the word and colour of the hour",
    "ledger": "signs the checkpoints of the ledger (Ed25519 seed)",
    "witness": "cosigns the checkpoints of partners' ledgers (Ed25519 seed)",
    "push": "proves this node to push services (ECDSA P-256 seed)",
    "django": "signs sessions and password links",
    "database": "derives the passwords of the database roles",
}
SECRET_BYTES = 32
LARGEST_ID = 15  # a poster's code has four bits for the number of its key


class KeyringError(Exception):
    """The node's keyring cannot be used."""


class UnknownKey(KeyringError):
    """Something was written under a key that this node does not hold; restore the keyring of that time."""


@dataclass(frozen=True, slots=True)
class Key:
    """One secret of 32 bytes; ``id`` runs from 1 to 15 within its purpose, ``made`` is an ISO 8601 moment."""

    id: int
    purpose: str
    secret: bytes
    made: str

    def __repr__(self) -> str:
        """Return a text without the secret, so that none reaches a log."""
        return f"Key(id={self.id}, purpose={self.purpose!r})"


class Keyring:
    """All keys of a node, by purpose and number."""

    def __init__(self, keys: Iterable[Key]) -> None:
        """Hold ``keys``; the highest number of a purpose is its active key."""
        self._keys = {(key.purpose, key.id): key for key in keys}
        self._active = {key.purpose: key for key in sorted(self._keys.values(), key=lambda key: key.id)}

    def __iter__(self) -> Iterator[Key]:
        """Yield every key, by purpose and number."""
        return iter(sorted(self._keys.values(), key=lambda key: (key.purpose, key.id)))

    def active(self, purpose: str) -> Key:
        """Return the key to write with.

        :raises UnknownKey: the keyring has none for this purpose.
        """
        if purpose not in self._active:
            message = f"The keyring holds no key for {purpose!r}; restart the node, which adds what is missing."
            raise UnknownKey(message)
        return self._active[purpose]

    def get(self, purpose: str, number: int) -> Key:
        """Return the key a stored value was written with.

        :raises UnknownKey: this node does not hold it.
        """
        try:
            return self._keys[purpose, number]
        except KeyError:
            message = f"No key {number} for {purpose!r} in the keyring."
            raise UnknownKey(message) from None

    def all(self, purpose: str) -> tuple[Key, ...]:
        """Return every key of a purpose, the active one last."""
        found = [key for key in self._keys.values() if key.purpose == purpose]
        return tuple(sorted(found, key=lambda key: key.id))

    def rotated(self, *, purpose: str, now: datetime) -> Keyring:
        """Return a keyring in which a fresh key is active for ``purpose``; nothing is written yet.

        :raises KeyringError: the purpose is unknown or has used up its numbers.
        """
        if purpose not in PURPOSES:
            message = f"Unknown purpose {purpose!r}; there are {', '.join(PURPOSES)}."
            raise KeyringError(message)
        number = max((key.id for key in self.all(purpose)), default=0) + 1
        if number > LARGEST_ID:
            message = f"{purpose!r} has used all its {LARGEST_ID} key numbers."
            raise KeyringError(message)
        fresh = Key(number, purpose, secrets.token_bytes(SECRET_BYTES), now.isoformat(timespec="seconds"))
        return Keyring([*self._keys.values(), fresh])

    def completed(self, *, now: datetime) -> Keyring:
        """Return a keyring with at least one key for every purpose."""
        ring = self
        for purpose in PURPOSES:
            if not ring.all(purpose):
                ring = ring.rotated(purpose=purpose, now=now)
        return ring

    def save(self, path: Path) -> None:
        """Write the keyring durably and in one step, readable by its owner alone."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        rows = [
            {"purpose": k.purpose, "id": k.id, "made": k.made, "secret": base64.b64encode(k.secret).decode()}
            for k in self
        ]
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"keys": rows}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    @classmethod
    def open(cls, path: Path) -> Keyring:
        """Read a keyring.

        :raises KeyringError: there is none, others may read it, or it is damaged.
        """
        try:
            if path.stat().st_mode & 0o077:
                message = f"{path} can be read by other accounts; run `chmod 600 {path}`."
                raise KeyringError(message)
            rows = json.loads(path.read_text())["keys"]
            return cls(
                Key(
                    int(row["id"]),
                    str(row["purpose"]),
                    base64.b64decode(row["secret"], validate=True),
                    str(row["made"]),
                )
                for row in rows
            )
        except FileNotFoundError:
            message = f"There is no keyring at {path}; `jejak up` makes one for a new node."
            raise KeyringError(message) from None
        except (ValueError, KeyError, TypeError) as error:
            message = f"{path} is not a keyring: {error}. Restore it from the copy you keep apart from the database."
            raise KeyringError(message) from error


def ensure_keyring(path: Path, *, now: datetime) -> Keyring:
    """Return the keyring at ``path``, made or completed if need be; two processes at once make one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (path.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = Keyring.open(path) if path.exists() else Keyring([])
        ring = held.completed(now=now)
        if len(tuple(ring)) != len(tuple(held)):
            ring.save(path)
    return ring


@cache
def keyring() -> Keyring:
    """Return this process's keyring, read once from `Settings.keyring_path`."""
    return Keyring.open(settings().keyring_path)
