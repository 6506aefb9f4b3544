"""Changing persons; the statements are the same files that the lane runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from django.db import connection, transaction

from jejak.formats import cardcode
from jejak.formats.cardcode import Side
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import family, joining, leaving, names, numbers, rules
from jejak.people.erasing import erase
from jejak.people.identity import account_of, hold_by_code, propose_same, show_document, verify_device
from jejak.people.matching import find as find_twice
from jejak.people.models import Card, Person
from jejak.people.queries import card_number
from jejak.store import sql

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

__all__ = [  # with what lies in modules of its own, for other rooms come in by this door alone
    "Issued",
    "account_of",
    "end_card",
    "erase",
    "family",
    "find_twice",
    "hold_by_code",
    "issue_card",
    "joining",
    "leaving",
    "names",
    "numbers",
    "propose_same",
    "show_document",
    "upsert_claimed",
    "verify_device",
    "write_in",
]


@dataclass(frozen=True, slots=True)
class Issued:
    """A printed card: its number, the code that staff scan, the code of the slip that ends it, and whom it names."""

    number: int
    code: str
    slip: str
    person: int


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


@transaction.atomic
def write_in(*, name: str, phone: str = "", reach: str = "", at: datetime, uuid: UUID | None = None) -> int:
    """Return the number of a person whom staff write in: the usual claim, or without a phone somebody new.

    ``reach`` says how somebody without a phone is found again; beside a phone it is not kept. Somebody without a phone
    is never taken for somebody else; the same ``uuid`` again is the same person, so that a form sent twice makes one.

    :raises PersonRefused: name, phone or ``reach`` cannot be used.
    """
    if phone.strip():
        return upsert_claimed(phone=phone, name=name, at=at)
    number, seal = uuid or uuid7(), sealer().seal
    name, reach = rules.tidy_name(name=name), rules.tidy_reach(reach=reach)
    person, _ = Person.objects.get_or_create(
        uuid=number,
        defaults={
            "name_sealed": seal(table=rules.TABLE, column=rules.NAME_COLUMN, row=number, text=name),
            "reach_sealed": seal(table=rules.TABLE, column=rules.REACH_COLUMN, row=number, text=reach),
            "created_at": at,
        },
    )
    return int(person.pk)


@transaction.atomic
def issue_card(*, name: str, phone: str = "", reach: str = "", at: datetime) -> Issued:
    """Return a new card for a person as typed; whoever orders twice holds two cards of one person, if with a phone.

    :raises PersonRefused: name, phone or ``reach`` cannot be used.
    """
    card = Card.objects.create(person_id=write_in(name=name, phone=phone, reach=reach, at=at), issued_at=at)
    key = keyring().active("poster")
    code, slip = (
        cardcode.make(number=card.pk, key_version=key.id, secret=key.secret, side=side)
        for side in (Side.CARD, Side.SLIP)
    )
    return Issued(number=card.pk, code=code, slip=slip, person=card.person_id)


def end_card(*, slip: str, at: datetime) -> bool:
    """Return whether the card of this slip ended now; ``False`` if it had ended before.

    Only the slip ends a card: it never leaves the holder's home, so a photographed or found card harms nobody's card.

    :raises CardUnknown: it is no slip of this node.
    """
    number = card_number(code=slip, side=Side.SLIP)
    return Card.objects.filter(pk=number, ended_at=None, issued_at__lte=at).update(ended_at=at) == 1
