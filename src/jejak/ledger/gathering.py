"""Gathering cosignatures of our own log from the witnesses that its policy names; nobody's work waits for them."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Final

from jejak.formats import addcheckpoint, merkle, note, tiles
from jejak.formats.merkle import ProofError
from jejak.formats.note import NoteError
from jejak.formats.tiles import TileError
from jejak.ledger import queries
from jejak.ledger.errors import LogUnreadable
from jejak.ledger.sequencing import log_files
from jejak.ledger.sources import ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jejak.formats.checkpoint import Signed
    from jejak.formats.policy import Party, Policy

GOOD, CONFLICT = 200, 409
PATIENCE: Final = 10.0
"""Seconds for each exchange with a witness, however slowly it sends."""
MOST_AT_ONCE: Final = 16
SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class Heard:
    """What was last heard of a witness: up to which size it cosigned, when, and its trouble since (empty: none)."""

    size: int = 0
    at: str = ""
    trouble: str = ""


def heard() -> dict[str, Heard]:
    """Return what was last heard of each witness, by its name in the policy."""
    data = log_files().fetch("witness/heard.json")
    with suppress(ValueError, TypeError):
        return {name: Heard(**told) for name, told in json.loads(data or b"{}").items()}
    return {}


def gather(*, now: datetime) -> bool:
    """Return whether the latest checkpoint is witnessed as the policy asks, once those who have not were asked.

    All are asked at once, so that one that hangs keeps no other waiting.
    """
    standing = queries.standing()
    if standing is None:
        return False
    signed, known = standing.signed, heard()
    missing = [party for party in standing.policy.witnesses if party.url and not _has_cosigned(party, signed)]
    made: list[note.Signature] = []
    with ThreadPoolExecutor(MOST_AT_ONCE) as askers:
        sizes = [known.get(party.name, Heard()).size for party in missing]
        for party, answer in zip(missing, askers.map(_heard_of, missing, repeat(signed), sizes), strict=True):
            if isinstance(answer, note.Signature):
                made.append(answer)
                known[party.name] = Heard(signed.checkpoint.size, now.isoformat(timespec="seconds"))
            else:
                known[party.name] = replace(known.get(party.name, Heard()), trouble=answer)
    if made:
        _merge(signed, made, standing.policy)
    told = json.dumps({name: asdict(one) for name, one in known.items()}, indent=1)
    log_files().publish("witness/heard.json", told.encode())
    latest = queries.standing()
    return latest is not None and latest.witnessed


def _has_cosigned(witness: Party, signed: Signed) -> bool:
    key = note.read_key(witness.key)
    return any((one.name, one.key_id) == (key.name, key.id) for one in signed.cosignatures)


def _heard_of(witness: Party, signed: Signed, old: int) -> note.Signature | str:
    """Return a witness's verified cosignature, or its trouble in words."""
    try:
        return _asked(witness, signed, old)
    except (LogUnreadable, NoteError, ProofError, TileError) as error:
        return error.detail or error.title


def _asked(witness: Party, signed: Signed, old: int) -> note.Signature:
    """Return a witness's verified cosignature.

    :raises LogUnreadable: it does not answer, or refuses.
    :raises NoteError: what it answers is no cosignature of its key.
    """
    url = f"{witness.url.rstrip('/')}/add-checkpoint"
    size = signed.checkpoint.size
    status, body = ask(url, body=_request(signed, min(old, size)), seconds=PATIENCE)
    if status == CONFLICT and SIZE.fullmatch(body):
        if (seen := int(body)) > size:
            raise LogUnreadable(f"{witness.name} has seen {seen} entries of this log, and {size} are here")
        status, body = ask(url, body=_request(signed, seen), seconds=PATIENCE)
    if status != GOOD:
        raise LogUnreadable(f"{witness.name} answers {status}: {body[:200].decode(errors='replace').strip()}")
    key = note.read_key(witness.key)
    for made in note.parse_signatures(body.decode(errors="replace")):
        if note.verify(text=signed.checkpoint.text, signature=made, key=key):
            return made
    raise NoteError(f"{witness.name} answered without a cosignature of its key")


def _request(signed: Signed, old: int) -> bytes:
    size, path = signed.checkpoint.size, []
    if old > 0:
        read = tiles.TileReader(size=size, fetch=log_files().read)
        path = merkle.consistency_path(size1=old, size2=size, read=read)
    note_now = note.Note(signed.checkpoint.text, (signed.signature,)).encode()
    return addcheckpoint.AddCheckpoint(old, tuple(path), note_now).encode()


def _merge(signed: Signed, made: Sequence[note.Signature], policy: Policy) -> None:
    """Add cosignatures to the published checkpoint, unless a newer one was published meanwhile."""
    files = log_files()
    with files.locked():
        held = note.parse(files.published() or signed.encode())
        newest = held.text == signed.checkpoint.text
        before = held if newest else note.parse(signed.encode())
        whole = note.Note(signed.checkpoint.text, (*before.signatures, *made))
        if newest:
            files.publish("checkpoint", whole.encode())
        verified = queries.opened_checkpoint(whole.encode(), policy)
        if policy.met_by(verified.cosignatures):
            files.publish("witnessed", whole.encode())
