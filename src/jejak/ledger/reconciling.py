"""Comparing the database with the log: which rows were changed behind Jejak's back since they were committed to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db import DataError

from jejak.formats import tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.kernel.problems import JejakError
from jejak.ledger import forgetting, queries, rules
from jejak.ledger.models import Place, Record, State, Waiting
from jejak.ledger.sequencing import alone, log_files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from jejak.ledger.queries import Kept

    Reader = Callable[[Sequence[Kept]], Iterable[str]]
    """Compares the rows that records speak of with the rows there are; returns a sentence for each difference.

    At the end it is called once without records, whether there were any or not, and names rows that no entry knows.
    """

BUNDLES_AT_ONCE: Final = 16
MOST_FINDINGS: Final = 100


@dataclass(slots=True)
class Reconciled:
    """How many entries were compared, how many records are erased or lost to a restored backup, and what is wrong.

    ``erased`` are those that a published retention entry covers, ``lost`` those that one of a restored backup covers;
    any other is a finding.
    """

    entries: int = 0
    erased: int = 0
    lost: int = 0
    findings: list[str] = field(default_factory=list)

    def find(self, text: str) -> None:
        """Note that something is wrong, once."""
        if len(self.findings) < MOST_FINDINGS and text not in self.findings:
            self.findings.append(text)


@dataclass(frozen=True, slots=True)
class _Excused:
    """Which records may be missing, as published entries say."""

    below: int
    within: Sequence[range]

    def erased(self, index: int) -> bool:
        return index < self.below

    def lost(self, index: int) -> bool:
        return any(index in one for one in self.within)


def _quiet(_done: int) -> None:
    """Tell nobody."""


def reconcile(
    *,
    readers: Mapping[int, Reader],
    opened: Collection[int] | None = None,
    progress: Callable[[int], None] = _quiet,
) -> Reconciled:
    """Return what differs between the log's files and the database; ``readers`` look at the rows of their kind.

    Kinds in ``opened`` must be kept as published ones, and no others, unless nobody says which they are.
    """
    report = Reconciled()
    size = _size(report)
    excused = _Excused(
        below=forgetting.erasable(before=forgetting.kept_from(of=forgetting.CLASS)), within=forgetting.restored()
    )
    for start in range(0, size, BUNDLES_AT_ONCE * WIDTH):
        end = min(start + BUNDLES_AT_ONCE * WIDTH, size)
        told = _compare(start, end, report, excused)
        for kind, records in told.items():
            for one in records:
                if opened is not None and one.opened != (kind in opened):
                    report.find(_wrongly_marked(one))
            for difference in _differences(readers[kind], records) if kind in readers else ():
                report.find(difference)
        progress(end)
    strays = (found for reader in readers.values() for found in _differences(reader, ()))
    for finding in (*strays, *_astray(size), *forgetting.impossible(), *forgetting.remaining()):
        report.find(finding)
    return report


def _wrongly_marked(one: Kept) -> str:
    if one.opened:
        return f"record {one.number} is of a kind that is not published and marked as published"
    return f"record {one.number} is of a published kind and marked as not published"


def _size(report: Reconciled) -> int:
    """Return how many entries are signed, once the database has noted the same; the sequencer may be at work."""
    with alone() as still:
        head, state = log_files().head(), State.objects.filter(pk=1).first()
    size, noted = (head.size if head else 0), (state.size if state else 0)
    if noted < size or (still and noted > size):
        report.find(f"the log has {size} entries, the database noted {noted}")
    elif head and state and noted == size and bytes(state.root) != head.root:
        report.find(f"the database noted another root than the log's for {size} entries")
    return size


def _compare(start: int, end: int, report: Reconciled, excused: _Excused) -> Mapping[int, list[Kept]]:
    """Return the records that agree with their entries, by kind."""
    places = Place.objects.filter(index__range=(start, end - 1)).select_related("record")
    held = {place.index: place for place in places}
    told: dict[int, list[Kept]] = defaultdict(list)
    for index, data in _published(start, end):
        place = held.get(index)
        report.entries += 1
        if place is None:
            report.find(f"entry {index} has no place in the database")
        elif place.record is None:
            report.lost += excused.lost(index)
            if not excused.lost(index):
                report.find(f"entry {index} has lost its record, and no entry of a restored backup covers it")
        else:
            kept = queries.kept(place.record)
            if rules.Entry(kept.kind, kept.schema, kept.commitment).encode() != data:
                report.find(f"record {kept.number} is not the one that entry {index} of the log commits to")
            elif place.record.record is None or place.record.salt is None:
                report.erased += excused.erased(index)
                if not excused.erased(index):
                    report.find(f"record {kept.number}, entry {index}, was erased, and no retention entry covers it")
            elif _changed(place.record.record, bytes(place.record.salt), kept.commitment):
                report.find(f"record {kept.number} was changed since entry {index} of the log committed to it")
            elif kept.record is None:
                report.find(f"record {kept.number}, entry {index}, is none that Jejak would have kept")
            else:
                told[kept.kind].append(kept)
    return told


def _astray(size: int) -> Iterator[str]:
    """Yield what will never enter the log: records whose waiting was deleted, and places that nobody gave."""
    lost = Record.objects.filter(place__isnull=True).exclude(pk__in=Waiting.objects.values("record_id"))
    for number in lost.order_by("pk").values_list("pk", flat=True)[:MOST_FINDINGS]:
        yield f"record {number} is in no place of the log and does not wait for one"
    for number in Waiting.objects.exclude(record_id__in=Record.objects.values("pk")).values_list("pk", flat=True):
        yield f"record {number} waits for the log and is not there"
    state = State.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    beyond = Place.objects.filter(index__gte=max(size, state)).order_by("index")
    for index in beyond.values_list("index", flat=True)[:MOST_FINDINGS]:
        yield f"place {index} lies beyond the log"


def _published(start: int, end: int) -> Iterable[tuple[int, bytes]]:
    """Yield the entries of the log's files from ``start``, which begins a bundle."""
    for bundle in range(start // WIDTH, -(-end // WIDTH)):
        tile = Tile(ENTRIES, bundle, min(end - bundle * WIDTH, WIDTH))
        entries = tiles.unbundle(log_files().read(tile), width=tile.width)
        yield from enumerate(entries, start=bundle * WIDTH)


def _differences(reader: Reader, records: Sequence[Kept]) -> list[str]:
    """Return what a reader finds; where a row holds what nobody can read, it is asked about one record after the other.

    As owner of the database one may write a moment or a number that no record can hold. That must not end the check.
    """
    try:
        return list(reader(records))
    except (DataError, JejakError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        told = getattr(error, "title", "") or str(error).partition("\n")[0]
        if not records:
            return [f"rows that records speak of cannot be read: {told}"]
        if len(records) == 1:
            return [f"a row that record {records[0].number} speaks of cannot be read: {told}"]
    return [found for one in records for found in _differences(reader, [one])]


def _changed(record: str, salt: bytes, commitment: bytes) -> bool:
    return rules.commitment(salt=salt, record=record.encode()) != commitment
