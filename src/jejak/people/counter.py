"""The counter: finding whom a document stands for, opening a record to compare it, writing down who acts for whom.

Every step asks for the purpose "counter" and stands on the trail, with whom it was about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from jejak.access import actions as access
from jejak.access import rules as access_rules
from jejak.access.actions import PurposeKind
from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import documents, family, rules
from jejak.people.errors import GuardianRefused, TooManyFound, UnknownPerson
from jejak.people.identity import FIND, SHOW
from jejak.people.keys import FIND_BY_KEYS, MOST
from jejak.people.leaving import AT_COUNTER, Leaving, waiting
from jejak.people.models import Document as Shown
from jejak.people.models import Guardian, Holder, Person
from jejak.people.names import NAME, Wanted, wanted
from jejak.people.opened import name_of, phone_of
from jejak.trail import actions as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.people.documents import Document

KIND: Final = "counter"
OPEN, GUARD, UNBIND, WRITE = (
    "counter.open",
    "counter.guardian",
    "counter.unbind",
    "counter.write-in",
)
ROLES: Final = frozenset({access_rules.CLINIC_STAFF, access_rules.CLINIC_MANAGER, access_rules.DATA_STEWARD})


@dataclass(frozen=True, slots=True)
class Match:
    """A person as a counter's list shows them: masked."""

    uuid: UUID
    name: str
    phone: str
    level: int


@dataclass(frozen=True, slots=True)
class Ward:
    """Somebody who acts for a person, or for whom they act."""

    uuid: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Record:
    """A person as opened at a counter, to be compared with the document that is shown."""

    id: int
    uuid: UUID
    name: str
    phone: str
    level: int
    kinds: tuple[str, ...]
    guardians: tuple[Ward, ...]
    dependants: tuple[Ward, ...]
    held: bool
    wanted: Wanted | None
    leaving: Leaving | None


def register() -> None:
    """Add the purpose for which counters look."""
    access.register_purpose(
        PurposeKind(
            code=KIND,
            label=gettext_lazy("At the counter, with a document shown"),
            allows=dict.fromkeys((FIND, OPEN, SHOW, GUARD, UNBIND, WRITE, FIND_BY_KEYS, NAME, AT_COUNTER), ROLES),
            sees=frozenset(),
        )
    )


def purpose(document: str = "") -> Purpose:
    """Return a counter's purpose, which refers to the kind of document that is shown."""
    return Purpose(KIND, "identity at the counter", document)


def find(*, by: User, phone: str = "", document: Document | None = None, now: datetime) -> tuple[Match, ...]:
    """Return who wrote under a number or showed a document, masked, document-verified ones first.

    ``phone`` is in E.164.

    :raises PurposeRefused: this account may not. :raises BudgetSpent: it looked too often.
    :raises TooManyFound: more than 20; the look is on record and named nobody.
    """
    said = purpose(document.kind if document else "")
    with transaction.atomic():
        access.permit(by=by, action=FIND, purpose=said, now=now)
        found = _behind(phone, document)
        numbers = found if len(found) <= MOST else set[int]()
        detail = {"by": [word for word, given in (("phone", phone), ("document", document)) if given]}
        trail.record(by=by, action=FIND, purpose=said, persons=numbers, detail=detail | {"found": len(found)}, at=now)
        if len(found) <= MOST:
            return tuple(_match(row) for row in Person.objects.filter(pk__in=numbers).order_by("-level", "pk"))
    raise TooManyFound


@transaction.atomic
def open_record(*, by: User, uuid: UUID, now: datetime) -> Record:
    """Return a person opened, to be compared with the document.

    :raises UnknownPerson: there is none. :raises PurposeRefused: this account may not.
    :raises BudgetSpent: it looked too often.
    """
    row = Person.objects.filter(uuid=uuid).first()
    access.permit(by=by, action=OPEN, purpose=purpose(), persons=[row.pk] if row else [], now=now)
    if row is None:
        raise UnknownPerson
    guardians = Guardian.objects.filter(dependant=row, ended_at=None).select_related("guardian").order_by("pk")
    wards = Guardian.objects.filter(guardian=row, ended_at=None).select_related("dependant").order_by("pk")
    near = [one.guardian for one in guardians] + [one.dependant for one in wards]
    trail.record(by=by, action=OPEN, purpose=purpose(), persons=[row.pk, *(one.pk for one in near)], at=now)
    return Record(
        row.pk,
        row.uuid,
        name_of(row),
        access_rules.masked_phone(phone_of(row)),
        row.level,
        tuple(row.documents.filter(ended_at=None).values_list("kind", flat=True)),
        tuple(Ward(one.guardian.uuid, name_of(one.guardian), one.kind) for one in guardians),
        tuple(Ward(one.dependant.uuid, name_of(one.dependant), one.kind) for one in wards),
        Holder.objects.filter(person=row, ended_at=None, level=rules.DOCUMENT_VERIFIED).exists(),
        wanted(person=row.pk),
        waiting(person=row.pk),
    )


@transaction.atomic
def write_in(*, by: User, name: str, now: datetime) -> UUID:
    """Return a new person for somebody who was never at a door: only a name, until a document is recorded.

    :raises PersonRefused: the name cannot be used. :raises PurposeRefused: this account may not.
    """
    access.permit(by=by, action=WRITE, purpose=purpose(), now=now)
    uuid, tidy = uuid7(), rules.tidy_name(name=name)
    sealed = sealer().seal(table=rules.TABLE, column=rules.NAME_COLUMN, row=uuid, text=tidy)
    made = Person.objects.create(uuid=uuid, name_sealed=sealed, created_at=now)
    trail.record(by=by, action=WRITE, purpose=purpose(), persons=[made.pk], at=now)
    return uuid


