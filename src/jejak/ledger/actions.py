"""Writing to the ledger, inside the transaction of the fact it is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection, transaction

from jejak.ledger import queries
from jejak.ledger.entries import RESTORED, RETENTION_PERIODS, RETENTION_RUN
from jejak.ledger.errors import NoTransaction
from jejak.ledger.forgetting import past_time
from jejak.ledger.models import Record
from jejak.ledger.rules import SALT_BYTES, canonical, commitment
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from jejak.ledger.rules import Kind


__all__ = ["announce_deletion", "announce_periods", "announce_restored", "append", "append_all", "past_time"]


def append(*, kind: Kind, record: Mapping[str, Any]) -> int:
    """Return the number of the record just kept; it enters the log within a minute of the commit, or never without it.

    A record holds numbers and references, never a name or phone number. That of an opened kind is published with its
    salt.

    :raises NoTransaction: there is no transaction with the fact in it.
    :raises RecordRefused: the record has no one spelling.
    """
    return append_all(kind=kind, records=[record])[0]


def append_all(*, kind: Kind, records: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the numbers of records just kept, in order; as `append`, for a batch.

    :raises NoTransaction: there is no transaction with the facts in it.
    :raises RecordRefused: a record has no one spelling.
    """
    if not connection.in_atomic_block:
        raise NoTransaction
    texts = [canonical(record) for record in records]
    salts = os.urandom(SALT_BYTES * len(texts))
    made = [
        commitment(salt=salts[number * SALT_BYTES : (number + 1) * SALT_BYTES], record=text)
        for number, text in enumerate(texts)
    ]
    with psycopg.RawCursor(connection.connection) as cursor:
        lines = b"\n".join(texts).decode()
        values = (kind.number, kind.schema, kind.opened, lines, salts, b"".join(made))
        cursor.execute(sql.load("ledger", "append").encode(), values)
        return [row[0] for row in cursor.fetchall()]


def announce_deletion(
    *, of: str, kept_from: date, day: date | None = None, rows: int = 0, on: date | None = None
) -> int:
    """Return the number of the published record that says so: ``rows`` of a class were deleted, those of a ``day``.

    Without a day, rows of any; without rows, the run found nothing past its time. ``kept_from`` is the first day kept,
    ``on`` the day of the run.
    """
    told = {
        "class": of,
        "day": day.isoformat() if day else None,
        "kept_from": kept_from.isoformat(),
        "on": on.isoformat() if on else None,
        "rows": rows,
    }
    return append(kind=RETENTION_RUN, record=told)


@transaction.atomic
def announce_restored(*, known: int, published: int, taken: datetime | None = None, now: datetime) -> int:
    """Return the number of the published record that says so: of so many entries the restored database knew so many.

    ``taken`` is when the backup was taken; where nobody knows, the database's last record says it.
    """
    last = taken or Record.objects.order_by("-pk").values_list("at", flat=True).first() or now
    told = {
        "taken": last.isoformat(timespec="seconds"),
        "restored": now.isoformat(timespec="seconds"),
        "known": known,
        "published": published,
    }
    return append(kind=RESTORED, record=told)


@transaction.atomic
def announce_periods(*, days: Mapping[str, int]) -> None:
    """Publish for how many days each class is kept, if that is not what was published last."""
    last = queries.latest_of(RETENTION_PERIODS)
    if last is None or last.record != {"days": dict(days)}:
        append(kind=RETENTION_PERIODS, record={"days": dict(days)})
