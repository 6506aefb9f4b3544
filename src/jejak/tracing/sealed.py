"""What cases keep of people, sealed for one column of one row, and the indexes by which a case is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jejak.kernel.sealing import blind_index, sealer
from jejak.people import queries as people
from jejak.people import rules as numbers
from jejak.people.errors import PersonRefused

if TYPE_CHECKING:
    from uuid import UUID

PHONE_INDEX: Final = "tracing.phone"
DOCUMENT_INDEX: Final = "tracing.document"


def shut(text: str, *, table: str, column: str, row: UUID) -> bytes | None:
    """Return a text sealed, nothing for nothing."""
    return sealer().seal(table=table, column=column, row=row, text=text) if text else None


def opened(sealed: bytes | memoryview | None, *, table: str, column: str, row: UUID) -> str:
    """Return a sealed text, empty where there is none."""
    return sealer().unseal(table=table, column=column, row=row, sealed=bytes(sealed)) if sealed else ""


def phone_key(phone: str) -> bytes | None:
    """Return the index of a number in E.164; another one than people's, so that tables cannot be joined by it."""
    return blind_index().of(PHONE_INDEX, phone) if phone else None


def document_key(document: tuple[str, str, str] | None) -> bytes | None:
    """Return the index of a document, likewise."""
    return blind_index().of(DOCUMENT_INDEX, document_value(document)) if document else None


def document_value(document: tuple[str, str, str] | None) -> str:
    """Return a document as one text: kind, country, number."""
    return "|".join((document[0], document[2], document[1])) if document else ""


def document_of(value: str) -> people.Document | None:
    """Return the document that was made one text."""
    kind, _, rest = value.partition("|")
    country, _, number = rest.partition("|")
    return people.Document(kind, number, country) if number else None


def phone_of(text: str) -> str:
    """Return a phone number in E.164, empty if the text is none."""
    try:
        return numbers.e164(phone=text)
    except PersonRefused:
        return ""
