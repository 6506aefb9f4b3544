"""The root over the log as it was when a record entered it: a value that nobody could choose before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.formats import merkle, tiles
from jejak.ledger.models import Place
from jejak.ledger.sequencing import log_files

if TYPE_CHECKING:
    from jejak.formats.checkpoint import Checkpoint


def root_upto(*, number: int, head: Checkpoint | None) -> bytes | None:
    """Return the root over the log up to and with a record, 32 bytes; ``None`` while ``head`` does not cover it."""
    index = Place.objects.filter(record_id=number).values_list("index", flat=True).first()
    if index is None or head is None or head.size <= index:
        return None
    read = tiles.TileReader(size=head.size, fetch=log_files().read)
    return merkle.read_range(size=index + 1, read=read).root()
