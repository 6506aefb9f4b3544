"""What must not live on when a backup is restored: sessions, one-time codes, offers and links. Each room names its own.

Restored rows are some hours old: a session that was ended since, or a code that was used since, would be good again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


SKIPPED: Final = 1 << 24
"""Numbers left out after a restore. Half of Malaysia could have come in since the backup was taken."""


def skip_numbers(owner_url: str, *, restored: int = 0) -> int:
    """Return how many counters were moved on, so that no number given since the backup is given again.

    ``restored`` says how often a backup was restored since this one was taken: each time numbers were given beyond
    those left out then. Printed posters and phones' tokens hold numbers of rows that are gone: a second row of that
    number would be taken for the first.
    """
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute(
            "select setval(format('%%I.%%I', schemaname, sequencename)::regclass, least(coalesce(last_value, 0) + %s, "
            "max_value)) from pg_sequences where schemaname = 'public'",
            [SKIPPED * (restored + 1)],
        )
        return len(rows.fetchall())


class End(Protocol):
    """How a room ends what is good for a short time only."""

    def __call__(self, *, now: datetime) -> int:
        """Return how many there were; a second call returns 0."""


_endings: dict[str, End] = {}


def register(what: str, end: End) -> None:
    """Add something that ends, from a room's ``AppConfig.ready``; ``what`` names it for the operator, in the plural."""
    _endings[what] = end


def end_all(*, now: datetime) -> Mapping[str, int]:
    """Return how many of each were ended."""
    return {what: end(now=now) for what, end in sorted(_endings.items())}
