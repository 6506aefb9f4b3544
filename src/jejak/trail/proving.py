"""Proofs of single lines of the trail for whoever they name; the caller has seen to it that it is they who ask."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from jejak.ledger import queries as ledger
from jejak.ledger.errors import EntryUnknown
from jejak.trail import lines
from jejak.trail.closing import row_proof
from jejak.trail.models import Leaf, Subject
from jejak.trail.rules import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jejak.trail.models import Entry


class Provable(StrEnum):
    """How far the proof of a line is."""

    TOMORROW = "tomorrow"
    """Its day is not over."""
    SOON = "soon"
    """Its day waits for the log, which takes a minute."""
    WAITING = "waiting"
    """It is in the log, and too few witnesses have signed."""
    PROVED = "proved"


def provable(entries: Iterable[int]) -> Mapping[int, Provable]:
    """Return how far the proof of each entry is, by its number."""
    wanted = list(entries)
    days = dict(Leaf.objects.filter(part=Part.ENTRY, row__in=wanted).values_list("row", "day__record"))
    signed = ledger.signed_of(set(days.values())) if days else {}
    return {entry: _state(days.get(entry), signed) for entry in wanted}


def _state(record: int | None, signed: Mapping[int, bool]) -> Provable:
    if record is None:
        return Provable.TOMORROW
    if record not in signed:
        return Provable.SOON
    return Provable.PROVED if signed[record] else Provable.WAITING


def line_proof(*, entry: Entry, person: int) -> dict[str, Any] | None:
    """Return the proof that an entry stands in the trail and names a person, or nothing while there is none."""
    subject = Subject.objects.filter(entry=entry, person_id=person).first()
    if subject is None:
        return None
    parts = [(Part.ENTRY, entry.pk), (Part.SUBJECT, subject.pk)]
    rows = [row_proof(part=part, number=number) for part, number in parts]
    found = [row for row in rows if row is not None]  # an entry of the old form tells the officer, so it stays out
    if rows[1] is None:
        return None
    try:
        return lines.encode([(row, ledger.proof(row.record).text) for row in found])
    except EntryUnknown:
        return None
