"""Tiles: the files in which a log lies open, so that any web server can serve it and anybody can check it.

::

    checkpoint                        the latest signed checkpoint
    tile/<L>/<N>[.p/<W>]              W hashes of 32 bytes (256 without .p): tile N of level L
    tile/entries/<N>[.p/<W>]          the entries of tile N of level 0, each as its length in 2 bytes and itself

A hash in a tile of level 0 is a leaf; one of level L is the root over a full tile of level L - 1. N is written in
groups of three digits, all but the last led by x: tile 1234067 is ``x001/x234/067``. A tree of 70,000 leaves has 273
full tiles of level 0 and ``tile/0/273.p/112``, ``tile/1/000``, ``tile/1/001.p/17``, ``tile/2/000.p/1``.

Source: https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jejak.formats import merkle
from jejak.kernel.problems import JejakError

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
HIGHEST_LEVEL: Final = 63
LARGEST_ENTRY: Final = (1 << 16) - 1
LARGEST_INDEX: Final = merkle.LARGEST_SIZE >> HEIGHT
ENTRIES: Final = -1
"""The level by which bundles of entries are named here."""

_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TileError(JejakError):
    """A file of the log is not what its place says."""

    code = "tile-refused"


@dataclass(frozen=True, slots=True)
class Tile:
    """Which file: level (`ENTRIES` for entries), index within it, and width from 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies under the log's address."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def full(self) -> Tile:
        """The same tile once it is full."""
        return Tile(self.level, self.index)


def parse(path: str) -> Tile:
    """Return which tile a path means.

    :raises TileError: it means none, or is spelled in another way than its own.
    """
    found = _PATH.fullmatch(path) if len(path) <= len("tile/entries/") + 40 else None
    if not found:
        raise TileError("there is no such file in a log")
    tile = Tile(
        ENTRIES if found[1] == "entries" else int(found[1]),
        int(found[2].replace("x", "").replace("/", "")),
        int(found[3] or WIDTH),
    )
    if tile.path != path or tile.level > HIGHEST_LEVEL or tile.index > LARGEST_INDEX:
        raise TileError("there is no such file in a log")
    return tile


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree of ``size`` leaves, entries first, level by level: those that grew ``since`` a size."""
    levels = [ENTRIES, *range(-(-max(size.bit_length(), 1) // HEIGHT))]
    for level in levels:
        shift = HEIGHT * max(level, 0)
        for index in range(since >> shift + HEIGHT, -(-(size >> shift) // WIDTH)):
            width = min((size >> shift) - index * WIDTH, WIDTH)
            if (since >> shift) - index * WIDTH < width:
                yield Tile(level, index, width)


def split(data: bytes, *, width: int) -> list[bytes]:
    """Return the hashes in a tile.

    :raises TileError: it does not hold ``width`` of them.
    """
    if len(data) != width * merkle.HASH_BYTES:
        raise TileError(f"a tile of {width} hashes has {width * merkle.HASH_BYTES} bytes, not {len(data)}")
    return [data[start : start + merkle.HASH_BYTES] for start in range(0, len(data), merkle.HASH_BYTES)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as a file.

    :raises TileError: one is longer than 65,535 bytes.
    """
    if any(len(entry) > LARGEST_ENTRY for entry in entries):
        raise TileError(f"an entry has at most {LARGEST_ENTRY} bytes")
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(_LENGTH_BYTES), entry)])


def unbundle(data: bytes, *, width: int) -> list[bytes]:
    """Return the entries in a file.

    :raises TileError: it does not hold ``width`` of them and nothing else.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start])
        if start > len(data) or at > len(data):
            raise TileError("a bundle of entries ends within one")
        entries.append(data[start:at])
    if len(entries) != width or at != len(data):
        raise TileError(f"a bundle does not hold {width} entries and nothing else")
    return entries


class TileReader:
    """Reads the hashes of a tree of ``size`` leaves out of its tiles; each tile is fetched once."""

    def __init__(self, *, size: int, fetch: Callable[[Tile], bytes]) -> None:
        """Read through ``fetch``, which returns a tile's bytes."""
        self._size = size
        self._fetch = fetch
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of the complete subtree at a level and index.

        :raises TileError: a tile does not hold what it should.
        """
        tile_level, height = divmod(level, HEIGHT)
        number, start = divmod(index << height, WIDTH)
        hashes = self._hashes(tile_level, number)
        if start + (1 << height) > len(hashes):
            raise TileError("the tree has no such subtree")
        return merkle.root_of(hashes[start : start + (1 << height)])

    def _hashes(self, level: int, index: int) -> list[bytes]:
        found = self._tiles.get((level, index))
        if found is None:
            width = min((self._size >> HEIGHT * level) - index * WIDTH, WIDTH)
            if width <= 0:
                raise TileError("the tree has no such subtree")
            found = self._tiles[level, index] = split(self._fetch(Tile(level, index, width)), width=width)
        return found
