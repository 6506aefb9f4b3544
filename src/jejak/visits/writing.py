"""Writing single check-ins from pages and text messages, by the same statement as the lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from django.db import connection, transaction

from jejak.kernel.ids import uuid7_time
from jejak.store import sql
from jejak.visits.errors import VisitConflict

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def check_in(
    *, visit: UUID, premises: int, zone: int | None, minutes: int, person: int, device: int, flags: int
) -> datetime:
    """Return the moment of a check-in, which is the one in its id (UUIDv7); the same one sent again changes nothing.

    ``minutes`` is the typical stay there, ``device`` above 0 for a phone, below 0 for a tablet at a door, 0 for
    none; ``flags`` are bits of `rules`. The caller has decided that this moment may be written.

    :raises VisitConflict: the id stands for another visit at these premises.
    """
    at = uuid7_time(visit)
    ms = round(at.timestamp() * 1000)
    values = [[premises], [ms], [visit], [minutes], [person], [zone], [device], [flags]]
    connection.ensure_connection()
    # The files number their parameters, as asyncpg wants it; psycopg reads that with a raw cursor.
    with psycopg.RawCursor(connection.connection) as cursor:
        stored = cursor.execute(sql.load("visits", "lane_insert").encode(), values).fetchone()
        if stored is not None and not stored[0]:
            found = cursor.execute(sql.load("visits", "lane_by_key").encode(), values[:3]).fetchone()
            if found is None or (found[2], found[3], found[4]) != (person, zone, device):
                raise VisitConflict
    return at
