"""What an entry is, and how a log grows by entries: pure rules over bytes.

An entry commits to a record and does not tell it, 38 bytes::

    "JJK1" | kind, 1 byte | schema, 1 byte | SHA-256("jejak/commit/v1" ‖ 00 ‖ salt, 32 bytes ‖ JCS(record))

The salt is fresh for each record, so nobody can guess at what an entry holds.  Whoever is given record and salt can
check that this entry, and no other record, was meant.

Source: RFC 8785 (JCS, the one spelling of a JSON value).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import rfc8785

from jejak.formats import merkle, tiles
from jejak.ledger.errors import RecordRefused

MAGIC: Final = b"JJK1"
ENTRY_BYTES: Final = 38
SALT_BYTES: Final = 32
LARGEST_RECORD: Final = 60_000

_DOMAIN: Final = b"jejak/commit/v1\0"
_EXACT: Final = (1 << 53) - 1
_spelled: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode
_BYTE: Final = range(1, 256)
_KIND_NAME: Final = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: its number in the log for ever, the room's name for it, and the version of its record's form.

    The records of an ``opened`` kind are published with their salts, for everybody to read.
    """

    number: int
    name: str
    schema: int = 1
    opened: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not fit an entry."""
        if self.number not in _BYTE or self.schema not in _BYTE or not _KIND_NAME.fullmatch(self.name):
            message = f"{self} does not fit an entry"
            raise ValueError(message)
        if self.opened:
            _published.add(self.number)


_published: set[int] = set()


def published_kinds() -> frozenset[int]:
    """Return the numbers of the kinds whose records are published, as their rooms defined them; no row says so."""
    return frozenset(_published)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the log itself shows of an entry; ``commitment`` is 32 bytes."""

    kind: int
    schema: int
    commitment: bytes

    def encode(self) -> bytes:
        """Return the entry's bytes."""
        return MAGIC + bytes((self.kind, self.schema)) + self.commitment


def parse(entry: bytes) -> Entry | None:
    """Return what an entry says, or ``None`` if it is none of ours."""
    if len(entry) != ENTRY_BYTES or not entry.startswith(MAGIC) or 0 in entry[4:6]:
        return None
    return Entry(entry[4], entry[5], entry[6:])


def canonical(record: Mapping[str, Any], *, largest: int = LARGEST_RECORD) -> bytes:
    """Return the one spelling of a record, at most ``largest`` bytes.

    :raises RecordRefused: it holds something that has no one spelling (a fraction, say), or is too long.
    """
    if not isinstance(record, Mapping):
        raise RecordRefused
    plain = dict(record)
    try:
        text = _spelled(plain).encode() if _simple(plain) else _dumped(plain)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        raise RecordRefused from None
    if len(text) > largest:
        raise RecordRefused("it is too long")
    return text


def commitment(*, salt: bytes, record: bytes) -> bytes:
    """Return what an entry holds of a record in its one spelling."""
    if len(salt) != SALT_BYTES:
        message = f"a salt has {SALT_BYTES} bytes"
        raise ValueError(message)
    return sha256(_DOMAIN + salt + record).digest()


def _plain(value: object) -> bool:
    if value is None or isinstance(value, str | int):
        return True
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(one) for key, one in value.items())
    return isinstance(value, list | tuple) and all(map(_plain, value))


def _simple(record: dict[str, Any]) -> bool:
    """Return whether a record is one level of text and small whole numbers under ASCII names.

    Of such a one `json` makes the same bytes as `rfc8785` in a third of the time; that was a quarter of an entry's.
    """
    return all(
        type(key) is str
        and key.isascii()
        and (type(value) is str or (type(value) is int and -_EXACT <= value <= _EXACT))
        for key, value in record.items()
    )


def _dumped(record: dict[str, Any]) -> bytes:
    if not _plain(record):
        raise RecordRefused
    return rfc8785.dumps(record)


def origin_of(base_url: str) -> str:
    """Return the log's name for a node at this address: the address of its files without the scheme."""
    return base_url.partition("://")[2] + "/ledger"


class Growth:
    """A log that grows: its rightmost tiles, and what they became through new entries.

    ``rows`` holds the hashes of the unfinished tile of each level, ``entries`` the entries of the unfinished bundle.
    """

    def __init__(
        self, *, size: int = 0, rows: list[list[bytes]] | None = None, entries: list[bytes] | None = None
    ) -> None:
        """Continue a log of ``size`` entries from its unfinished tiles."""
        self.size = size
        self._rows = rows or [[]]
        self._entries = entries or []
        self._done: list[tuple[tiles.Tile, bytes]] = []

    def add(self, entries: list[bytes]) -> None:
        """Add entries at the end."""
        start = 0
        while start < len(entries):
            row = self._rows[0]
            part = entries[start : start + tiles.WIDTH - len(row)]
            row += [sha256(b"\x00" + entry).digest() for entry in part]
            self._entries += part
            self.size += len(part)
            start += len(part)
            if len(row) == tiles.WIDTH:
                number = (self.size >> tiles.HEIGHT) - 1
                self._done.append((tiles.Tile(tiles.ENTRIES, number), tiles.bundle(self._entries)))
                self._entries = []
                self._finish(0)

    def _finish(self, level: int) -> None:
        row = self._rows[level]
        number = (self.size >> tiles.HEIGHT * (level + 1)) - 1
        self._done.append((tiles.Tile(level, number), b"".join(row)))
        self._rows[level] = []
        if len(self._rows) == level + 1:
            self._rows.append([])
        self._rows[level + 1].append(merkle.root_of(row))
        if len(self._rows[level + 1]) == tiles.WIDTH:
            self._finish(level + 1)

    def root(self) -> bytes:
        """Return the root over all entries."""
        found: list[bytes] = []
        for row in self._rows:
            found = [merkle.root_of(row + found)] if row or found else []
        return found[0] if found else merkle.EMPTY_ROOT

    def take(self) -> list[tuple[tiles.Tile, bytes]]:
        """Return the files that changed since the last call, the full ones first."""
        done, self._done = self._done, []
        if self._entries:
            number, width = divmod(self.size, tiles.WIDTH)
            done.append((tiles.Tile(tiles.ENTRIES, number, width), tiles.bundle(self._entries)))
        for level, row in enumerate(self._rows):
            if row:
                number = self.size >> tiles.HEIGHT * (level + 1)
                done.append((tiles.Tile(level, number, len(row)), b"".join(row)))
        return done


def grown(*, size: int, fetch: Any) -> Growth:  # noqa: ANN401 - a function from Tile to bytes
    """Return a log of ``size`` entries ready to grow, from its unfinished tiles as ``fetch`` reads them.

    :raises TileError: a file is not what its place says.
    """
    rows: list[list[bytes]] = []
    entries: list[bytes] = []
    level = 0
    while level == 0 or size >> tiles.HEIGHT * level:
        number, width = divmod(size >> tiles.HEIGHT * level, tiles.WIDTH)
        rows.append(tiles.split(fetch(tiles.Tile(level, number, width)), width=width) if width else [])
        level += 1
    if size % tiles.WIDTH:
        last = tiles.Tile(tiles.ENTRIES, size >> tiles.HEIGHT, size % tiles.WIDTH)
        entries = tiles.unbundle(fetch(last), width=last.width)
    return Growth(size=size, rows=rows, entries=entries)
