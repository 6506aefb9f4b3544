"""Finding document-verified persons although everything of them is sealed: by what somebody at a counter has in hand.

Whoever does not know the name and the birth date learns nothing from a document's number that is nearly right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.access import rules as masks
from jejak.access.actions import Field
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import documents, likeness, rules
from jejak.people.errors import KeysMissing, TooManyFound
from jejak.people.known import known_of
from jejak.people.models import Document as Shown
from jejak.people.models import Person
from jejak.trail import actions as trail
from jejak.trail.rules import checked_purpose

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import PurposeKind, User
    from jejak.kernel.sealing import Sealer
    from jejak.people.documents import Document
    from jejak.trail.rules import Purpose

FIND_BY_KEYS: Final = "people.find-by-keys"
MOST: Final = 20
"""Persons that one search names; more of one name and year need another key."""


@dataclass(frozen=True, slots=True)
class Found:
    """A person as somebody sees them who looks for a purpose: what it does not need is masked.

    ``near`` is true where the document's number is not quite theirs.
    """

    id: int
    uuid: UUID
    level: int
    name: str
    phone: str
    near: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """What somebody searches by: a document, or a name with the birth date, its year or a phone's last four digits."""

    last4: str = ""
    name: str = ""
    birth_year: int | None = None
    birth: date | None = None
    document: Document | None = None

    @property
    def given(self) -> list[str]:
        """Which there are, for the trail."""
        return [word for word in ("document", "name", "birth", "birth_year", "last4") if getattr(self, word)]


def find_by_keys(
    *,
    last4: str = "",
    name: str = "",
    birth_year: int | None = None,
    birth: date | None = None,
    document: Document | None = None,
    by: User,
    purpose: Purpose,
    now: datetime,
) -> tuple[Found, ...]:
    """Return the document-verified persons with these keys, by number, as far as the purpose lets them be seen.

    A document finds who showed it. If nobody did, name and birth date find the one person with both whose document
    differs in one digit or by two neighbours exchanged; two such are nobody. Without a document, a name is looked for
    with its birth year or with the phone's last four digits.

    :raises KeysMissing: too little to search by. :raises TooManyFound: more than 20.
    :raises TrailError: nobody is named, or no purpose is given. :raises PurposeRefused: this account may not.
    :raises BudgetSpent: it looked too often.
    """
    keys = Keys(last4, name, birth_year, birth, document)
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic():
        kind = access.permit(by=by, action=FIND_BY_KEYS, purpose=purpose, now=now)
        exact = _by_documents([document]) if document else set[int]()
        found = sorted(exact or _matching(keys))
        shown = found if len(found) <= MOST else []
        detail = {"keys": keys.given, "found": len(found)}
        trail.record(by=by, action=FIND_BY_KEYS, purpose=purpose, persons=shown, detail=detail, at=now)
        if len(found) <= MOST:
            return _seen(shown, kind=kind, near=document is not None and not exact)
    raise TooManyFound


def _matching(keys: Keys) -> set[int]:
    """Return whom keys find where nobody showed the very document."""
    if keys.document:
        return _nearly(keys.document, keys)
    if keys.name and keys.birth_year:
        return set(_people(name_year_key=_index(rules.NAME_YEAR_INDEX, f"{_folded(keys)}|{keys.birth_year}")))
    if keys.name and len(keys.last4) == masks.LAST_DIGITS and keys.last4.isdecimal():
        return _named(_people(last4_key=_index(rules.LAST4_INDEX, keys.last4)), keys)
    raise KeysMissing


def _nearly(document: Document, keys: Keys) -> set[int]:
    """Return the one person nearly of this document, of that name and birth date; nobody where two come near."""
    if not keys.name or keys.birth is None:
        return set()
    near = _named(_by_documents(documents.variants(document)), keys)
    known = known_of(near)
    born = {person for person in near if known[person].birth == keys.birth}
    return born if len(born) == 1 else set()


def _by_documents(wanted: Iterable[Document]) -> set[int]:
    index = [_index(documents.INDEX, one.value) for one in wanted]
    return set(Shown.objects.filter(number_key__in=index, ended_at=None).values_list("person_id", flat=True))


def _named(persons: Iterable[int], keys: Keys) -> set[int]:
    folded = _folded(keys)
    return {number for number, known in known_of(persons).items() if likeness.same_name(known.name, folded)}


def _people(**key: bytes) -> list[int]:
    return list(Person.objects.filter(level=rules.DOCUMENT_VERIFIED, **key).values_list("pk", flat=True))


def _folded(keys: Keys) -> str:
    return rules.fold_name(name=rules.tidy_name(name=keys.name))


def _index(name: str, value: str) -> bytes:
    return blind_index().of(name, value)


def _seen(persons: Iterable[int], *, kind: PurposeKind, near: bool) -> tuple[Found, ...]:
    opener = sealer()
    rows = Person.objects.filter(pk__in=list(persons)).order_by("pk")
    return tuple(_found(row, opener, kind, near=near) for row in rows)


def _found(row: Person, opener: Sealer, kind: PurposeKind, *, near: bool) -> Found:
    def opened(column: str, sealed: bytes | memoryview | None) -> str:
        return opener.unseal(table=rules.TABLE, column=column, row=row.uuid, sealed=bytes(sealed)) if sealed else ""

    name, phone = opened(rules.NAME_COLUMN, row.name_sealed), opened(rules.PHONE_COLUMN, row.phone_sealed)
    return Found(
        row.pk,
        row.uuid,
        row.level,
        name if Field.NAME in kind.sees else masks.masked_name(name),
        phone if Field.PHONE in kind.sees else masks.masked_phone(phone),
        near,
    )
