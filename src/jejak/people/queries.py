"""Reading persons: always for somebody and a purpose, and each look leaves its trail; a card gives a number alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.access.actions import Field
from jejak.formats import cardcode
from jejak.formats.cardcode import Side
from jejak.kernel.keys import UnknownKey, keyring
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import rules
from jejak.people.documents import Document
from jejak.people.documents import read as read_document
from jejak.people.dossier import Kept, dossier
from jejak.people.errors import CardEnded, CardUnknown
from jejak.people.holdings import on_erasing, on_joining, on_merged
from jejak.people.holdings import register as register_holding
from jejak.people.household import dependant_of, household_of
from jejak.people.identity import Held, device_of, held_by, shown_to, visitor
from jejak.people.keys import Found, find_by_keys
from jejak.people.models import Card, Person
from jejak.people.reported import Meant, Reported, meant_by
from jejak.people.sameness import records_of, same_as, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import Look, User
    from jejak.kernel.sealing import Sealer
    from jejak.trail.rules import Purpose

__all__ = [
    "Document",
    "Found",
    "Held",
    "Kept",
    "KnownPerson",
    "Meant",
    "Reported",
    "card_number",
    "dependant_of",
    "device_of",
    "dossier",
    "find_by_keys",
    "find_by_phone",
    "held_by",
    "household_of",
    "meant_by",
    "names_of",
    "number_of",
    "on_erasing",
    "on_joining",
    "on_merged",
    "person_of_card",
    "read_document",
    "records_of",
    "register_holding",
    "same_as",
    "shown_to",
    "together",
    "visitor",
    "with_phone",
]

FIELDS = ("id", "uuid", "level", "phone_sealed", "name_sealed", "reach_sealed")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with name and phone opened; both are empty where none was ever given.

    ``reach`` says how somebody without a phone is reached.
    """

    id: int
    uuid: UUID
    level: int
    name: str
    phone: str
    reach: str = ""


def find_by_phone(
    *, phone: str, by: User, purpose: Purpose, look: Look | None = None, at: datetime | None = None
) -> tuple[KnownPerson, ...]:
    """Return who wrote under this number, the oldest first: two who share a phone are two.

    With a ``look`` of this transaction its caller says whom it shows; without, this is a look of its own.

    :raises PersonRefused: it is no phone number.
    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    key = blind_index().of(rules.PHONE_INDEX, rules.e164(phone=phone))
    with access.within(look, by=by, action="people.find-by-phone", purpose=purpose, at=at) as going:
        rows = Person.objects.filter(phone_key=key).order_by("id").values_list(*FIELDS)
        found = tuple(_opened(sealer(), row, going) for row in rows)
        going.shows([person.id for person in found])
        return found


def find_by_card(
    *, code: str, by: User, purpose: Purpose, look: Look | None = None, at: datetime | None = None
) -> tuple[KnownPerson, ...]:
    """Return whom a printed card names, also one that ended; nobody if this node made no such card.

    With a ``look`` of this transaction its caller says whom it shows; without, this is a look of its own.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    with access.within(look, by=by, action="people.find-by-card", purpose=purpose, at=at) as going:
        try:
            card = Card.objects.filter(pk=card_number(code=code, side=Side.CARD)).first()
        except CardUnknown:
            card = None
        found = names_of([card.person_id], by=by, purpose=purpose, look=going) if card else {}
        going.shows(found)
        return tuple(found.values())


def names_of(
    ids: Iterable[int], *, by: User, purpose: Purpose, look: Look | None = None, at: datetime | None = None
) -> Mapping[int, KnownPerson]:
    """Return the persons of these numbers, by number; numbers that nobody has are left out.

    What the purpose does not need is masked. With a ``look`` of this transaction its caller says whom it shows;
    without, this is a look of its own.

    :raises TrailError: nobody is named, or no purpose is given. :raises AccessError: this account may not look.
    """
    wanted = list(ids)
    with access.within(look, by=by, action="people.names", purpose=purpose, persons=wanted, at=at) as going:
        opener = sealer()
        rows = Person.objects.filter(id__in=wanted).values_list(*FIELDS)
        found = {row[0]: _opened(opener, row, going) for row in rows}
        going.shows(found)
        return found


def number_of(*, person: int) -> str:
    """Return the phone number of a person, empty where there is none: to send something to it, shown to nobody.

    Of somebody who is read as another it is their own number, or else the other's.
    """
    wanted = [person, *same_as([person]).values()]
    rows = {row[0]: row for row in Person.objects.filter(id__in=wanted).values_list("id", "uuid", "phone_sealed")}
    found = next((rows[one] for one in wanted if one in rows and rows[one][2]), None)
    if found is None or found[2] is None:
        return ""
    return sealer().unseal(table=rules.TABLE, column=rules.PHONE_COLUMN, row=found[1], sealed=bytes(found[2]))


def with_phone(persons: Iterable[int]) -> frozenset[int]:
    """Return which of some persons have a phone number, their own or that of whom they are read as; it opens none."""
    wanted = same_as(persons)
    numbers = {*wanted, *wanted.values()}
    having = set(Person.objects.filter(id__in=numbers, phone_key__isnull=False).values_list("id", flat=True))
    return frozenset(one for one, read_as in wanted.items() if one in having or read_as in having)


def person_of_card(*, code: str) -> int:
    """Return the number of the person a card names, for staff who write a visit: it opens nothing.

    :raises CardUnknown: no card of this node has this code.
    :raises CardEnded: it was reported lost.
    """
    card = Card.objects.filter(pk=card_number(code=code, side=Side.CARD)).first()
    if card is None:
        raise CardUnknown
    if card.ended_at is not None:
        raise CardEnded
    return card.person_id


def card_number(*, code: str, side: Side) -> int:
    """Return the number of the card that a code on a card or a slip stands for; whether there is one, nobody asked.

    :raises CardUnknown: this node did not make the code.
    """
    try:
        parsed = cardcode.parse(code)
        secret = keyring().get("poster", parsed.key_version).secret
    except (cardcode.CardCodeError, UnknownKey):
        raise CardUnknown from None
    if not cardcode.verify(parsed, secret=secret, side=side):
        raise CardUnknown
    return parsed.number


def _opened(
    opener: Sealer, row: tuple[int, UUID, int, bytes | None, bytes | None, bytes | None], look: Look
) -> KnownPerson:
    number, uuid, level, phone, name, reach = row

    def opened(column: str, sealed: bytes | None) -> str:
        return opener.unseal(table=rules.TABLE, column=column, row=uuid, sealed=bytes(sealed)) if sealed else ""

    return KnownPerson(
        number,
        uuid,
        level,
        look.name(opened(rules.NAME_COLUMN, name)),
        look.phone(opened(rules.PHONE_COLUMN, phone)),
        opened(rules.REACH_COLUMN, reach) if look.sees(Field.PHONE) else "",
    )
