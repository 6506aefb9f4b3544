"""How a name is written: asking for the right spelling, deciding it at a counter, keeping the old one to match by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import actions as access
from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import documents, matching, rules, telling
from jejak.people.errors import CorrectionOver, DocumentDiffers, UnknownPerson
from jejak.people.models import Correction, FormerName, Person
from jejak.people.models import Document as Shown
from jejak.people.opened import birth_of, name_of, phone_of
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.people.documents import Document
    from jejak.trail.rules import Purpose

NAME: Final = "counter.name"
ASKED: Final = "people.name-asked"
FORMER, CORRECTION = "people_formername", "people_correction"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A spelling that somebody asks for."""

    uuid: UUID
    name: str
    asked_at: datetime


def wanted(*, person: int) -> Wanted | None:
    """Return the spelling that a person waits for, or nothing; the caller has seen to whose it is, or to the trail."""
    row = Correction.objects.filter(person_id=person, decision="").first()
    return Wanted(row.uuid, _name_in(row), row.asked_at) if row else None


@transaction.atomic
def ask(*, by: User, person: int, name: str, now: datetime) -> UUID:
    """Return the request that a counter decides with the document in hand; it takes the place of one that waits.

    :raises PersonRefused: the name cannot be used. :raises UnknownPerson: no document stands behind this person.
    """
    tidy = rules.tidy_name(name=name)
    row = Person.objects.select_for_update().filter(pk=person, level=rules.DOCUMENT_VERIFIED).first()
    if row is None:
        raise UnknownPerson
    _end(person, "withdrawn", by, now)
    uuid = uuid7()
    sealed = sealer().seal(table=CORRECTION, column="name", row=uuid, text=tidy)
    Correction.objects.create(uuid=uuid, person=row, account=by, name_sealed=sealed, asked_at=now)
    trail.record(
        by=by, action=ASKED, purpose=rules.ASKED_THEMSELVES, persons=[person], detail={"kind": "asked"}, at=now
    )
    return uuid


@transaction.atomic
def withdraw(*, by: User, person: int, now: datetime) -> None:
    """Ask for no other spelling any more.

    :raises CorrectionOver: none waits.
    """
    if not _end(person, "withdrawn", by, now):
        raise CorrectionOver
    trail.record(
        by=by, action=ASKED, purpose=rules.ASKED_THEMSELVES, persons=[person], detail={"kind": "withdrawn"}, at=now
    )


@transaction.atomic
def decide(*, by: User, uuid: UUID, document: Document, accept: bool, purpose: Purpose, now: datetime) -> str:
    """Return the name as it is written from now on, decided with the document in hand.

    :raises CorrectionOver: none such waits. :raises DocumentDiffers: that is not this person's document.
    :raises PurposeRefused: this account may not.
    """
    person = Correction.objects.filter(uuid=uuid, decision="").values_list("person_id", flat=True).first()
    access.permit(by=by, action=NAME, purpose=purpose, persons=[person] if person else [], now=now)
    row = Person.objects.select_for_update().filter(pk=person or 0).first()
    asked = Correction.objects.select_for_update().filter(uuid=uuid, decision="").first()
    if row is None or asked is None:
        raise CorrectionOver
    if not is_of(person=row.pk, document=document):
        raise DocumentDiffers
    if accept:
        rename(row, _name_in(asked), at=now)
        row.name_year_key = _name_year(row, _name_in(asked))
        row.save(update_fields=["name_sealed", "name_year_key"])
        matching.reconsider(persons=[row.pk], now=now)
    _end(row.pk, "done" if accept else "refused", by, now)
    detail = {"kind": "accepted" if accept else "refused"}
    trail.record(by=by, action=NAME, purpose=purpose, persons=[row.pk], detail=detail, at=now)
    telling.tell(phone=phone_of(row), by=by, now=now)
    return name_of(row)


def is_of(*, person: int, document: Document) -> bool:
    """Return whether a document is on record for a person, whom the caller has opened."""
    key = blind_index().of(documents.INDEX, document.value)
    return Shown.objects.filter(person_id=person, number_key=key, ended_at=None).exists()


def rename(row: Person, name: str, *, at: datetime) -> None:
    """Write another name into a person's row, which the caller saves; the one before is kept sealed.

    :raises PersonRefused: the name cannot be used.
    """
    tidy, before = rules.tidy_name(name=name), name_of(row)
    if before and before != tidy:
        uuid = uuid7()
        sealed = sealer().seal(table=FORMER, column="name", row=uuid, text=before)
        FormerName.objects.create(uuid=uuid, person=row, name_sealed=sealed, ended_at=at)
    row.name_sealed = sealer().seal(table=rules.TABLE, column=rules.NAME_COLUMN, row=row.uuid, text=tidy)


def former_names(*, person: int) -> tuple[str, ...]:
    """Return how a person's name was written before, the latest first; the caller has seen to whose it is."""
    rows = FormerName.objects.filter(person_id=person, name_sealed__isnull=False).order_by("-ended_at", "-pk")
    return tuple(
        sealer().unseal(table=FORMER, column="name", row=row.uuid, sealed=bytes(row.name_sealed or b"")) for row in rows
    )


def _end(person: int, decision: str, by: User, now: datetime) -> bool:
    """Return whether a request waited; what was asked for is in the name or nowhere, so it is not kept here."""
    waiting = Correction.objects.filter(person_id=person, decision="")
    return waiting.update(decision=decision, decided_at=now, decided_by=by, name_sealed=None) > 0


def _name_in(row: Correction) -> str:
    return sealer().unseal(table=CORRECTION, column="name", row=row.uuid, sealed=bytes(row.name_sealed or b""))


def _name_year(row: Person, name: str) -> bytes | None:
    birth = birth_of(row)
    return blind_index().of(rules.NAME_YEAR_INDEX, f"{rules.fold_name(name=name)}|{birth.year}") if birth else None
