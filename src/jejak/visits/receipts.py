"""What an import hands back: where every row went, with a code that proves who counted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from jejak.formats import importreceipt

if TYPE_CHECKING:
    from datetime import datetime

EXAMPLES = 20
"""How many row numbers a receipt names for each reason; the quarantine table holds them all."""


@dataclass(slots=True)
class Reason:
    """Why rows were quarantined: how many, and the numbers of the first."""

    rows: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, number: int) -> None:
        """Count one more row."""
        self.rows += 1
        if len(self.first) < EXAMPLES:
            self.first.append(number)


@dataclass(slots=True)
class Counts:
    """Rows so far; ``received = accepted + duplicate + quarantined`` at every moment."""

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    past: int = 0  # accepted, but older than visits are kept: the next retention run deletes them
    reasons: dict[str, Reason] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()  # columns that no visit has

    def quarantine(self, number: int, reason: str) -> None:
        """Count a row that could not be taken."""
        self.quarantined += 1
        self.reasons.setdefault(reason, Reason()).add(number)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A finished import; ``mac`` is `formats.importreceipt`'s code."""

    node: str
    file: str
    digest: str  # SHA-256 of the file
    started_at: str
    finished_at: str
    received: int
    accepted: int
    duplicate: int
    quarantined: int
    past: int
    reasons: dict[str, Reason]
    ignored: tuple[str, ...]
    key: int
    mac: str = ""

    @property
    def clean(self) -> bool:
        """Whether no row needs anybody's attention."""
        return self.quarantined == 0

    def to_json(self) -> str:
        """Return it as people and machines keep it."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def receipt(
    *,
    counts: Counts,
    node: str,
    file: str,
    digest: str,
    started_at: datetime,
    finished_at: datetime,
    key: int,
    secret: bytes,
) -> Receipt:
    """Return the receipt of an import, signed with one of the node's receipt keys."""
    plain = Receipt(
        node=node,
        file=file,
        digest=digest,
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat(),
        received=counts.received,
        accepted=counts.accepted,
        duplicate=counts.duplicate,
        quarantined=counts.quarantined,
        past=counts.past,
        reasons=dict(sorted(counts.reasons.items())),
        ignored=counts.ignored,
        key=key,
    )
    return Receipt(**{name: getattr(plain, name) for name in Receipt.__slots__} | {"mac": code(plain, secret=secret)})


def code(given: Receipt, *, secret: bytes) -> str:
    """Return the code that a receipt must carry, in hexadecimal."""
    return importreceipt.code(asdict(given), what="visits", secret=secret)
