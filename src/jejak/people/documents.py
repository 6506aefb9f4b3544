"""Identity documents: their forms, one spelling each, and the numbers that differ from one in a single digit. Pure.

Source: National Registration Department of Malaysia (MyKad: YYMMDD-PB-###G, no check digit), by python-stdnum;
ICAO Doc 9303 part 4 (passport numbers: up to nine letters and digits).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stdnum.exceptions import ValidationError
from stdnum.my import nric

from jejak.people.errors import DocumentInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

MYKAD, MYPR, PASSPORT, ARMY, POLICE, OTHER = "mykad", "mypr", "passport", "army", "police", "other"
KINDS: Final = (MYKAD, MYPR, PASSPORT, ARMY, POLICE, OTHER)
FOR_LIFE: Final = frozenset({MYKAD, MYPR})
"""Kinds whose number never changes: a renewed card has the same."""
HOME: Final = "MYS"
INDEX: Final = "people.document"
"""The blind index over kind, country and number: equal documents are found, nothing else of them can be read."""

_FORMS: Final = {
    PASSPORT: re.compile(r"[A-Z0-9]{5,9}"),
    ARMY: re.compile(r"T?[0-9]{5,10}"),
    POLICE: re.compile(r"(RF|G|I)?[0-9]{4,9}"),
    OTHER: re.compile(r"[A-Z0-9]{4,20}"),
}
_COUNTRY = re.compile(r"[A-Z]{3}")
_SEPARATORS = re.compile(r"[\s./-]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document in its one spelling: kind, ISO 3166-1 alpha-3 country, number in capitals without separators."""

    kind: str
    number: str
    country: str = HOME

    @property
    def value(self) -> str:
        """What the blind index is made of."""
        return f"{self.kind}|{self.country}|{self.number}"


def read(*, kind: str, number: str, country: str = HOME) -> Document:
    """Return a document as typed, in its one spelling.

    :raises DocumentInvalid: no such kind, no country's code, or no number of that kind.
    """
    bare, land = _SEPARATORS.sub("", number.upper()), country.strip().upper()
    if kind not in KINDS:
        raise DocumentInvalid("kind")
    if not _COUNTRY.fullmatch(land) or (kind != PASSPORT and land != HOME):
        raise DocumentInvalid("country")
    if kind in {MYKAD, MYPR}:
        return Document(kind, _national(bare))
    if not _FORMS[kind].fullmatch(bare):
        raise DocumentInvalid("number")
    return Document(kind, bare, land)


def birth_dates(document: Document) -> tuple[date, ...]:
    """Return the days of birth that a MyKad's number allows: the same day in either century; none for others."""
    if document.kind not in {MYKAD, MYPR}:
        return ()
    try:
        found = nric.get_birth_date(document.number)
    except ValidationError:
        return ()
    years = (found.year, found.year - 100, found.year + 100)
    return tuple(sorted(day for year in years if 1900 <= year < 2100 and (day := _on(found, year))))  # noqa: PLR2004


def variants(document: Document) -> Iterator[Document]:
    """Yield each number of the same kind that differs in one digit or by two neighbours exchanged, itself left out."""
    seen = {document.number}
    for number in (*_substituted(document.number), *_exchanged(document.number)):
        if number in seen:
            continue
        seen.add(number)
        try:
            yield read(kind=document.kind, number=number, country=document.country)
        except DocumentInvalid:
            continue


def _national(bare: str) -> str:
    try:
        return str(nric.validate(bare))
    except ValidationError:
        raise DocumentInvalid("number") from None


def _on(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


def _substituted(number: str) -> Iterator[str]:
    for place, letter in enumerate(number):
        if letter.isdigit():
            yield from (number[:place] + digit + number[place + 1 :] for digit in "0123456789" if digit != letter)


def _exchanged(number: str) -> Iterator[str]:
    for place in range(len(number) - 1):
        first, second = number[place], number[place + 1]
        if first != second:
            yield number[:place] + second + first + number[place + 2 :]
