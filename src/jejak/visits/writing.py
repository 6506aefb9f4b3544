"""Writing single check-ins and their ends from pages and text messages, by the same statements as the lane."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import connection, transaction

from jejak.kernel.ids import uuid7, uuid7_time
from jejak.store import sql
from jejak.visits.errors import VisitConflict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

MOST_SAID: Final = 10
"""How often something else may be said of one visit; the lane's own bound."""


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


@transaction.atomic
def check_out(
    *, visit: UUID, premises: int, person: int, device: int, at: datetime, longest_minutes: int
) -> datetime | None:
    """Return when a visit ends that is checked out at ``at``: after its beginning, within the longest stay there.

    ``None`` if it has ended before, is another person's or came by another device; the first end stays.
    """
    began = uuid7_time(visit)
    end = min(max(at, began + timedelta(milliseconds=1)), began + timedelta(minutes=longest_minutes))
    moments = [round(moment.timestamp() * 1000) for moment in (began, end)]
    values = [[premises], [moments[0]], [visit], [moments[1]], [person], [device]]
    connection.ensure_connection()
    with psycopg.RawCursor(connection.connection) as cursor:
        done = cursor.execute(sql.load("visits", "lane_check_out").encode(), values)
        return end if done.rowcount == 1 else None


@transaction.atomic
def deny(*, premises: int, visits: Sequence[UUID], now: datetime) -> int:
    """Return beside how many visits it now stands that they were not made by whom they name; nothing is overwritten.

    It is the lane's statement; said twice it is said once, and a visit that is not there is left out.
    """
    return _say(premises=premises, visits=visits, kind="not-me", came=None, left=None, now=now)


@transaction.atomic
def tell_times(*, premises: int, visit: UUID, came: datetime | None, left: datetime | None, now: datetime) -> int:
    """Return whether (1 or 0) it now stands beside a visit that its visitor came or left at another time.

    The caller has seen that it is their own, and that one of the two is given and they are in order.
    """
    return _say(premises=premises, visits=[visit], kind="times", came=came, left=left, now=now)


def _say(
    *, premises: int, visits: Sequence[UUID], kind: str, came: datetime | None, left: datetime | None, now: datetime
) -> int:
    many = len(visits)
    began = [_ms(uuid7_time(visit)) for visit in visits]
    told = [[None if moment is None else _ms(moment)] * many for moment in (came, left)]
    fresh = [uuid7() for _ in visits]
    values = [[premises] * many, began, [*visits], [kind] * many, *told, [_ms(now)] * many, fresh, MOST_SAID]
    connection.ensure_connection()
    with psycopg.RawCursor(connection.connection) as cursor:
        return len(cursor.execute(sql.load("visits", "lane_dispute").encode(), values).fetchall())


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
