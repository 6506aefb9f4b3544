"""Going on after a backup was restored: the log keeps every entry that was published, the database learns of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from jejak.formats import merkle, tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.ledger import rules
from jejak.ledger.errors import LogForked
from jejak.ledger.models import Place, State, Waiting
from jejak.ledger.sequencing import alone, log_files

if TYPE_CHECKING:
    from jejak.formats.checkpoint import Checkpoint
    from jejak.ledger.logfiles import LogFiles


@dataclass(frozen=True, slots=True)
class Continued:
    """The places that the database learnt of: the records of ``found`` were there, those of ``lost`` are gone."""

    found: tuple[int, ...]
    lost: tuple[int, ...]


def continue_log() -> Continued | None:
    """Return what the database learnt of the published log, so that sequencing goes on where the log ended.

    ``None`` if another process sequences just now.

    :raises LogForked: the log does not begin with what the database knows; nothing is changed.
    """
    with alone() as here:
        return _learn(log_files()) if here else None


@transaction.atomic
def _learn(files: LogFiles) -> Continued:
    head = files.head()
    state = State.objects.select_for_update().filter(pk=1).first()
    size = state.size if state else 0
    if head is None or size >= head.size:
        return Continued((), ())
    _require_beginning(files, head, size, bytes(state.root) if state else merkle.EMPTY_ROOT)
    growth = rules.grown(size=size, fetch=files.read)
    entries = _entries(files, size, head.size)
    growth.add(entries)
    if growth.root() != head.root:
        raise LogForked(f"the entries do not give the tree of {head.size} that was signed")
    found = _waited(entries)
    Place.objects.bulk_create(
        [Place(index=index, record_id=found.get(data)) for index, data in enumerate(entries, start=size)], 5000
    )
    Waiting.objects.filter(record_id__in=found.values()).delete()
    State.objects.update_or_create(pk=1, defaults={"origin": head.origin, "size": head.size, "root": head.root})
    places = {index: data in found for index, data in enumerate(entries, start=size)}
    return Continued(
        found=tuple(index for index, there in places.items() if there),
        lost=tuple(index for index, there in places.items() if not there),
    )


def _require_beginning(files: LogFiles, head: Checkpoint, size: int, root: bytes) -> None:
    read = tiles.TileReader(size=head.size, fetch=files.read)
    if merkle.read_range(size=size, read=read).root() != root:
        raise LogForked(f"the log does not begin with the {size} entries that the database knows")


def _entries(files: LogFiles, start: int, end: int) -> list[bytes]:
    found: list[bytes] = []
    for bundle in range(start // WIDTH, -(-end // WIDTH)):
        tile = Tile(ENTRIES, bundle, min(end - bundle * WIDTH, WIDTH))
        found += tiles.unbundle(files.read(tile), width=tile.width)
    return found[start % WIDTH :]


def _waited(entries: list[bytes]) -> dict[bytes, int]:
    """Return the records that wait in this database although the log holds them already, by their entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select record.id, record.kind, record.schema, record.commitment from ledger_waiting waiting "
            "join ledger_record record on record.id = waiting.record_id where record.commitment = any (%s)",
            [[entry[6:] for entry in entries]],
        )
        rows = cursor.fetchall()
    waiting = {rules.Entry(kind, schema, bytes(made)).encode(): number for number, kind, schema, made in rows}
    return {entry: waiting[entry] for entry in entries if entry in waiting}
