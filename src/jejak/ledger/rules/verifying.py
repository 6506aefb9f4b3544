"""Verifying a proof bundle as an outsider does: with the log's key, and nothing else of ours."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jejak.formats import tlogproof
from jejak.formats.merkle import ProofError
from jejak.ledger import rules
from jejak.ledger.errors import RecordRefused

if TYPE_CHECKING:
    from jejak.formats.checkpoint import Signed
    from jejak.formats.policy import Policy


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof proves: that this record stands at this place of the log; ``witnessed`` under a policy."""

    index: int
    signed: Signed
    witnessed: bool | None
    kind: int
    record: dict[str, Any] | None


def verify(data: bytes, *, key: str, policy: Policy | None = None, entry: bytes | None = None) -> Proved:
    """Return what a proof proves; the record is the one that it tells, or ``entry`` is the entry's bytes.

    :raises ProofError: it does not hold, or tells no record and no entry is given.
    :raises NoteError: the log did not sign the checkpoint.
    """
    proof = tlogproof.parse(data)
    told = None if entry is not None or proof.extra is None else _told(proof.extra)
    if entry is None and told is None:
        raise ProofError("the proof does not tell its record; give the entry's bytes")
    whole = entry if told is None else told[0].encode()
    witnesses = [party.key for party in policy.witnesses] if policy else []
    signed = tlogproof.verify(data, entry=whole or b"", log=key, witnesses=witnesses)
    parsed = rules.parse(whole or b"")
    return Proved(
        index=proof.index,
        signed=signed,
        witnessed=policy.met_by(signed.cosignatures) if policy else None,
        kind=parsed.kind if parsed else 0,
        record=told[1] if told else None,
    )


def _told(extra: bytes) -> tuple[rules.Entry, dict[str, Any]]:
    """Return the entry that commits to the record told beside a proof, and the record."""
    try:
        told = json.loads(extra)
        record = dict(told["record"])
        salt = b64decode(told["salt"], validate=True)
        kind, schema = int(told["kind"]), int(told["schema"])
        made = rules.commitment(salt=salt, record=rules.canonical(record))
        rules.Kind(kind, "told.here", schema)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, RecordRefused) as error:
        raise ProofError("what the proof tells beside itself is no record") from error
    return rules.Entry(kind, schema, made), record
