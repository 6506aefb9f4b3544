"""Tables of cases as whoever sent them sees them: counts, rows with what became of them, their receipt."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q

from jejak.formats import importreceipt
from jejak.kernel.sealing import sealer
from jejak.tracing.errors import ReportUnknown
from jejak.tracing.models import Report, ReportRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings

ROWS: Final = "tracing_report_row"
CELLS: Final = "cells"
WHAT: Final = "cases"
DIFFERING: Final = Q(outcome="") & ~Q(reason=[])
"""Rows that will be quarantined and told to their case's officers, once the table is agreed to."""


@dataclass(frozen=True, slots=True)
class ReportOf:
    """A table of cases; the counts are those of this moment, and ``ready`` rows wait to become cases.

    ``foreseen`` of these were known already when the table was looked at.
    """

    number: int
    uuid: UUID
    name: str
    digest: str
    way: str
    disease: str
    office: str
    by_name: str
    at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    ignored: tuple[str, ...]
    ready: int
    accepted: int
    known: int
    quarantined: int
    foreseen: int = 0
    held_why: str = ""
    differing: int = 0

    @property
    def fresh(self) -> int:
        """Rows that wait and will be cases, as far as it was known when the table was looked at."""
        return self.ready - self.foreseen

    @property
    def received(self) -> int:
        """Every row that was not empty."""
        return self.ready + self.accepted + self.known + self.quarantined

    @property
    def settled(self) -> int:
        """Rows of which it is known what became of them."""
        return self.accepted + self.known + self.quarantined


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row, its cells unsealed for whoever sent them; each reason is a field and what is wrong with it."""

    number: int
    cells: dict[str, str]
    outcome: str
    reasons: list[list[str]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A table taken in: received = accepted + known + quarantined; ``mac`` is a code that only this node makes."""

    node: str
    what: str
    file: str
    digest: str
    by: str
    office: str
    sent_at: str
    finished_at: str
    received: int
    accepted: int
    known: int
    quarantined: int
    ignored: tuple[str, ...]
    key: int
    mac: str = ""

    def to_json(self) -> str:
        """Return it as people and machines keep it."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)


def reports_open_to(by: User) -> QuerySet[Report]:
    """Return the tables that an account or its agency sent."""
    own = Q(by=by) | (Q(agency=by.agency_id) if by.agency_id else Q(pk__in=[]))
    return Report.objects.filter(own).exclude(way="typed")


def reports_of(*, by: User, limit: int = 20) -> tuple[ReportOf, ...]:
    """Return the tables that an account or its agency sent, the newest first."""
    rows = reports_open_to(by).select_related("by", "office").order_by("-at", "-pk")
    return tuple(_read(row) for row in rows[:limit])


def report_of(*, uuid: UUID, by: User) -> ReportOf:
    """Return one table.

    :raises ReportUnknown: there is none, or another agency sent it; the answer is the same.
    """
    row = reports_open_to(by).select_related("by", "office").filter(uuid=uuid).first()
    if row is None:
        raise ReportUnknown
    return _read(row)


def report_rows(*, report: ReportOf, outcome: str, limit: int | None = None) -> Iterator[RowOf]:
    """Give the rows of one outcome (empty: those that wait) in order, opened for whoever sent them."""
    fit = Q(outcome=outcome) & ~DIFFERING
    if outcome == "quarantined":
        fit = Q(outcome=outcome) | DIFFERING
    rows = ReportRow.objects.filter(fit, report_id=report.number).order_by("number")
    for row in rows[:limit] if limit else rows.iterator(chunk_size=2000):
        yield RowOf(row.number, cells_of(row), row.outcome, row.reason)


def cells_of(row: ReportRow) -> dict[str, str]:
    """Return a row's cells, nothing once they are past their time."""
    if not row.cells_sealed:
        return {}
    text = sealer().unseal(table=ROWS, column=CELLS, row=row.uuid, sealed=bytes(row.cells_sealed))
    found: dict[str, str] = json.loads(text)
    return found


def receipt_of(report: ReportOf, *, settings: Settings, keyring: Keyring) -> Receipt:
    """Return the receipt of a table taken in, signed with the node's active receipt key."""
    key = keyring.active("receipt")
    plain: dict[str, Any] = {
        "node": settings.node_id,
        "what": WHAT,
        "file": report.name,
        "digest": report.digest,
        "by": report.by_name,
        "office": report.office,
        "sent_at": report.at.isoformat(),
        "finished_at": report.finished_at.isoformat() if report.finished_at else "",
        "received": report.received,
        "accepted": report.accepted,
        "known": report.known,
        "quarantined": report.quarantined,
        "ignored": report.ignored,
        "key": key.id,
    }
    return Receipt(**plain, mac=importreceipt.code(plain, what=WHAT, secret=key.secret))


def _read(row: Report) -> ReportOf:
    counts = {"": 0, "accepted": 0, "known": 0, "quarantined": 0}
    counts |= dict(ReportRow.objects.filter(report=row).values_list("outcome").annotate(Count("pk")))
    differing = ReportRow.objects.filter(DIFFERING, report=row).count() if counts[""] else 0
    return ReportOf(
        number=row.pk,
        uuid=row.uuid,
        name=row.name,
        digest=bytes(row.digest).hex(),
        way=row.way,
        disease=row.disease,
        office=row.office.name,
        by_name=row.by.name,
        at=row.at,
        confirmed_at=row.confirmed_at,
        finished_at=row.finished_at,
        ignored=tuple(row.ignored),
        ready=counts[""] - differing,
        accepted=counts["accepted"],
        known=counts["known"],
        quarantined=counts["quarantined"] + differing,
        differing=differing,
        foreseen=row.known if row.confirmed_at is None else 0,
        held_why=row.held_why,
    )
