"""Opened records: published beside the log with their salts, so that anybody can read and check them.

``opened/<N>.json`` holds those of bundle N of the log, one JSON object by index::

    {"<index>": {"record": …, "salt": "<base64>"}, …}
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jejak.formats import tiles
from jejak.ledger.errors import LogUnreadable
from jejak.ledger.rules import SALT_BYTES, Entry, canonical, commitment

if TYPE_CHECKING:
    from jejak.ledger.logfiles import LogFiles


def path_of(bundle: int) -> str:
    """Return where the opened records of a bundle lie under the log's address."""
    return f"opened/{tiles.Tile(tiles.ENTRIES, bundle).path.removeprefix('tile/entries/')}.json"


def publish(files: LogFiles, *, start: int, end: int) -> None:
    """Publish what is opened among the places from ``start`` to ``end``."""
    from jejak.ledger.models import Place  # an outsider who only reads has no database

    first = start >> tiles.HEIGHT << tiles.HEIGHT  # the bundle's earlier ones too, should its file be damaged
    found = Place.objects.filter(index__range=(first, end - 1), record__opened=True).order_by("index")
    bundles: dict[int, dict[str, Any]] = {}
    for place in found.select_related("record"):
        kept = place.record
        if kept and kept.record and kept.salt:
            bundle = bundles.setdefault(place.index >> tiles.HEIGHT, {})
            bundle[str(place.index)] = {
                "record": json.loads(kept.record),
                "salt": b64encode(bytes(kept.salt)).decode(),
            }
    for number, fresh in bundles.items():
        held: dict[str, Any] = {}
        with suppress(FileNotFoundError, ValueError):
            held = json.loads((files.folder / path_of(number)).read_bytes())
        files.publish(path_of(number), json.dumps(held | fresh, indent=1, ensure_ascii=False).encode())


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
    """Return whether an entry commits to this record."""
    return commitment(salt=salt, record=canonical(record)) == entry.commitment
