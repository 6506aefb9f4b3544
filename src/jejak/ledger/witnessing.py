"""Witnessing: cosigning partners' checkpoints, each only if it contains the one that was cosigned before.

Which logs are witnessed stands in ``<data>/ledger/witness/logs``, a policy file of ``log`` lines. What was cosigned
last lies beside it, a file a log, outside the database: a restored backup must not make a witness forget.

Source: https://c2sp.org/tlog-witness
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from jejak.formats import addcheckpoint, checkpoint, merkle, note
from jejak.formats import policy as policies
from jejak.formats.note import NoteError
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import origin_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jejak.formats.checkpoint import Checkpoint
    from jejak.formats.policy import Party

TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers: an HTTP status, a body, and its type."""

    status: int
    body: bytes = b""
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A log that is witnessed: the checkpoint cosigned last and when, and whether it was caught with two histories."""

    log: Party
    checkpoint: Checkpoint | None
    time: int
    lied: bool


def folder() -> LogFiles:
    """Return where the witness keeps what it saw."""
    return LogFiles(settings().data / "ledger" / "witness")


def logs() -> tuple[Party, ...]:
    """Return the logs that this node witnesses.

    :raises PolicyError: the file with them cannot be used.
    """
    data = folder().fetch("logs")
    return () if data is None else policies.read(data.decode(errors="surrogateescape")).logs


def name() -> str:
    """Return the witness's name, which stays what it was when it first cosigned, whatever becomes of the address."""
    held = folder().fetch("name")
    return origin_of(settings().base_url).removesuffix("/ledger") + "/witness" if held is None else held.decode()


def verifier_keys() -> list[str]:
    """Return the verifier keys of this node's witness, the active one first."""
    secrets = [key.secret for key in reversed(keyring().all("witness"))]
    return [note.key_of(name=name(), kind=note.COSIGNATURE, private_key=secret).text for secret in secrets]


def add_checkpoint(*, body: bytes, now: datetime) -> Answer:
    """Return the answer to a log's request: cosignature lines if its checkpoint contains the one cosigned before.

    400: not understood. 403: the log did not sign. 404: it is not witnessed here. 409: another size was seen last, as
    the body tells, or one size has two roots. 422: the proof does not hold.
    """
    try:
        request = addcheckpoint.parse(body)
        head = checkpoint.parse(note.parse(request.checkpoint).text)
    except (addcheckpoint.AddCheckpointError, NoteError) as error:
        return _refused(400, error.detail)
    named = [party for party in logs() if party.name == head.origin]
    if not named:
        return _refused(404, "this log is not witnessed here")
    signed, refusal = _signed_by(named, request.checkpoint)
    if signed is None:
        return _refused(403, refusal)
    if request.old > head.size:
        return _refused(400, "the old size is larger than the checkpoint's")
    with folder().locked():
        return _judged(request, signed, named[0], now)


def _signed_by(named: Sequence[Party], data: bytes) -> tuple[checkpoint.Signed | None, str]:
    """Return the checkpoint as one of a log's keys signed it: while a key is replaced there are two; else why not."""
    refusal = ""
    for party in named:
        try:
            return checkpoint.open(data, log=party.key), ""
        except NoteError as error:
            refusal = error.detail
    return None, refusal


def _judged(request: addcheckpoint.AddCheckpoint, signed: checkpoint.Signed, log: Party, now: datetime) -> Answer:
    head, seen = signed.checkpoint, seen_of(log)
    last = seen.checkpoint
    if last and head.size == last.size and head.root != last.root:
        _keep_evidence(log, signed)
        return Answer(409, f"{last.size}\n".encode(), SIZE)
    if request.old != (last.size if last else 0):
        return Answer(409, f"{last.size if last else 0}\n".encode(), SIZE)
    try:
        _require_grown(request, last, head)
    except merkle.ProofError as error:
        return _refused(422, error.detail)
    time = max(int(now.timestamp()), seen.time)  # a clock that was set back must not turn the order round
    made = tuple(
        note.cosign(head.text, name=name(), private_key=key.secret, time=time)
        for key in reversed(keyring().all("witness"))
    )
    if folder().fetch("name") is None:
        folder().publish("name", name().encode())
    folder().publish(_file(log), note.Note(head.text, (signed.signature, *made)).encode())
    return Answer(200, "".join(one.line for one in made).encode())


def _require_grown(request: addcheckpoint.AddCheckpoint, last: Checkpoint | None, head: Checkpoint) -> None:
    if last is None or not last.size:
        if request.path:
            raise merkle.ProofError("from nothing there is nothing to prove")
        return
    merkle.verify_consistency(size1=last.size, size2=head.size, root1=last.root, root2=head.root, path=request.path)


def seen_of(log: Party) -> Witnessed:
    """Return what was seen of a log last."""
    data = folder().fetch(_file(log))
    lied = folder().fetch(f"{_file(log)}.lied") is not None
    if data is None:
        return Witnessed(log, None, 0, lied)
    held, own = note.parse(data), name()  # whatever else signed it is the log, by a key that it may have replaced
    times = [one.time for one in held.signatures if one.name == own]
    return Witnessed(log, checkpoint.parse(held.text), max(times, default=0), lied)


def _keep_evidence(log: Party, signed: checkpoint.Signed) -> None:
    """Keep the first proof that a log signed two trees of one size: both notes, one after the other."""
    if folder().fetch(f"{_file(log)}.lied") is None:
        held = folder().fetch(_file(log)) or b""
        folder().publish(f"{_file(log)}.lied", held + b"\n" + signed.encode())


def _file(log: Party) -> str:
    return sha256(log.name.encode()).hexdigest()[:32]


def _refused(status: int, reason: str) -> Answer:
    return Answer(status, f"{reason}\n".encode())
