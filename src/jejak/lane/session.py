"""One connection of the lane to PostgreSQL with its statements prepared, over asyncpg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import asyncpg
from psycopg.conninfo import conninfo_to_dict

from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS: Final = 5.0
STATEMENT_SECONDS: Final = 15.0
"""Longer than any batch takes; a server that does not answer counts as lost."""
_NAMES: Final = {"dbname": "database", "host": "host", "port": "port", "user": "user", "password": "password"}
SETTINGS: Final = {
    "application_name": "jejak-lane",
    "synchronous_commit": "on",
    "TimeZone": "UTC",
    "jit": "off",
    "statement_timeout": "12s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
}


def arguments_of(url: str) -> dict[str, Any]:
    """Return what asyncpg needs to connect where a URL or libpq connection string points."""
    parts = conninfo_to_dict(url)
    found = {ours: parts[theirs] for theirs, ours in _NAMES.items() if parts.get(theirs)}
    found["ssl"] = parts.get("sslmode") or ("disable" if str(parts.get("host", "/")).startswith("/") else "prefer")
    return found


class Session:
    """A connection and its prepared statements, by room and name of their files."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Wrap an open connection."""
        self.connection = connection
        self._prepared: dict[tuple[str, str], Any] = {}

    @classmethod
    async def open(cls, url: str, *, lost: Callable[[], None]) -> Session:
        """Connect, and call ``lost`` once the connection has ended; the caller answers for errors."""
        made = await asyncpg.connect(**arguments_of(url), timeout=CONNECT_SECONDS, server_settings=SETTINGS)
        made.add_termination_listener(lambda _connection: lost())
        return cls(made)

    @property
    def closed(self) -> bool:
        """Whether the connection has ended."""
        return bool(self.connection.is_closed())

    async def rows(self, room: str, name: str, *values: object) -> list[Any]:
        """Return the rows of ``<room>/sql/<name>.sql``, prepared at its first use."""
        statement = self._prepared.get((room, name))
        if statement is None:
            statement = self._prepared[room, name] = await self.connection.prepare(sql.load(room, name))
        return list(await statement.fetch(*values, timeout=STATEMENT_SECONDS))

    def abandon(self) -> None:
        """Close without waiting for the server."""
        self.connection.terminate()
