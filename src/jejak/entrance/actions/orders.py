"""Ordering printed cards, so many within an hour from one place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from jejak.entrance.cards import Order, face
from jejak.entrance.errors import TooManyCards
from jejak.kernel.sealing import blind_index
from jejak.kernel.settings import settings
from jejak.messaging.rules import source_of
from jejak.people import actions as people
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_HOUR: Final = timedelta(hours=1)


def order_cards(*, names: Sequence[str], phone: str, reach: str, language: str, address: str, now: datetime) -> Order:
    """Return the cards of one household, made and ready to be drawn.

    :raises TooManyCards: so many orders came from this network address within the hour.
    :raises PersonRefused: a name, the phone or how to be reached cannot be used.
    """
    _spend(address=address, now=now)  # counted even if what follows is refused
    with transaction.atomic():
        issued = [people.issue_card(name=name, phone=phone, reach=reach, at=now) for name in names]
    faces = tuple(face(card, name=" ".join(name.split())) for card, name in zip(issued, names, strict=True))
    return Order(now, language, faces)


@transaction.atomic
def _spend(*, address: str, now: datetime) -> None:
    values: dict[str, Any] = {"bucket": _bucket(address), "now": now, "hour_ago": now - _HOUR}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("entrance", "count_order"), values)
        row = cursor.fetchone()
    if row is None or row[0] > settings().card_orders_an_hour:
        raise TooManyCards


def _bucket(address: str) -> int:
    """Return the bucket of a network address, or of all that have none."""
    return int.from_bytes(blind_index().of("entrance.orders", source_of(address))[:2])
