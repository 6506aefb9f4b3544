"""Finding whom a report means: numbers alone, by what was reported of them; no name is opened here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.kernel.sealing import blind_index
from jejak.people import documents, rules
from jejak.people.models import Document as Shown
from jejak.people.models import Person
from jejak.people.sameness import same_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.access.actions import Look
    from jejak.people.documents import Document


@dataclass(frozen=True, slots=True)
class Reported:
    """Somebody as a report names them: a tidy name, a number in E.164, a document; any of them may be missing."""

    name: str = ""
    phone: str = ""
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a report means: ``person`` for certain, by the document or by number and name, each read as the same.

    ``others`` also wrote under the number: maybe they are meant, maybe they only share the phone.
    """

    person: int | None = None
    others: tuple[int, ...] = ()


def meant_by(reported: Sequence[Reported], *, look: Look) -> tuple[Meant, ...]:
    """Return whom each report means, in order, within a look whose caller says whom it names.

    A document weighs more than number and name: people share phones and lend names, not documents.
    """
    look.covers(by=look.by, purpose=look.purpose)
    index = blind_index()
    papers = {one.document: index.of(documents.INDEX, one.document.value) for one in reported if one.document}
    doors = {
        one: index.of(rules.DOOR_INDEX, rules.door_value(phone=one.phone, name=one.name))
        for one in reported
        if one.phone and one.name
    }
    phones = {one.phone: index.of(rules.PHONE_INDEX, one.phone) for one in reported if one.phone}
    by_paper = _by_paper(papers.values())
    by_door, by_phone = _by_phone(phones.values())
    same = same_as({*by_paper.values(), *by_door.values(), *(each for many in by_phone.values() for each in many)})

    def meant(one: Reported) -> Meant:
        paper = by_paper.get(papers[one.document]) if one.document else None
        door = by_door.get(doors[one]) if one in doors else None
        certain = paper if paper is not None else door
        person = same[certain] if certain is not None else None
        there = by_phone.get(phones[one.phone], ()) if one.phone else ()
        return Meant(person, tuple(sorted({same[other] for other in there} - {person or 0})))

    return tuple(meant(one) for one in reported)


def _by_paper(keys: Iterable[bytes]) -> Mapping[bytes, int]:
    rows = Shown.objects.filter(number_key__in=list(keys), ended_at=None).values_list("number_key", "person_id")
    return {bytes(key or b""): person for key, person in rows}


def _by_phone(keys: Iterable[bytes]) -> tuple[Mapping[bytes, int], Mapping[bytes, list[int]]]:
    rows = Person.objects.filter(phone_key__in=list(keys)).order_by("pk").values_list("pk", "door_key", "phone_key")
    doors: dict[bytes, int] = {}
    phones: defaultdict[bytes, list[int]] = defaultdict(list)
    for person, door, phone in rows:
        phones[bytes(phone or b"")].append(person)
        if door:
            doors[bytes(door)] = person
    return doors, phones
