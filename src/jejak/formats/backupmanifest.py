"""What a backup says of itself: a signed note over what the database held, the files with it, and how long the log was.

The text of the note is this line and one JSON object::

    jejak backup v1
    {"counts": {"<table>": rows, …}, "files": {"<name>": {"bytes": …, "sha256": "<hex>"}, …}, …}

It has one spelling (sorted keys, an indent of one space): what is read and written again comes out byte for byte. The
ledger's key signs it; a checkpoint of a log never begins with that line, so neither passes for the other.

Source: https://c2sp.org/signed-note
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from jejak.formats import merkle, note
from jejak.kernel.problems import JejakError

FIRST_LINE: Final = "jejak backup v1"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FIELDS: Final = frozenset(
    {
        "counts",
        "files",
        "jejak",
        "keyring",
        "ledger",
        "migrations",
        "name",
        "node",
        "partitions",
        "postgresql",
        "snapshot",
        "taken",
    }
)


class ManifestError(JejakError):
    """This is no manifest of a backup in its one spelling."""

    code = "backup-manifest"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of a backup: its length and SHA-256, in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A log as far as it had come: its size and root, 32 bytes."""

    size: int
    root: bytes

    @property
    def last(self) -> int | None:
        """The largest index, or ``None`` for an empty log."""
        return self.size - 1 if self.size else None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    ``snapshot`` is the log as the database knew it, ``log`` the one in the files, with the log's name ``origin``.
    ``partitions`` are the days of the visit log with their rows, ``migrations`` the schema by app, ``keyring`` the
    fingerprint of the keys that open what is sealed.
    """

    name: str
    node: str
    taken: datetime
    jejak: str
    postgresql: int
    keyring: str
    migrations: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, int]
    partitions: Mapping[str, int]
    files: Mapping[str, FileFacts]
    snapshot: Tree
    origin: str
    log: Tree

    @property
    def text(self) -> str:
        """The text that is signed."""
        told = {
            "name": self.name,
            "node": self.node,
            "taken": self.taken.isoformat(timespec="seconds"),
            "jejak": self.jejak,
            "postgresql": self.postgresql,
            "keyring": self.keyring,
            "migrations": {app: list(names) for app, names in self.migrations.items()},
            "counts": dict(self.counts),
            "partitions": dict(self.partitions),
            "files": {name: {"bytes": one.bytes, "sha256": one.sha256} for name, one in self.files.items()},
            "snapshot": {"size": self.snapshot.size, "last": self.snapshot.last, "root": self.snapshot.root.hex()},
            "ledger": {"origin": self.origin, "size": self.log.size, "root": self.log.root.hex()},
        }
        return f"{FIRST_LINE}\n{json.dumps(told, indent=1, sort_keys=True)}\n"


def parse(text: str) -> Manifest:
    """Return what the text of a note says, unverified.

    :raises ManifestError: it is no manifest in its one spelling.
    """
    first, _, rest = text.partition("\n")
    if first != FIRST_LINE:
        raise ManifestError(f"it does not begin with {FIRST_LINE!r}")
    try:
        told = json.loads(rest)
        found = _read(told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ManifestError(f"it cannot be read: {error}") from None
    if set(told) != _FIELDS or found.text != text:
        raise ManifestError("it is spelled in another way than its own")
    return found


def _read(told: Any) -> Manifest:  # noqa: ANN401 - whatever JSON holds
    files = {
        _name(name): FileFacts(_count(one["bytes"]), _digest(one["sha256"])) for name, one in told["files"].items()
    }
    return Manifest(
        name=_name(told["name"]),
        node=_name(told["node"]),
        taken=_moment(told["taken"]),
        jejak=_text(told["jejak"]),
        postgresql=_count(told["postgresql"]),
        keyring=_text(told["keyring"]),
        migrations={_text(app): tuple(_text(name) for name in names) for app, names in told["migrations"].items()},
        counts={_text(table): _count(rows) for table, rows in told["counts"].items()},
        partitions={_text(day): _count(rows) for day, rows in told["partitions"].items()},
        files=files,
        snapshot=_tree(told["snapshot"]),
        origin=_text(told["ledger"]["origin"]),
        log=_tree(told["ledger"]),
    )


def _tree(told: Mapping[str, Any]) -> Tree:
    found = Tree(_count(told["size"]), bytes.fromhex(_digest(told["root"])))
    if not found.size and found.root != merkle.EMPTY_ROOT:
        raise ManifestError("an empty log has the empty root")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("something is not text")
    return value


def _name(value: object) -> str:
    if not _NAME.fullmatch(_text(value)):
        raise ManifestError("a name has other letters than a-z, 0-9, dot and -")
    return str(value)


def _digest(value: object) -> str:
    if not _SHA256.fullmatch(_text(value)):
        raise ManifestError("a digest is not 64 hexadecimal digits")
    return str(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ManifestError("something is not a number from 0")
    return value


def _moment(value: object) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.utcoffset() != timedelta(0):
        raise ManifestError("its time is not UTC")
    return found


def sign(manifest: Manifest, *, name: str, private_key: bytes) -> bytes:
    """Return the manifest as a note signed by a ledger key, whose ``name`` is the log's.

    :raises NoteError: it is too large for a note, or the name cannot stand in one.
    """
    made = note.sign(manifest.text, name=name, private_key=private_key)
    if len(made) > note.LARGEST_NOTE:
        raise ManifestError("it is larger than a note may be")
    return made


def open(data: bytes, *, keys: Iterable[str]) -> Manifest:  # noqa: A001 - as note.open
    """Return the manifest that one of the verifier ``keys`` signed.

    :raises NoteError: none of them did, or a signature is wrong.
    :raises ManifestError: the note is no manifest.
    """
    return parse(note.open(data, keys=keys).text)
