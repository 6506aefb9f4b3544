"""What the tests about people who exist twice make: stewards, persons, and what these showed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.access.rules import DATA_STEWARD, AccountKind
from jejak.kernel.ids import uuid7
from jejak.kernel.sealing import blind_index, sealer
from jejak.people import actions, documents, matching, merging, rules
from jejak.people.models import Document, Person, Proposal

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User
    from jejak.people.models import Merge

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEWARDS = frozenset({DATA_STEWARD})
BORN = date(1980, 2, 1)
MYKAD = "800201-14-5566"


def steward(name: str = "aminah") -> User:
    return access.add_account(
        email=f"{name}@contoh.example", name=name.title(), kind=AccountKind.STAFF, role=DATA_STEWARD, is_demo=True
    )


def person(name: str, phone: str = "012-345 6789") -> int:
    return actions.upsert_claimed(phone=phone, name=name, at=NOW)


def show(
    number: int, *, by: User, mykad: str = "", birth: date | None = None, at: datetime = NOW, check: bool = True
) -> None:
    """Write what a person showed at a counter, as the counter does."""
    row = Person.objects.select_for_update().get(pk=number) if check else Person.objects.get(pk=number)
    index, seal = blind_index(), sealer()
    name = seal.unseal(table=rules.TABLE, column="name", row=row.uuid, sealed=bytes(row.name_sealed or b""))
    phone = seal.unseal(table=rules.TABLE, column="phone", row=row.uuid, sealed=bytes(row.phone_sealed or b""))
    if mykad:
        found, uuid = documents.read(kind="mykad", number=mykad), uuid7()
        Document.objects.create(
            uuid=uuid,
            person=row,
            kind="mykad",
            number_key=index.of(documents.INDEX, found.value),
            number_sealed=seal.seal(table="people_document", column="number", row=uuid, text=found.number),
            shown_at=at,
            shown_to=by,
        )
    if birth:
        row.birth_sealed = seal.seal(table=rules.TABLE, column="birth", row=row.uuid, text=birth.isoformat())
        row.name_year_key = index.of(rules.NAME_YEAR_INDEX, f"{rules.fold_name(name=name)}|{birth.year}")
    row.level, row.phone_verified_at, row.last4_key = 2, at, index.of(rules.LAST4_INDEX, phone[-4:])
    row.save()
    if check:
        matching.reconsider(persons=[number], now=at)


def proposal(one: int, other: int) -> Proposal:
    one, other = sorted((one, other))
    found, _ = Proposal.objects.get_or_create(
        one_id=one, other_id=other, defaults={"reasons": ["phone", "name"], "score": 70, "found_at": NOW}
    )
    return found


def approved_merge(one: int, other: int, *, by: User, second: User) -> Merge:
    found = proposal(one, other)
    request = merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)
    access.approve(by=second, uuid=request, needed=STEWARDS, now=NOW)
    return merging.merge(by=by, proposal=found.uuid, request=request, now=NOW)


def approved_undoing(merge: UUID, *, by: User, second: User) -> Merge:
    request = merging.ask_to_undo(by=by, merge=merge, reason="They are brothers after all", now=NOW)
    access.approve(by=second, uuid=request, needed=STEWARDS, now=NOW)
    return merging.undo(by=by, merge=merge, request=request, now=NOW)
