"""Changing persons; the statements are the same files that the lane runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from django.db import connection, transaction

from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import rules
from jejak.store import sql

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def upsert_claimed(*, phone: str, name: str, at: datetime) -> int:
    """Return the number of the person at a door, made at level *claimed* if this phone and name are new.

    :raises PersonRefused: the phone or the name cannot be used.
    """
    claim = rules.claim(
        phone=rules.e164(phone=phone),
        name=rules.tidy_name(name=name),
        uuid=uuid7(),
        sealer=sealer(),
        index=blind_index(),
    )
    connection.ensure_connection()
    # The files number their parameters, as asyncpg wants it; psycopg reads that with a raw cursor.
    with psycopg.RawCursor(connection.connection) as cursor:
        values = (
            [claim.uuid],
            [claim.door_key],
            [claim.phone_key],
            [claim.phone_sealed],
            [claim.name_sealed],
            [at],
        )
        row = cursor.execute(sql.load("people", "upsert_claimed").encode(), values).fetchone()
        row = row or cursor.execute(sql.load("people", "by_door_key").encode(), ([claim.door_key],)).fetchone()
    if row is None:
        message = "A person was neither made nor found; was it deleted in between?"
        raise RuntimeError(message)
    return int(row[0])
