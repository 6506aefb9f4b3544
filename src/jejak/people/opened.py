"""What is sealed of a person, opened; whoever calls has seen to purpose and trail, or to it that it is their own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jejak.kernel.sealing import sealer
from jejak.people import rules

if TYPE_CHECKING:
    from jejak.people.models import Person


def name_of(row: Person) -> str:
    """Return a person's name, empty where none is kept."""
    return _opened(row, rules.NAME_COLUMN, row.name_sealed)


def phone_of(row: Person) -> str:
    """Return a person's number in E.164, empty where there is none."""
    return _opened(row, rules.PHONE_COLUMN, row.phone_sealed)


def reach_of(row: Person) -> str:
    """Return how a person without a phone is reached, empty where that was not said."""
    return _opened(row, rules.REACH_COLUMN, row.reach_sealed)


def birth_of(row: Person) -> date | None:
    """Return a person's birth date, where it is known."""
    opened = _opened(row, rules.BIRTH_COLUMN, row.birth_sealed)
    return date.fromisoformat(opened) if opened else None


def _opened(row: Person, column: str, sealed: bytes | memoryview | None) -> str:
    return sealer().unseal(table=rules.TABLE, column=column, row=row.uuid, sealed=bytes(sealed)) if sealed else ""
