"""Proof bundles: all that is needed to check, offline, that something stands in a log and that witnesses saw it there.

::

    c2sp.org/tlog-proof@v1
    extra <base64>              (may be absent; proves nothing by itself)
    index <index of the entry, decimal>
    <base64(hash)>              the inclusion path, the leaf's sibling first, one a line
    (an empty line)
    <the checkpoint, as the log published it, with its signatures>

Source: https://c2sp.org/tlog-proof
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jejak.formats import checkpoint, merkle, note
from jejak.formats.merkle import ProofError

HEADER: Final = "c2sp.org/tlog-proof@v1"
LARGEST_EXTRA: Final = 100_000
LARGEST_PROOF: Final = note.LARGEST_NOTE + 2 * LARGEST_EXTRA
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Proof:
    """A bundle: the entry's index, its path, the signed checkpoint as bytes, extra data that nothing vouches for."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the bundle as text in UTF-8."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines += [f"index {self.index}", *(b64encode(one).decode() for one in self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def parse(data: bytes) -> Proof:
    """Return a bundle, unverified.

    :raises ProofError: it is none in its one spelling.
    """
    head, found, signed = data.partition(b"\n\n")
    if not found or len(data) > LARGEST_PROOF:
        raise ProofError("a proof has an empty line before the checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
        extra = _unbase64(lines.pop(1)[len("extra ") :]) if lines[1:] and lines[1].startswith("extra ") else None
        index = _INDEX.fullmatch(lines[1]) if lines[1:] else None
        path = tuple(_unbase64(line) for line in lines[2:])
    except (UnicodeDecodeError, binascii.Error, ValueError):
        raise ProofError("a line of the proof cannot be read") from None
    if lines[0] != HEADER or index is None or any(len(one) != merkle.HASH_BYTES for one in path):
        raise ProofError(f"a proof begins with {HEADER} and names an index")
    proof = Proof(int(index[1]), path, signed, extra)
    if proof.encode() != data:
        raise ProofError("the proof is spelled in another way than its own")
    return proof


def verify(data: bytes, *, entry: bytes, log: str, witnesses: Iterable[str] = ()) -> checkpoint.Signed:
    """Return the checkpoint under which ``entry`` is proved, with the cosignatures of ``witnesses``.

    Whether those are enough is the caller's policy.

    :raises ProofError: the bundle cannot be read, or the entry is not in the log at this place.
    :raises NoteError: the log did not sign the checkpoint.
    """
    proof = parse(data)
    signed = checkpoint.open(proof.checkpoint, log=log, witnesses=witnesses)
    merkle.verify_inclusion(
        leaf_hash=merkle.hash_leaf(entry),
        index=proof.index,
        size=signed.checkpoint.size,
        path=proof.path,
        root=signed.checkpoint.root,
    )
    return signed


def _unbase64(text: str) -> bytes:
    return b64decode(text, validate=True)
