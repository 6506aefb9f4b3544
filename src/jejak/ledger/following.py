"""Following a log: remember its last checkpoint, and prove that each later one only grew from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jejak.formats import checkpoint, merkle, tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.ledger import checking, opening, rules
from jejak.ledger.errors import LogForked
from jejak.ledger.sources import read_tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.formats.checkpoint import Checkpoint, Signed
    from jejak.ledger.sources import Source


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as an outsider sees it; ``record`` where it is published and what the entry commits to."""

    index: int
    kind: int
    record: dict[str, Any] | None


def grown(source: Source, *, key: str, before: bytes | None) -> Signed:
    """Return the log's checkpoint, proved to contain the one seen ``before``.

    :raises LogForked: it does not: the log is smaller, or has another history.
    :raises NoteError: a checkpoint is not signed by the log's key.
    :raises LogUnreadable: there is no checkpoint, or no tile that the proof needs.
    """
    signed = checking.latest(source, key=key)
    if before is not None:
        prove_grown(source, old=checkpoint.open(before, log=key).checkpoint, new=signed.checkpoint)
    return signed


def prove_grown(source: Source, *, old: Checkpoint, new: Checkpoint) -> None:
    """Return if the tiles prove that ``new`` contains ``old``.

    :raises LogForked: they do not.
    """
    if new.size < old.size:
        raise LogForked(f"it had {old.size} entries and has {new.size} now")
    if not old.size:
        return
    read = tiles.TileReader(size=new.size, fetch=lambda tile: read_tile(source, tile))
    path = merkle.consistency_path(size1=old.size, size2=new.size, read=read)
    try:
        merkle.verify_consistency(size1=old.size, size2=new.size, root1=old.root, root2=new.root, path=path)
    except merkle.ProofError as error:
        raise LogForked(f"from {old.size} to {new.size} entries: {error.detail}") from error


def entries_between(source: Source, *, start: int, head: Checkpoint) -> Iterator[Seen]:
    """Yield the entries from ``start`` up to a checkpoint, each proved to be in it.

    :raises LogForked: an entry is not in the tree that was signed.
    """
    read = tiles.TileReader(size=head.size, fetch=lambda tile: read_tile(source, tile))
    for bundle in range(start // WIDTH, -(-head.size // WIDTH)):
        tile = Tile(ENTRIES, bundle, min(head.size - bundle * WIDTH, WIDTH))
        entries = tiles.unbundle(read_tile(source, tile), width=tile.width)
        told = source.fetch(opening.path_of(bundle))
        opened = opening.read(told) if told else {}
        for index, data in enumerate(entries, start=bundle * WIDTH):
            if index >= start:
                _prove(index, data, head, read)
                yield _seen(index, data, opened.get(index))


def _prove(index: int, data: bytes, head: Checkpoint, read: tiles.TileReader) -> None:
    path = merkle.inclusion_path(index=index, size=head.size, read=read)
    try:
        merkle.verify_inclusion(
            leaf_hash=merkle.hash_leaf(data), index=index, size=head.size, path=path, root=head.root
        )
    except merkle.ProofError as error:
        raise LogForked(f"entry {index} is not in the tree that was signed: {error.detail}") from error


def _seen(index: int, data: bytes, told: tuple[dict[str, Any], bytes] | None) -> Seen:
    entry = rules.parse(data)
    if entry is None:
        return Seen(index, 0, None)
    believed = told if told and opening.opens(entry, record=told[0], salt=told[1]) else None
    return Seen(index, entry.kind, believed[0] if believed else None)
