"""Reading pairs of persons who may be one: the queue by numbers alone, a pair side by side as a look on the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from jejak.access import actions as access
from jejak.access import rules as masks
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import holdings, likeness, rules
from jejak.people.errors import PersonRefused, UnknownProposal
from jejak.people.known import known_of
from jejak.people.merging import PURPOSE, SAID
from jejak.people.models import Document, Merge, Person, Proposal
from jejak.people.sameness import together
from jejak.trail import actions as trail
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.people.likeness import Known

COMPARE: Final = "people.compare"
SEARCH: Final = "merge-search"
FIND_BY_PHONE: Final = "people.find-by-phone"
LONGEST_NUMBER: Final = 7
"""Digits of a person's number; more are a phone's."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two persons as the reviewer sees them: phone and documents masked, of the birth date the year."""

    number: int
    name: str
    level: int
    phone: str
    documents: tuple[tuple[str, str], ...]
    born: int | None
    visits: int
    came: datetime
    others: tuple[int, ...]  # read as one with them already


@dataclass(frozen=True, slots=True)
class Pair:
    """Two persons side by side; ``alike`` says of name, phone, birth and document same, differs, or nothing known."""

    proposal: Proposal
    one: Side
    other: Side
    alike: Mapping[str, str]
    conflicts: tuple[str, ...]


def waiting(*, text: str, by: User, now: datetime) -> QuerySet[Proposal]:
    """Return the open proposals, the likeliest first: numbers and reasons, of nobody's data.

    ``text`` is a person's number, or a whole phone number, which is a look on the trail.

    :raises PurposeRefused: this account may not search by phone. :raises BudgetSpent: it looked too often.
    """
    found = Proposal.objects.filter(decision="").order_by("-score", "found_at", "pk")
    bare = text.strip()
    if not bare:
        return found
    persons = {int(bare)} if bare.isdecimal() and len(bare) <= LONGEST_NUMBER else _behind(bare, by=by, now=now)
    return found.filter(Q(one_id__in=persons) | Q(other_id__in=persons))


def pair(*, uuid: UUID, by: User, now: datetime) -> Pair:
    """Return two proposed persons side by side; both find the look on their trail.

    :raises UnknownProposal: there is none. :raises PurposeRefused: this account may not.
    :raises BudgetSpent: it looked too often.
    """
    with transaction.atomic():
        found = Proposal.objects.filter(uuid=uuid).select_related("decided_by").first()
        if found is None:
            raise UnknownProposal
        persons = (found.one_id, found.other_id)
        purpose = Purpose(PURPOSE, SAID, str(uuid))
        access.permit(by=by, action=COMPARE, purpose=purpose, persons=persons, now=now)
        trail.record(by=by, action=COMPARE, purpose=purpose, persons=persons, at=now)
        known, visits = known_of(persons), holdings.held_of(persons, code="visits")
        one, other = (_side(person, known[person], visits[person]) for person in persons)
        alike = _alike(known[found.one_id], known[found.other_id])
        against = likeness.conflicts(one=known[found.one_id], other=known[found.other_id])
    return Pair(found, one, other, alike, against)


def open_proposal(*, uuid: UUID) -> Proposal:
    """Return an open proposal, by numbers alone.

    :raises UnknownProposal: there is none.
    """
    found = Proposal.objects.filter(uuid=uuid, decision="").first()
    if found is None:
        raise UnknownProposal
    return found


def merges() -> QuerySet[Merge]:
    """Return all merges, those in doubt first, then the newest: numbers alone."""
    rows = Merge.objects.select_related("merged_by", "undone_by")
    return rows.order_by("doubted_at", "-merged_at", "-pk")


def merge_of(*, uuid: UUID) -> Merge:
    """Return one merge.

    :raises UnknownProposal: there is none.
    """
    found = merges().filter(uuid=uuid).first()
    if found is None:
        raise UnknownProposal
    return found


def _behind(phone: str, *, by: User, now: datetime) -> set[int]:
    """Return the persons behind a number; none where it is no number."""
    with transaction.atomic():
        purpose = Purpose(SEARCH, SAID)
        access.permit(by=by, action=FIND_BY_PHONE, purpose=purpose, now=now)
        try:
            key = blind_index().of(rules.PHONE_INDEX, rules.e164(phone=phone))
        except PersonRefused:
            return set()
        found = set(Person.objects.filter(phone_key=key).values_list("pk", flat=True))
        trail.record(by=by, action=FIND_BY_PHONE, purpose=purpose, persons=found, at=now)
        return found


def _side(person: int, known: Known, visits: int) -> Side:
    row, opener = Person.objects.get(pk=person), sealer()

    def opened(column: str, sealed: bytes | memoryview | None) -> str:
        return opener.unseal(table=rules.TABLE, column=column, row=row.uuid, sealed=bytes(sealed)) if sealed else ""

    shown = Document.objects.filter(person=row, ended_at=None).order_by("shown_at")
    numbers = tuple((one.kind, masks.masked_phone(_number(one))) for one in shown)
    return Side(
        number=person,
        name=opened(rules.NAME_COLUMN, row.name_sealed),
        level=row.level,
        phone=masks.masked_phone(opened(rules.PHONE_COLUMN, row.phone_sealed)),
        documents=numbers,
        born=known.birth.year if known.birth else None,
        visits=visits,
        came=row.created_at,
        others=tuple(other for other in together([person]) if other != person),
    )


def _number(shown: Document) -> str:
    return sealer().unseal(
        table="people_document", column="number", row=shown.uuid, sealed=bytes(shown.number_sealed or b"")
    )


def _alike(one: Known, other: Known) -> Mapping[str, str]:
    against = likeness.conflicts(one=one, other=other)
    name = "" if not (one.name and other.name) else "same" if likeness.same_name(one.name, other.name) else "differs"
    return {
        "name": name,
        "phone": _word(one.phone, other.phone),
        "birth": _word(one.birth, other.birth),
        "document": "differs" if "document" in against else "same" if {*one.documents} & {*other.documents} else "",
    }


def _word(mine: bytes | date | None, theirs: bytes | date | None) -> str:
    return "" if mine is None or theirs is None else "same" if mine == theirs else "differs"
