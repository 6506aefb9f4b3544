"""Checkpoints: what a log says of itself, signed by the log and cosigned by witnesses.

The text of the note, three lines::

    <origin: the log's name, which is also the name of its key>
    <size: how many entries it holds, decimal>
    <base64(root of the Merkle tree, 32 bytes)>

Extension lines are refused: nobody who follows the log could check them.

Source: https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jejak.formats import merkle, note
from jejak.formats.note import NoteError

LINES: Final = 3
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(NoteError):
    """The note is no checkpoint of this log."""

    code = "checkpoint-refused"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many entries the log of ``origin`` holds, and the root over them, 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint signed by its log, with the cosignatures of the witnesses that were asked for."""

    checkpoint: Checkpoint
    signature: note.Signature
    cosignatures: tuple[note.Signature, ...]

    def encode(self) -> bytes:
        """Return the note."""
        return note.Note(self.checkpoint.text, (self.signature, *self.cosignatures)).encode()


def parse(text: str) -> Checkpoint:
    """Return what the text of a note says, unverified.

    :raises CheckpointError: it is no checkpoint in its one spelling.
    """
    lines = text.split("\n")
    if len(lines) != LINES + 1 or lines[-1] or not lines[0]:
        raise CheckpointError("a checkpoint has three lines")
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > merkle.LARGEST_SIZE:
        raise CheckpointError("its size is no number of entries")
    try:
        found = Checkpoint(lines[0], int(lines[1]), b64decode(lines[2], validate=True))
    except (binascii.Error, ValueError):
        raise CheckpointError("its root is not base64") from None
    if len(found.root) != merkle.HASH_BYTES or found.text != text:
        raise CheckpointError("its root is not 32 bytes in base64")
    if not found.size and found.root != merkle.EMPTY_ROOT:
        raise CheckpointError("an empty log has the empty root")
    return found


def sign(checkpoint: Checkpoint, *, private_key: bytes) -> Signed:
    """Return the checkpoint signed by its log, whose key bears the origin's name.

    :raises NoteError: the origin cannot be a key's name.
    """
    signature = note.signature_of(checkpoint.text, name=checkpoint.origin, private_key=private_key)
    return Signed(checkpoint, signature, ())


def open(data: bytes, *, log: str, witnesses: Iterable[str] = ()) -> Signed:  # noqa: A001 - as note.open
    """Return a checkpoint that the key ``log`` signed, with the cosignatures of those ``witnesses`` who made one.

    :raises NoteError: it is no note, the log did not sign it, or the signature of a known key is wrong.
    :raises CheckpointError: it is no checkpoint, or one of another log.
    """
    key = note.read_key(log)
    cosigners = [one for one in map(note.read_key, witnesses) if one.kind == note.COSIGNATURE]
    opened = note.open(data, keys=[log, *(one.text for one in cosigners)])
    signature = opened.signed_by(key)
    if signature is None:
        raise CheckpointError("the log did not sign it")
    found = parse(opened.text)
    if found.origin != key.name:
        raise CheckpointError(f"it is of the log {found.origin!r}, not of {key.name!r}")
    return Signed(found, signature, tuple(one for one in opened.signatures if one is not signature))
