"""Judging the rows of a file of premises: what can be taken, what is there already, what cannot be and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db import connection

from jejak.formats.tablefiles import UnreadableFile
from jejak.premises import tablecolumns
from jejak.premises.rules import tidy
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jejak.formats.tablefiles import Line
    from jejak.premises.rules import Details

ROWS_AT_ONCE: Final = 2_000
LONGEST_NAME: Final = 200


@dataclass(slots=True)
class Judged:
    """A row with what became of it; ``details`` only where it is ready."""

    number: int
    cells: dict[str, str]
    outcome: str
    reasons: list[list[str]]
    details: Details | None = None


@dataclass(slots=True)
class Reading:
    """What is remembered while a file is read: the rows that stood before, and what was not read."""

    owner: int | None
    seen: dict[bytes, int] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def judged(lines: Iterable[Line], *, reading: Reading) -> Iterator[list[Judged]]:
    """Give the rows of a file in portions, each with its outcome.

    :raises UnreadableFile: no sheet has the columns that are needed.
    """
    rows = _rows(lines, reading)
    while portion := list(islice(rows, ROWS_AT_ONCE)):
        compare(portion, owner=reading.owner)
        yield portion


def compare(rows: list[Judged], *, owner: int | None) -> None:
    """Mark the ready rows that are in the register: this owner's as duplicates, another's as not to be taken.

    An operator's file has no owner; what is there is there, whosever it is.
    """
    ready = {at: row for at, row in enumerate(rows) if row.outcome == "ready" and row.details}
    for at, (_premises, own) in _registered(ready, owner).items():
        mine = own or owner is None
        rows[at].outcome = "duplicate" if mine else "rejected"
        rows[at].reasons = [["row", "registered" if mine else "elsewhere"]]


def _registered(ready: dict[int, Judged], owner: int | None) -> dict[int, tuple[int, bool]]:
    details = [row.details for row in ready.values() if row.details]
    values = {
        "owner": owner,
        "at": list(ready),
        "states": [it.state for it in details],
        "texts": [f"{it.name} {it.branch} {it.address}" for it in details],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("premises", "import_registered"), values)
        return {at: (premises, own) for at, premises, own in cursor.fetchall()}


def _rows(lines: Iterable[Line], reading: Reading) -> Iterator[Judged]:
    sheet: str | None = None
    fields: dict[int, str] = {}
    width, lacking, used = 0, [""], False
    for line in lines:
        if line.sheet != sheet:
            sheet, width = line.sheet, len(line.cells)
            fields, strange = tablecolumns.fields_of(line.cells)
            missing = tablecolumns.missing(fields.values())
            lacking = missing if not used and lacking in ([""], missing) else lacking
            if missing:
                fields = {}
                reading.ignored.append(tablecolumns.kept(sheet or "")[:80])
            else:
                used = True
                reading.ignored += strange
        elif fields:
            yield _judged(line, fields, width, reading)
    if not used:
        raise UnreadableFile("columns", ", ".join(lacking))


def _judged(line: Line, fields: dict[int, str], width: int, reading: Reading) -> Judged:
    given = {name: tidy(line.cells[at]) for at, name in fields.items() if at < len(line.cells)}
    cells = {name: cell for name, cell in given.items() if cell}
    details, reasons = tablecolumns.details_of(cells)
    said = [list(reason) for reason in reasons]
    longest = tablecolumns.LONGEST_KEPT
    said += [
        [name, "too-long"] for name, cell in cells.items() if len(cell) > longest and [name, "too-long"] not in said
    ]
    if any(cell.strip() for cell in line.cells[width:]):
        said.append(["row", "too-many-cells"])
    row = Judged(line.number, {name: tablecolumns.kept(cell) for name, cell in cells.items()}, "ready", said)
    if said or details is None:
        row.outcome = "rejected"
        return row
    row.details = details
    before = reading.seen.setdefault(_key(details), line.number)
    if before != line.number:
        row.outcome, row.reasons = "duplicate", [["row", "again", str(before)]]
    return row


def _key(details: Details) -> bytes:
    text = re.sub(r"[\W_]+", "", f"{details.name} {details.branch} {details.address}".casefold())
    return blake2b(f"{details.state}|{text}".encode(), digest_size=16).digest()
