"""A file of old codes, a row each, taken over one by one: the door of `jejak import codes`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import UUID

from jejak.formats.tablefiles import PAGE, UnreadableFile, lines
from jejak.kernel import clock
from jejak.kernel.problems import JejakError
from jejak.premises import actions, queries
from jejak.premises.errors import UnknownPremises

if TYPE_CHECKING:
    from jejak.formats.tablefiles import Line
    from jejak.trail.rules import Actor

NEEDED: Final = ("premises", "code")
_ROWS_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class CodesReceipt:
    """What became of a file of codes; received = accepted + duplicate + rejected.

    ``reasons`` has the rejected rows' numbers, at most 20 of each, by the stable word of what was wrong with them.
    """

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    reasons: dict[str, list[int]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it for machines."""
        return json.dumps(asdict(self), sort_keys=True)

    def lines(self) -> list[str]:
        """Return it for people."""
        said = [
            f"{self.received:>9,} rows received",
            f"{self.accepted:>9,} codes taken over",
            f"{self.duplicate:>9,} stood for these premises already",
            f"{self.rejected:>9,} rejected",
        ]
        return said + [f"{'':>9} {word}: rows {', '.join(map(str, rows))}" for word, rows in self.reasons.items()]


def take_over(file: BinaryIO, *, by: Actor) -> CodesReceipt:
    """Return the receipt of a CSV or XLSX file: ``premises`` (UUID or short code), ``code``, ``zone`` if it has one.

    Each row is taken over by itself, so a file can be sent again. The account gets codes for its own premises only.

    :raises UnreadableFile: it is no table, or a column that is needed is missing.
    """
    rows = lines(file, limits=PAGE)
    first = next(rows, None)
    head = [cell.strip().lower() for cell in first.cells] if first else []
    for column in NEEDED:
        if column not in head:
            raise UnreadableFile("columns", column)
    counts = dict.fromkeys(("accepted", "duplicate", "rejected"), 0)
    reasons: dict[str, list[int]] = {}
    for line in rows:
        outcome, reason = _taken_over(line, head, by=by)
        counts[outcome] += 1
        if reason and len(reasons.setdefault(reason, [])) < _ROWS_NAMED:
            reasons[reason].append(line.number)
    return CodesReceipt(received=sum(counts.values()), reasons=reasons, **counts)


def _taken_over(line: Line, head: list[str], *, by: Actor) -> tuple[str, str]:
    """Return what became of a row, and the word of what was wrong with it."""
    said = dict(zip(head, line.cells, strict=False))
    try:
        uuid = _premises(said.get("premises", "").strip())
        done = actions.adopt_code(
            by=by, uuid=uuid, text=said.get("code", ""), zone=said.get("zone", ""), now=clock.now()
        )
    except JejakError as refused:
        return "rejected", refused.code
    return ("accepted" if done.fresh else "duplicate"), ""


def _premises(text: str) -> UUID:
    """Return the premises' UUID; whether it is the account's is for the action to say.

    :raises UnknownPremises: nothing is known by this text.
    """
    try:
        return UUID(text)
    except ValueError:
        pass
    try:
        return queries.by_short_code(text).place.uuid
    except JejakError:
        raise UnknownPremises from None
