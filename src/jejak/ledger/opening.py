"""Opened records: published beside the log with their salts, so that anybody can read and check them.

Only what its entry commits to is published: a row that was changed in the database neither takes the place of what
everybody could read before, nor keeps the log from growing.

``opened/<N>.json`` holds those of bundle N of the log, one JSON object by index::

    {"<index>": {"record": …, "salt": "<base64>"}, …}
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jejak.formats import tiles
from jejak.formats.tiles import ENTRIES, WIDTH, Tile
from jejak.ledger import rules
from jejak.ledger.errors import LogUnreadable, RecordRefused
from jejak.ledger.rules import SALT_BYTES, Entry, canonical, commitment

if TYPE_CHECKING:
    from jejak.ledger.logfiles import LogFiles
    from jejak.ledger.models import Record


def path_of(bundle: int) -> str:
    """Return where the opened records of a bundle lie under the log's address."""
    return f"opened/{tiles.Tile(tiles.ENTRIES, bundle).path.removeprefix('tile/entries/')}.json"


def publish(files: LogFiles, *, start: int, end: int) -> None:
    """Publish the records of published kinds among the places from ``start`` to ``end``, whose tiles are written.

    What a row says of itself counts for nothing: a record marked as published by SQL would be out for ever.
    """
    from jejak.ledger.models import Place  # an outsider who only reads has no database

    first = start >> tiles.HEIGHT << tiles.HEIGHT  # the bundle's earlier ones too, should its file be damaged
    kinds = rules.published_kinds()
    found = Place.objects.filter(index__range=(first, end - 1), record__kind__in=kinds).order_by("index")
    bundles: dict[int, dict[int, Record]] = {}
    for place in found.select_related("record"):
        if place.record is not None:
            bundles.setdefault(place.index >> tiles.HEIGHT, {})[place.index] = place.record
    for number, records in bundles.items():
        tile = Tile(ENTRIES, number, min(end - number * WIDTH, WIDTH))
        entries = tiles.unbundle(files.read(tile), width=tile.width)
        fresh = {
            str(index): {"record": one.told, "salt": b64encode(bytes(one.salt)).decode()}
            for index, one in records.items()
            if one.told is not None and one.salt and _committed(entries[index % WIDTH], one.told, bytes(one.salt))
        }
        held: dict[str, Any] = {}
        with suppress(FileNotFoundError, ValueError):
            held = json.loads((files.folder / path_of(number)).read_bytes())
        files.publish(path_of(number), json.dumps(held | fresh, indent=1, ensure_ascii=False).encode())


def _committed(data: bytes, record: dict[str, Any], salt: bytes) -> bool:
    entry = rules.parse(data)
    return entry is not None and opens(entry, record=record, salt=salt)


def read(data: bytes) -> dict[int, tuple[dict[str, Any], bytes]]:
    """Return record and salt by index.

    :raises LogUnreadable: the file is damaged.
    """
    try:
        found = {
            int(index): (dict(one["record"]), b64decode(one["salt"], validate=True))
            for index, one in json.loads(data).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise LogUnreadable("a file of opened records is damaged") from None
    if any(len(salt) != SALT_BYTES for _record, salt in found.values()):
        raise LogUnreadable("a salt of an opened record has another length than 32 bytes")
    return found


def opens(entry: Entry, *, record: dict[str, Any], salt: bytes) -> bool:
    """Return whether an entry commits to this record; to what has no one spelling it cannot."""
    try:
        return commitment(salt=salt, record=canonical(record)) == entry.commitment
    except RecordRefused:
        return False
