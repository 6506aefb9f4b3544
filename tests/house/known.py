"""Persons whose every mark is known, and finding them in what a node answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from house.population import visited
from people.citizens import claimed

from jejak.kernel import clock
from jejak.kernel.sealing import sealer
from jejak.people import actions as people
from jejak.people import queries, rules
from jejak.people.models import Document, Person

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST = ("Qadir", "Wanduta", "Zulmira", "Xerfina", "Ghopal", "Ouyanti", "Jhelawi", "Kvandra", "Ibnuqal", "Ruzeta")
LAST = ("Mangkuluh", "Serindaq", "Tavolin", "Hjarbat", "Pelwano", "Dequmi")
CROWDED = "012-999 0000"
"""A number under which more people wrote than one page may show."""
_JOIN = re.compile(r"(?<=\d)[ \-–]+(?=\d)")
_TAGS = re.compile(r"<[^>]*>")


@dataclass
class Known:
    """By each mark (a name, a number without spaces) the persons it stands for; ``own`` are those of an account."""

    names: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)
    own: dict[str, set[int]] = field(default_factory=dict)

    def add(self, person: int) -> None:
        """Learn a person's marks, out of what is sealed about them."""
        row, opener = Person.objects.get(pk=person), sealer()

        def opened(column: str, sealed: bytes | memoryview | None) -> str:
            return opener.unseal(table=rules.TABLE, column=column, row=row.uuid, sealed=bytes(sealed)) if sealed else ""

        if name := opened(rules.NAME_COLUMN, row.name_sealed):
            self.names[name.casefold()] = person
        if reach := opened(rules.REACH_COLUMN, row.reach_sealed):
            self.names[reach.casefold()] = person
        if phone := opened(rules.PHONE_COLUMN, row.phone_sealed):
            self.numbers.setdefault(phone.removeprefix("+60"), set()).add(person)
        for shown in Document.objects.filter(person=row):
            number = opener.unseal(
                table="people_document", column="number", row=shown.uuid, sealed=bytes(shown.number_sealed)
            )
            self.numbers.setdefault(number.replace("-", ""), set()).add(person)

    def named_in(self, text: str) -> dict[str, set[int]]:
        """Return the marks that a text holds, each with the persons it stands for."""
        words = " ".join(_TAGS.sub(" ", text).split()).casefold()
        raw, digits = text.casefold(), _JOIN.sub("", text)
        found = {name: {person} for name, person in self.names.items() if name in words or name in raw}
        return found | {number: whom for number, whom in self.numbers.items() if number in digits}


def crowd(premises: int) -> Known:
    """Return everybody on the node, after 55 came to a premises at one time and 55 more wrote one number."""
    names = [f"{first} {last}" for first in FIRST for last in LAST][:55]
    for n, name in enumerate(names):
        visited(claimed(name, phone=f"012-88{n:05}"), premises, device=1_000 + n, hours=2.9)
    for name in names:
        claimed(" ".join(reversed(name.split())), phone=CROWDED)
    people.write_in(name="Tanpa Telefon Wahid", reach="Rumah biru di hujung Kampung Qistina", at=clock.now())
    known = Known()
    for person in Person.objects.values_list("pk", flat=True):
        known.add(person)
    return known


def own_persons(of: Iterable[str], known: Known) -> set[int]:
    """Return the persons by these names, with those who are one with them."""
    return set(queries.together([known.names[name.casefold()] for name in of]))
