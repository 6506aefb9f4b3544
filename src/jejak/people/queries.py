"""Reading persons: always for somebody and a purpose, and each look leaves its trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jejak.kernel.sealing import blind_index, sealer
from jejak.people import rules
from jejak.people.models import Person
from jejak.trail import actions as trail
from jejak.trail.rules import checked_purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from jejak.kernel.sealing import Sealer
    from jejak.trail.rules import Actor

FIELDS = ("id", "uuid", "level", "phone_sealed", "name_sealed")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with name and phone opened; both are empty where none was ever given."""

    id: int
    uuid: UUID
    level: int
    name: str
    phone: str


def find_by_phone(*, phone: str, by: Actor, purpose: str, recorded: bool = False) -> tuple[KnownPerson, ...]:
    """Return who wrote under this number, the oldest first: two who share a phone are two.

    ``recorded`` says that the caller writes the trail entry itself, in the same transaction.

    :raises PersonRefused: it is no phone number.
    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    key = blind_index().of(rules.PHONE_INDEX, rules.e164(phone=phone))
    with transaction.atomic(savepoint=False):
        rows = Person.objects.filter(phone_key=key).order_by("id").values_list(*FIELDS)
        found = tuple(_opened(sealer(), row) for row in rows)
        if not recorded:
            trail.record(
                by=by,
                action="people.find-by-phone",
                purpose=purpose,
                persons=[person.id for person in found],
            )
        return found


def names_of(ids: Iterable[int], *, by: Actor, purpose: str, recorded: bool = False) -> Mapping[int, KnownPerson]:
    """Return the persons of these numbers, by number; numbers that nobody has are left out.

    ``recorded`` says that the caller writes the trail entry itself, in the same transaction.

    :raises TrailError: nobody is named, or no purpose is given.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic(savepoint=False):
        opener = sealer()
        rows = Person.objects.filter(id__in=list(ids)).values_list(*FIELDS)
        found = {row[0]: _opened(opener, row) for row in rows}
        if not recorded:
            trail.record(by=by, action="people.names", purpose=purpose, persons=found)
        return found


def _opened(opener: Sealer, row: tuple[int, UUID, int, bytes | None, bytes | None]) -> KnownPerson:
    number, uuid, level, phone, name = row

    def opened(column: str, sealed: bytes | None) -> str:
        return opener.unseal(table=rules.TABLE, column=column, row=uuid, sealed=bytes(sealed)) if sealed else ""

    return KnownPerson(
        number,
        uuid,
        level,
        opened(rules.NAME_COLUMN, name),
        opened(rules.PHONE_COLUMN, phone),
    )
