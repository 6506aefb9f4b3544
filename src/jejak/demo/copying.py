"""Rows in PostgreSQL's binary COPY format, made from columns without touching each row in Python.

A stream::

    "PGCOPY" LF 0xFF CR LF NUL | flags int32 0 | extension int32 0 | rows … | int16 -1
    row:   fields int16 | per field: length int32 (-1 null) | bytes
    timestamptz: microseconds since 2000-01-01 UTC, int64

Source: PostgreSQL documentation, COPY, "Binary Format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from jejak.demo.columns import Outings
    from jejak.demo.place_rows import Firsts

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
EPOCH_2000: Final = 946_684_800_000
"""Milliseconds from 1970 to 2000."""

VISIT_COLUMNS: Final = ("premises_id", "checked_in", "id", "until", "person_id", "zone_id", "device_id", "flags")
_TYPES: Final = (">i8", ">i8", "V16", ">i8", ">i8", ">i8", ">i8", ">i2")


def _row_type(*, zoned: bool) -> np.dtype[np.void]:
    parts: list[tuple[str, str]] = [("fields", ">i2")]
    for column, kind in zip(VISIT_COLUMNS, _TYPES, strict=True):
        parts.append((f"{column}_length", ">i4"))
        if zoned or column != "zone_id":
            parts.append((column, kind))
    return np.dtype(parts)


def visit_rows(visits: Outings, *, firsts: Firsts) -> bytes:
    """Return the visits as a whole COPY stream; indexes become the database's numbers by adding the firsts."""
    zoned = visits.zone >= 0
    parts = [_rows(visits.taken(~zoned), firsts, zoned=False), _rows(visits.taken(zoned), firsts, zoned=True)]
    return b"".join([HEADER, *parts, TRAILER])


def _rows(visits: Outings, firsts: Firsts, *, zoned: bool) -> bytes:
    kind = _row_type(zoned=zoned)
    rows = np.zeros(len(visits), dtype=kind)
    rows["fields"] = len(VISIT_COLUMNS)
    for column in VISIT_COLUMNS:
        known = column in (kind.names or ())
        rows[f"{column}_length"] = kind[column].itemsize if known else -1
    rows["premises_id"] = visits.premises.astype(np.int64) + firsts.premises
    rows["checked_in"] = (visits.checked_in - EPOCH_2000) * 1_000
    rows["id"] = np.ascontiguousarray(visits.id).view("V16").ravel()
    rows["until"] = (visits.until - EPOCH_2000) * 1_000
    rows["person_id"] = visits.person.astype(np.int64) + firsts.person
    rows["device_id"] = visits.device
    rows["flags"] = visits.flags
    if zoned:
        rows["zone_id"] = visits.zone.astype(np.int64) + firsts.zone
    return rows.tobytes()