def set_guardian(*, by: User, uuid: UUID, document: Document, kind: str, now: datetime) -> str:
    """Return the name of whoever acts for a person from now on, both being at the counter with their documents.

    A new guardian takes the place of the one before; a co-guardian comes beside.

    :raises UnknownPerson: there is no such dependant. :raises GuardianRefused: no guardian by this document, the same
    person, or the dependant is a guardian; that the document was looked up stays on the trail.
    :raises PurposeRefused: this account may not.
    """
    with transaction.atomic():
        dependant, guardian, refused = _looked_up(by=by, uuid=uuid, document=document, now=now)
        if guardian and refused is None:
            _guard(dependant, guardian, by=by, document=document, kind=kind, now=now)
            return name_of(guardian)
    raise refused or GuardianRefused("document")


def _looked_up(
    *, by: User, uuid: UUID, document: Document, now: datetime
) -> tuple[Person, Person | None, GuardianRefused | None]:
    """Return a dependant, locked, who showed a document, and why they cannot act; then it was a look like `find`."""
    dependant = Person.objects.select_for_update().filter(uuid=uuid).first()
    if dependant is None:
        raise UnknownPerson
    key = blind_index().of(documents.INDEX, document.value)
    shown = Shown.objects.filter(number_key=key, ended_at=None).select_related("person").first()
    pair = [dependant.pk, *([shown.person_id] if shown else [])]
    list(Person.objects.select_for_update().filter(pk__in=pair).order_by("pk"))  # as on the guardians' own page
    access.permit(by=by, action=GUARD, purpose=purpose(document.kind), persons=pair, now=now)
    refused = None if shown else GuardianRefused("document")
    if shown:
        try:
            family.check(dependant=dependant, guardian=shown.person)
        except GuardianRefused as error:
            refused = error
    if refused:
        detail = {"by": ["document"], "found": len(pair) - 1}
        trail.record(by=by, action=FIND, purpose=purpose(document.kind), persons=pair[1:], detail=detail, at=now)
    return dependant, shown.person if shown else None, refused


def _guard(dependant: Person, guardian: Person, *, by: User, document: Document, kind: str, now: datetime) -> None:
    pair = [dependant.pk, guardian.pk]
    open_ones = Guardian.objects.filter(dependant=dependant, ended_at=None)
    ending = open_ones.filter(guardian=guardian) | (
        open_ones.filter(kind=family.GUARDIAN) if kind == family.GUARDIAN else open_ones.none()
    )
    ended = list(ending.values_list("guardian_id", flat=True))
    ending.update(ended_at=now)
    Guardian.objects.create(dependant=dependant, guardian=guardian, kind=kind, since=now)
    detail = {"kind": kind}
    trail.record(by=by, action=GUARD, purpose=purpose(document.kind), persons=[*pair, *ended], detail=detail, at=now)


@transaction.atomic
def hand_over(*, by: User, uuid: UUID, now: datetime) -> int:
    """Return how many act no more for a person who came of age and speaks for themselves.

    :raises UnknownPerson: there is none. :raises PurposeRefused: this account may not.
    """
    row = Person.objects.select_for_update().filter(uuid=uuid).first()
    if row is None:
        raise UnknownPerson
    acting = Guardian.objects.filter(dependant=row, ended_at=None)
    pair = [row.pk, *acting.values_list("guardian_id", flat=True)]
    access.permit(by=by, action=GUARD, purpose=purpose(), persons=pair, now=now)
    ended = acting.update(ended_at=now)
    trail.record(by=by, action=GUARD, purpose=purpose(), persons=pair, detail={"kind": "of-age"}, at=now)
    return ended


@transaction.atomic
def unbind(*, by: User, uuid: UUID, now: datetime) -> int:
    """Return how many browsers show a person's data no more; the next code to the phone binds a new one, for 14 days.

    :raises UnknownPerson: there is none. :raises PurposeRefused: this account may not.
    """
    row = Person.objects.select_for_update().filter(uuid=uuid, level=rules.DOCUMENT_VERIFIED).first()
    if row is None:
        raise UnknownPerson
    access.permit(by=by, action=UNBIND, purpose=purpose(), persons=[row.pk], now=now)
    Holder.objects.filter(person=row, ended_at=None).update(ended_at=now)
    row.phone_verified_at = now
    row.save(update_fields=["phone_verified_at"])
    ended = access.unbind_all(person=row.pk, now=now)
    trail.record(by=by, action=UNBIND, purpose=purpose(), persons=[row.pk], detail={"browsers": ended}, at=now)
    return ended


def _behind(phone: str, document: Document | None) -> set[int]:
    """Return who showed a document or wrote under a number."""
    numbers = set[int]()
    if document:
        key = blind_index().of(documents.INDEX, document.value)
        numbers |= set(Shown.objects.filter(number_key=key, ended_at=None).values_list("person_id", flat=True))
    if phone:
        key = blind_index().of(rules.PHONE_INDEX, phone)
        numbers |= set(Person.objects.filter(phone_key=key).values_list("pk", flat=True))
    return numbers


def _match(row: Person) -> Match:
    phone = access_rules.masked_phone(phone_of(row))
    return Match(row.uuid, access_rules.masked_name(name_of(row)), phone, row.level)
