"""What is known of persons, opened inside this process to be compared; nobody is shown it here."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from jejak.kernel.sealing import sealer
from jejak.people import likeness, rules
from jejak.people.likeness import Known
from jejak.people.models import Document, FormerName, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from jejak.kernel.sealing import Sealer

_Row = tuple[int, "UUID", bytes | None, bytes | None, bytes | None]
_COLUMNS = ("pk", "uuid", "phone_key", "name_sealed", "birth_sealed")


def known_of(persons: Iterable[int]) -> Mapping[int, Known]:
    """Return what is known of each person, by number; numbers that nobody has are left out."""
    wanted, opener = list(persons), sealer()
    shown: defaultdict[int, list[tuple[str, bytes]]] = defaultdict(list)
    rows = Document.objects.filter(person_id__in=wanted, ended_at=None).values_list("person_id", "kind", "number_key")
    for person, kind, number in rows:
        shown[person].append((kind, bytes(number or b"")))
    former = _former(wanted, opener)
    people = Person.objects.filter(pk__in=wanted).values_list(*_COLUMNS)
    return {row[0]: _of(row, opener, tuple(sorted(shown[row[0]])), former.get(row[0], ())) for row in people}


def conflicts_between(ones: Iterable[int], others: Iterable[int], *, known: Mapping[int, Known]) -> tuple[str, ...]:
    """Return what forbids that anybody of two groups is somebody of the other: ``document``, ``birth``, in order."""
    theirs = [known[other] for other in others if other in known]
    mine = [known[one] for one in ones if one in known]
    return tuple(sorted({word for a in mine for b in theirs for word in likeness.conflicts(one=a, other=b)}))


def _former(persons: list[int], opener: Sealer) -> Mapping[int, tuple[str, ...]]:
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in FormerName.objects.filter(person_id__in=persons, name_sealed__isnull=False).order_by("pk"):
        sealed = bytes(row.name_sealed or b"")
        name = opener.unseal(table="people_formername", column="name", row=row.uuid, sealed=sealed)
        found[row.person_id] += (rules.fold_name(name=name),)
    return found


def _of(row: _Row, opener: Sealer, documents: tuple[tuple[str, bytes], ...], former: tuple[str, ...]) -> Known:
    number, uuid, phone, name_sealed, birth_sealed = row

    def opened(column: str, sealed: bytes | None) -> str:
        return opener.unseal(table=rules.TABLE, column=column, row=uuid, sealed=bytes(sealed)) if sealed else ""

    name, birth = opened(rules.NAME_COLUMN, name_sealed), opened(rules.BIRTH_COLUMN, birth_sealed)
    return Known(
        id=number,
        name=rules.fold_name(name=name) if name else "",
        phone=bytes(phone) if phone else None,
        birth=date.fromisoformat(birth) if birth else None,
        documents=documents,
        former=former,
    )
