"""Checking a whole log from its files or address, with its verifier key and nothing else of ours.

Every entry is hashed, every tile compared with those below it, the root with the signed checkpoint. The root is made in
another way than the sequencer's: leaf by leaf, from the entries alone.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from jejak.formats import checkpoint, merkle, tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile, TileError
from jejak.ledger import opening, rules
from jejak.ledger.errors import LogUnreadable
from jejak.ledger.sources import read_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from jejak.formats.checkpoint import Signed
    from jejak.formats.policy import Policy
    from jejak.ledger.sources import Source

READERS: Final = 4
AHEAD: Final = 64
MOST_FINDINGS: Final = 100


@dataclass(slots=True)
class Report:
    """What a check found: the checkpoint it believes, entries by kind, and what is wrong, at most 100 findings."""

    signed: Signed
    witnessed: bool | None = None  # whether the policy's quorum is met; None without a policy
    kinds: Counter[int] = field(default_factory=Counter)
    foreign: int = 0
    opened: int = 0
    findings: list[str] = field(default_factory=list)

    def find(self, text: str) -> None:
        """Note that something is wrong."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(text)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings and self.witnessed is not False


def _quiet(_done: int) -> None:
    """Tell nobody."""


def latest(source: Source, *, key: str, policy: Policy | None = None) -> Signed:
    """Return the published checkpoint, with the cosignatures of the policy's witnesses.

    :raises LogUnreadable: there is none.
    :raises NoteError: the log's key did not sign it.
    """
    data = source.fetch("checkpoint")
    if data is None:
        raise LogUnreadable("there is no checkpoint")
    return checkpoint.open(data, log=key, witnesses=[one.key for one in policy.witnesses] if policy else [])


def check(
    source: Source,
    *,
    key: str,
    policy: Policy | None = None,
    opened: Collection[int] = (),
    progress: Callable[[int], None] = _quiet,
) -> Report:
    """Return what is wrong with a log; kinds in ``opened`` must be published with record and salt.

    ``progress`` hears how many entries are done.

    :raises LogUnreadable: there is no checkpoint.
    :raises NoteError: the log's key did not sign it.
    """
    signed = latest(source, key=key, policy=policy)
    report = Report(signed, witnessed=policy.met_by(signed.cosignatures) if policy else None)
    size = signed.checkpoint.size
    try:
        tree, above = _entries(source, size, report, opened, progress)
        if tree.root() != signed.checkpoint.root:
            report.find(f"the entries give another root than the checkpoint signs for {size}")
        _levels(source, above, report)
    except (LogUnreadable, TileError) as error:
        report.find(f"{error.title} ({error.detail})")
    return report


def _entries(
    source: Source, size: int, report: Report, opened: Collection[int], progress: Callable[[int], None]
) -> tuple[merkle.Range, list[bytes]]:
    """Return the tree over the entries and the roots of its full tiles, entries compared with tiles of level 0."""
    tree, above = merkle.Range(), []
    for tile, data, hashes in _bundles(source, size):
        entries = tiles.unbundle(data, width=tile.width)
        leaves = [merkle.hash_leaf(entry) for entry in entries]
        for number, (leaf, stored) in enumerate(zip(leaves, tiles.split(hashes, width=tile.width), strict=True)):
            if leaf != stored:
                report.find(f"entry {tile.index * WIDTH + number} is not the one its tile holds")
        for leaf in leaves:
            tree.append(leaf)
        if tile.width == WIDTH:
            above.append(merkle.root_of(leaves))
        _say_what(source, tile, entries, report, opened)
        progress(tree.size)
    return tree, above


def _bundles(source: Source, size: int) -> Iterator[tuple[Tile, bytes, bytes]]:
    """Yield each bundle of entries with its bytes and those of its tile of hashes, read a little ahead."""

    def both(tile: Tile) -> tuple[Tile, bytes, bytes]:
        return tile, read_tile(source, tile), read_tile(source, Tile(0, tile.index, tile.width))

    # Never a list of all: whoever signed an absurd size shall meet the first file that is not there.
    wanted = takewhile(lambda tile: tile.level == ENTRIES, tiles.tiles_of(size))
    with ThreadPoolExecutor(READERS) as readers:
        while some := list(islice(wanted, AHEAD)):
            yield from readers.map(both, some)


def _levels(source: Source, hashes: list[bytes], report: Report) -> None:
    """Compare the tiles of level 1 and above with the roots of the full tiles below them."""
    level = 1
    while hashes:
        above = []
        for start in range(0, len(hashes), WIDTH):
            expected = hashes[start : start + WIDTH]
            tile = Tile(level, start // WIDTH, len(expected))
            if tiles.split(read_tile(source, tile), width=tile.width) != expected:
                report.find(f"{tile.path} does not hold the roots of the tiles below it")
            if tile.width == WIDTH:
                above.append(merkle.root_of(expected))
        hashes, level = above, level + 1


def _say_what(source: Source, tile: Tile, entries: Iterable[bytes], report: Report, opened: Collection[int]) -> None:
    """Count the entries by kind, and check the records that must be open."""
    public: dict[int, rules.Entry] = {}
    parsed: dict[int, rules.Entry] = {}
    for index, data in enumerate(entries, start=tile.index * WIDTH):
        entry = rules.parse(data)
        if entry is None:
            report.foreign += 1
            continue
        parsed[index] = entry
        report.kinds[entry.kind] += 1
        if entry.kind in opened:
            public[index] = entry
    if not public:
        return
    published = source.fetch(opening.path_of(tile.index))
    told = opening.read(published) if published else {}
    for index in sorted({*public} - {*told}):
        report.find(f"entry {index} is of a kind that is published, and its record is not there")
    for index, (record, salt) in told.items():
        if index in parsed and opening.opens(parsed[index], record=record, salt=salt):
            report.opened += 1
        elif index < report.signed.checkpoint.size:
            report.find(f"entry {index} does not commit to the record that is published for it")
