"""Putting a log's files together after a loss: the largest tree that was ever published, and no other.

Whoever restores names every place where the log was seen: what is left on the disk, the backup, copies of others. The
largest checkpoint among them decides, and the tree that is built contains every smaller one, or nothing is built.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.formats import checkpoint, note, tiles
from jejak.formats.tiles import ENTRIES, Tile, TileError
from jejak.kernel.problems import JejakError
from jejak.ledger import archive
from jejak.ledger.errors import LogForked, LogUnreadable
from jejak.ledger.rules import Growth
from jejak.ledger.sources import read_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jejak.formats.checkpoint import Checkpoint
    from jejak.ledger.logfiles import LogFiles
    from jejak.ledger.sources import Source


@dataclass(frozen=True, slots=True)
class Seen:
    """A tree that the log was seen with, where (in words for people), and the files there, if any."""

    where: str
    size: int
    root: bytes
    source: Source | None = None


def signed_checkpoint(data: bytes, *, keys: Sequence[str]) -> Checkpoint:
    """Return the checkpoint that one of our own verifier ``keys`` signed.

    :raises NoteError: none did.
    """
    for key in keys[:-1]:
        try:
            return checkpoint.open(data, log=key).checkpoint
        except JejakError:
            continue
    return checkpoint.open(data, log=keys[-1]).checkpoint


def seen_at(where: str, source: Source, *, keys: Sequence[str], name: str = "checkpoint") -> Seen | None:
    """Return how the log stands at a place by its checkpoint or ``witnessed`` one, or ``None`` if there is none.

    :raises NoteError: there is one, and it is not ours.
    """
    data = source.fetch(name)
    if data is None:
        return None
    found = signed_checkpoint(data, keys=keys)
    return Seen(where, found.size, found.root, source)


def _quiet(_done: int) -> None:
    """Tell nobody."""


def build(
    *, origin: str, seen: Sequence[Seen], into: LogFiles, progress: Callable[[int], None] = _quiet
) -> tuple[Checkpoint, Seen] | None:
    """Write the files of the largest tree seen into an empty folder, and return it with the place that had it.

    ``None`` if no log was seen. ``progress`` hears how many entries are done.

    :raises LogForked: a smaller tree is not the beginning of the largest: somebody was shown another log.
    :raises LogUnreadable: nowhere are all files of the largest tree.
    """
    size = max((one.size for one in seen), default=0)
    if not size:
        return None
    why = LogUnreadable("only its checkpoint is known")
    for chosen in (one for one in seen if one.size == size):
        if chosen.source is None:
            continue
        try:
            growth, made = _grown(chosen.source, size, seen, progress)
        except (LogUnreadable, TileError) as error:
            why = LogUnreadable(f"{chosen.where}: {error.detail}")
            continue
        into.write(dict(made).items())
        return _written(checkpoint.Checkpoint(origin, size, growth.root()), chosen.source, into), chosen
    largest = next(one for one in seen if one.size == size)
    raise LogUnreadable(f"{largest.where} shows {size} entries, and no place has them all; {why.detail}")


def _grown(
    source: Source, size: int, seen: Sequence[Seen], progress: Callable[[int], None]
) -> tuple[Growth, list[tuple[Tile, bytes]]]:
    """Return the tree over a source's entries with its tiles, compared at each size with what was seen there.

    Where it was cut off then, the unfinished tiles are made too: a database that knows so much goes on from them.
    """
    growth, made = Growth(), []
    bounds = sorted({one.size for one in seen if 0 < one.size <= size})
    for entries in _bundles(source, size):
        start, end = growth.size, growth.size + len(entries)
        for cut in sorted({bound for bound in bounds if start < bound <= end} | {end}):
            growth.add(entries[growth.size - start : cut - start])
            _compare(growth, seen)
            if cut in bounds:
                made += growth.take()
        progress(growth.size)
    return growth, made


def _compare(growth: Growth, seen: Sequence[Seen]) -> None:
    at_size = [one for one in seen if one.size == growth.size]
    wrong = [one for one in at_size if one.root != growth.root()]
    if wrong:
        raise LogForked(f"{wrong[0].where} shows another tree of {growth.size} entries than the log that was found")


def _bundles(source: Source, size: int) -> Iterator[list[bytes]]:
    for tile in tiles.tiles_of(size):
        if tile.level != ENTRIES:
            return
        entries = tiles.unbundle(read_tile(source, tile), width=tile.width)
        _require_hashes(source, tile, entries)
        yield entries


def _require_hashes(source: Source, tile: Tile, entries: list[bytes]) -> None:
    """Tell a damaged bundle from a forked log: where entries and their own tile of hashes differ, it is damage."""
    fresh = Growth(size=tile.index * tiles.WIDTH)
    fresh.add(entries)
    expected = next(data for made, data in fresh.take() if made.level == 0)
    if read_tile(source, Tile(0, tile.index, tile.width)) != expected:
        raise LogUnreadable(f"{tile.path} is not what its tile of hashes says")


def _written(head: Checkpoint, source: Source, into: LogFiles) -> Checkpoint:
    for name, data in archive.opened_parts(source, head):
        into.publish(name, data)
    shown = source.fetch("checkpoint")
    if shown is not None and archive.published(source) == head:
        into.publish("checkpoint", shown)
    into.publish("head", head.text.encode())
    return head


def bring_beside(left: LogFiles, packed: archive.Archive, *, into: LogFiles) -> None:
    """Bring along who witnesses the log and what this node saw of others': what was left, else what was packed.

    Of what it saw of another's log the larger, for each log: a witness must not forget what it signed.
    """
    there = {name: left.fetch(name) for name in archive.beside(left)}
    held = {name: data for name, data in there.items() if data is not None}
    kept = dict(packed.beside())
    brought = held or kept
    for name, data in kept.items():
        if name.startswith(f"{archive.WITNESS}/") and _seen_of(data) > _seen_of(brought.get(name)):
            brought[name] = data
    limit = into.head()
    for name, data in brought.items():
        # Witnesses may have signed a later tree while the log was packed; of that the files here know nothing.
        if name != "witnessed" or limit is None or _seen_of(data) <= limit.size:
            into.publish(name, data)


def _seen_of(data: bytes | None) -> int:
    """Return how large a log was when a witness's file of it was written; -1 for a file of something else, or none."""
    with suppress(note.NoteError):
        return checkpoint.parse(note.parse(data or b"").text).size
    return -1
