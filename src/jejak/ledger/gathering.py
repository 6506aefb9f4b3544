"""Gathering cosignatures of our own log from the witnesses that its policy names; nobody's work waits for them."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from jejak.formats import addcheckpoint, merkle, note, tiles
from jejak.formats.note import NoteError
from jejak.ledger import queries
from jejak.ledger.errors import LogUnreadable
from jejak.ledger.sequencing import log_files
from jejak.ledger.sources import ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from jejak.formats.checkpoint import Signed
    from jejak.formats.policy import Party, Policy

    Ask = Callable[[str, bytes], tuple[int, bytes]]

GOOD, CONFLICT = 200, 409
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
    """Return whether the latest checkpoint is witnessed as the policy asks, once those who have not were asked."""
    standing = queries.standing()
    if standing is None:
        return False
    known = heard()
    for witness in standing.policy.witnesses:
        key = note.read_key(witness.key)
        if not witness.url or any((one.name, one.key_id) == (key.name, key.id) for one in standing.signed.cosignatures):
            continue
        before = known.get(witness.name, Heard())
        try:
            made = _asked(witness, standing.signed, before.size)
        except (LogUnreadable, NoteError) as error:
            known[witness.name] = Heard(before.size, before.at, error.detail or error.title)
            continue
        _merge(standing.signed, made, standing.policy)
        known[witness.name] = Heard(standing.signed.checkpoint.size, now.isoformat(timespec="seconds"))
    told = json.dumps({name: asdict(one) for name, one in known.items()}, indent=1)
    log_files().publish("witness/heard.json", told.encode())
    latest = queries.standing()
    return latest is not None and latest.witnessed


def _asked(witness: Party, signed: Signed, old: int) -> note.Signature:
    """Return a witness's verified cosignature.

    :raises LogUnreadable: it does not answer, or refuses.
    :raises NoteError: what it answers is no cosignature of its key.
    """
    url = f"{witness.url.rstrip('/')}/add-checkpoint"
    size = signed.checkpoint.size
    status, body = ask(url, body=_request(signed, min(old, size)))
    if status == CONFLICT and SIZE.fullmatch(body) and (seen := int(body)) <= size:
        status, body = ask(url, body=_request(signed, seen))
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


def _merge(signed: Signed, made: note.Signature, policy: Policy) -> None:
    """Add a cosignature to the published checkpoint, unless a newer one was published meanwhile."""
    files = log_files()
    with files.locked():
        held = note.parse(files.published() or signed.encode())
        newest = held.text == signed.checkpoint.text
        whole = note.Note(signed.checkpoint.text, (*(held if newest else note.parse(signed.encode())).signatures, made))
        if newest:
            files.publish("checkpoint", whole.encode())
    verified = queries.opened_checkpoint(whole.encode(), policy)
    if policy.met_by(verified.cosignatures):
        files.publish("witnessed", whole.encode())
