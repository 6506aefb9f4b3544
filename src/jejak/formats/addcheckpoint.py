"""What a log sends to a witness: a checkpoint, and the proof that it grew from the one the witness saw last.

::

    old <size the witness saw last, 0 for none>
    <base64(hash)>              the consistency path, at most 63 lines, none from 0
    (an empty line)
    <the checkpoint, signed>

Source: https://c2sp.org/tlog-witness
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from jejak.formats import merkle
from jejak.kernel.problems import JejakError

LARGEST: Final = 100_000
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


class AddCheckpointError(JejakError):
    """This is no request to a witness."""

    code = "add-checkpoint"
    status = 400


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size seen last, the consistency path from it, and the signed checkpoint as bytes."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """Return the bytes on the wire."""
        lines = [f"old {self.old}", *(b64encode(one).decode() for one in self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def parse(data: bytes) -> AddCheckpoint:
    """Return a request; its checkpoint is not looked into.

    :raises AddCheckpointError: it is none in its one spelling.
    """
    head, found, signed = data.partition(b"\n\n")
    if not found or len(data) > LARGEST:
        raise AddCheckpointError("a request has an empty line before the checkpoint, and at most 100,000 bytes")
    try:
        lines = head.decode("ascii").split("\n")
        path = tuple(b64decode(line, validate=True) for line in lines[1:])
    except (UnicodeDecodeError, binascii.Error, ValueError):
        raise AddCheckpointError("a line of the proof cannot be read") from None
    old = _OLD.fullmatch(lines[0])
    if not old or int(old[1]) > merkle.LARGEST_SIZE:
        raise AddCheckpointError("a request begins with the old size")
    if len(path) > merkle.LONGEST_PATH or any(len(one) != merkle.HASH_BYTES for one in path):
        raise AddCheckpointError("a path has at most 63 hashes of 32 bytes")
    request = AddCheckpoint(int(old[1]), path, signed)
    if request.encode() != data:
        raise AddCheckpointError("the request is spelled in another way than its own")
    return request
