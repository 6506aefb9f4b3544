"""Comparing the database with the log: which rows were changed behind Jejak's back since they were committed to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jejak.formats import tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.ledger import queries, rules
from jejak.ledger.models import Place, State
from jejak.ledger.sequencing import log_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jejak.ledger.queries import Kept

    Reader = Callable[[Sequence[Kept]], Iterable[str]]
    """Compares the rows that records speak of with the rows there are; returns a sentence for each difference."""

BUNDLES_AT_ONCE: Final = 16
MOST_FINDINGS: Final = 100


@dataclass(slots=True)
class Reconciled:
    """How many entries were compared, how many records are erased or lost to a restored backup, and what is wrong."""

    entries: int = 0
    erased: int = 0
    lost: int = 0
    findings: list[str] = field(default_factory=list)

    def find(self, text: str) -> None:
        """Note that something is wrong."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(text)


def _quiet(_done: int) -> None:
    """Tell nobody."""


def reconcile(*, readers: Mapping[int, Reader], progress: Callable[[int], None] = _quiet) -> Reconciled:
    """Return what differs between the log's files and the database; ``readers`` look at the rows of their kind."""
    report = Reconciled()
    head, state = log_files().head(), State.objects.filter(pk=1).first()
    size = head.size if head else 0
    if (state.size if state else 0) != size:
        report.find(f"the log has {size} entries, the database noted {state.size if state else 0}")
    for start in range(0, size, BUNDLES_AT_ONCE * WIDTH):
        end = min(start + BUNDLES_AT_ONCE * WIDTH, size)
        _compare(start, end, readers, report)
        progress(end)
    return report


def _compare(start: int, end: int, readers: Mapping[int, Reader], report: Reconciled) -> None:
    places = Place.objects.filter(index__range=(start, end - 1)).select_related("record")
    held = {place.index: place for place in places}
    told: dict[int, list[Kept]] = defaultdict(list)
    for index, data in _published(start, end):
        place = held.get(index)
        report.entries += 1
        if place is None:
            report.find(f"entry {index} has no place in the database")
        elif place.record is None:
            report.lost += 1
        else:
            kept = queries.kept(place.record)
            if rules.Entry(kept.kind, kept.schema, kept.commitment).encode() != data:
                report.find(f"record {kept.number} is not the one that entry {index} of the log commits to")
            elif place.record.record is None or place.record.salt is None:
                report.erased += 1
            elif _changed(place.record.record, bytes(place.record.salt), kept.commitment):
                report.find(f"record {kept.number} was changed since entry {index} of the log committed to it")
            else:
                told[kept.kind].append(kept)
    for kind, records in told.items():
        for difference in readers[kind](records) if kind in readers else ():
            report.find(difference)


def _published(start: int, end: int) -> Iterable[tuple[int, bytes]]:
    """Yield the entries of the log's files from ``start``, which begins a bundle."""
    for bundle in range(start // WIDTH, -(-end // WIDTH)):
        tile = Tile(ENTRIES, bundle, min(end - bundle * WIDTH, WIDTH))
        entries = tiles.unbundle(log_files().read(tile), width=tile.width)
        yield from enumerate(entries, start=bundle * WIDTH)


def _changed(record: str, salt: bytes, commitment: bytes) -> bool:
    return rules.commitment(salt=salt, record=record.encode()) != commitment
