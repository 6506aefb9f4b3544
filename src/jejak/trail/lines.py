"""The proof of one line of the trail, as whoever it names takes it home: its form, and checking it with a key alone.

::

    {"format": "jejak/trail-line/v1",
     "rows": [{"row": {…}, "salt": "<base64>", "position": 4, "leaves": 12, "path": ["<base64>", …],
               "proof": "c2sp.org/tlog-proof@v1 …"}, …]}

Each row is a leaf of its day's tree; ``proof`` shows that the day's root stands in the ledger. The first row is the
entry, the second says that it names the person. Which officer it was is not told.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jejak.formats.merkle import ProofError
from jejak.ledger.rules import verifying
from jejak.trail import rules
from jejak.trail.entries import DAY
from jejak.trail.rules import RowProof

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jejak.formats.policy import Policy
    from jejak.ledger.rules.verifying import Proved

FORMAT: Final = "jejak/trail-line/v1"
LARGEST: Final = 2_000_000
_HASH: Final = 32


@dataclass(frozen=True, slots=True)
class ProvedRow:
    """A row that stood in a day of the trail, and what the ledger proves of that day."""

    row: Mapping[str, Any]
    day: Proved


def encode(rows: Sequence[tuple[RowProof, bytes]]) -> dict[str, Any]:
    """Return the proof of a line: each row with the tlog-proof of its day's record."""
    return {"format": FORMAT, "rows": [_encoded(row, proof) for row, proof in rows]}


def _encoded(row: RowProof, proof: bytes) -> dict[str, Any]:
    return {
        "row": dict(row.row),
        "salt": _base64(row.salt),
        "position": row.position,
        "leaves": row.leaves,
        "path": [_base64(one) for one in row.path],
        "proof": proof.decode(),
    }


def is_line(data: bytes) -> bool:
    """Return whether these bytes look like the proof of a line and not like a proof of the ledger itself."""
    return data.lstrip()[:1] == b"{"


def verify(data: bytes, *, key: str, policy: Policy | None = None) -> tuple[ProvedRow, ...]:
    """Return the rows that a proof proves, with the log's verifier key and nothing else.

    :raises ProofError: it does not hold, or its rows belong to different entries.
    :raises NoteError: the log did not sign the checkpoint.
    """
    found = tuple(_verified(one, key, policy) for one in _rows(data))
    entries = {str(one.row.get("uuid", one.row.get("entry"))) for one in found}
    if len(entries) != 1:
        raise ProofError("the rows belong to different entries")
    return found


def _rows(data: bytes) -> list[Any]:
    try:
        told = json.loads(data) if len(data) <= LARGEST else None
        rows = told["rows"] if isinstance(told, dict) and told.get("format") == FORMAT else None
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not rows:
        raise ProofError(f"this is no {FORMAT}")
    return rows


def _verified(told: Any, key: str, policy: Policy | None) -> ProvedRow:  # noqa: ANN401 - whatever the file holds
    try:
        path = tuple(b64decode(one, validate=True) for one in told["path"])
        row = RowProof(
            dict(told["row"]), b64decode(told["salt"], validate=True), told["position"], told["leaves"], path, 0
        )
        proof = str(told["proof"]).encode()
        whole = isinstance(row.position, int) and isinstance(row.leaves, int) and len(row.salt) == _HASH
    except (ValueError, TypeError, KeyError) as error:
        raise ProofError("a row is not whole") from error
    day = verifying.verify(proof, key=key, policy=policy)
    if not whole or day.kind != DAY.number or day.record is None:
        raise ProofError("a row is proved by something that is no day of a trail")
    rules.verify_row(row, record=day.record)
    return ProvedRow(row.row, day)


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
