"""Running the log's named statements: prepared once, planned once for all days."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from django.db import connection, transaction

from jejak.store import sql

GENERIC: Final = "set local plan_cache_mode = force_generic_plan; set local jit = off"
"""Planning over all the days costs more than the search itself; a database that refuses the setting can go without."""


def rows(name: str, **values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a named statement, prepared on this connection and planned once."""
    connection.ensure_connection()
    raw = connection.connection
    statement = sql.load("visits", name).encode()
    with (
        transaction.atomic(savepoint=False),
        raw.pipeline(),
        psycopg.Cursor(raw) as cursor,
        psycopg.Cursor(raw) as setting,
    ):
        for part in GENERIC.split("; "):
            setting.execute(part)
        cursor.execute(statement, values, prepare=True, binary=True)
        return cursor.fetchall()
