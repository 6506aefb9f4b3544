"""Files of premises as whoever sent them sees them: their counts, and what became of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from jejak.premises.errors import UnknownImport
from jejak.premises.models import Import, ImportRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class ImportOf:
    """A file of premises; the counts are those of this moment, and ``ready`` rows wait to be taken in."""

    number: int
    uuid: UUID
    name: str
    digest: str
    by_name: str
    previewed_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    ready: int
    accepted: int
    duplicate: int
    rejected: int
    ignored: tuple[str, ...]

    @property
    def received(self) -> int:
        """Every row that was not empty."""
        return self.ready + self.accepted + self.duplicate + self.rejected


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row; each reason is a field, what is wrong with it, and at times a third word."""

    number: int
    cells: dict[str, str]
    outcome: str
    reasons: list[list[str]]


def import_of(*, owner: Actor, uuid: UUID) -> ImportOf:
    """Return one file that this account sent.

    :raises UnknownImport: there is none, or it is somebody else's; the answer is the same.
    """
    row = Import.objects.filter(by_id=owner.id, uuid=uuid).first()
    if row is None:
        raise UnknownImport
    return read_import(row)


def imports_of(*, owner: Actor, limit: int = 20) -> tuple[ImportOf, ...]:
    """Return the files that this account sent, the newest first."""
    rows = Import.objects.filter(by_id=owner.id).order_by("-previewed_at", "-id")
    return tuple(read_import(row) for row in rows[:limit])


def rows_of(*, source: ImportOf, outcome: str, limit: int | None = None) -> Iterator[RowOf]:
    """Give the rows of one outcome in the file's order."""
    rows = ImportRow.objects.filter(source_id=source.number, outcome=outcome).order_by("number")
    for row in rows[:limit] if limit else rows.iterator(chunk_size=2000):
        yield RowOf(row.number, row.cells, row.outcome, row.reasons)


def read_import(row: Import) -> ImportOf:
    """Return a file as others see it."""
    counted = ImportRow.objects.filter(source=row).values_list("outcome").annotate(Count("id"))
    counts = {"ready": 0, "accepted": 0, "duplicate": 0, "rejected": 0} | dict(counted)
    return ImportOf(
        number=row.pk,
        uuid=row.uuid,
        name=row.name,
        digest=row.digest,
        by_name=row.by_name,
        previewed_at=row.previewed_at,
        confirmed_at=row.confirmed_at,
        finished_at=row.finished_at,
        ignored=tuple(row.ignored),
        **counts,
    )
