"""One byte changed, left out or put in anywhere: a note, checkpoint, proof or request is refused, or means the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jejak.formats import addcheckpoint, checkpoint, merkle, note, tiles, tlogproof
from jejak.formats.addcheckpoint import AddCheckpoint, AddCheckpointError
from jejak.formats.checkpoint import Checkpoint
from jejak.formats.merkle import ProofError
from jejak.formats.note import Note, NoteError
from jejak.formats.tiles import Tile, TileError

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
ORIGIN = "jejak.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text
WITNESS = note.key_of(name="witness.example", kind=note.COSIGNATURE, private_key=OTHER).text
ENTRIES = [b"entry %d" % number for number in range(7)]
LEAVES = [merkle.hash_leaf(entry) for entry in ENTRIES]
HEAD = Checkpoint(ORIGIN, 7, merkle.root_of(LEAVES))
SEEN = note.cosign(HEAD.text, name="witness.example", private_key=OTHER, time=1642737600)
STRANGER = note.cosign(HEAD.text, name="stranger.example", private_key=SEED, time=5)
SIGNED = checkpoint.sign(HEAD, private_key=SEED)
COSIGNED = Note(HEAD.text, (STRANGER, SIGNED.signature, SEEN)).encode()


def read(level: int, index: int) -> bytes:
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


PATH = tuple(merkle.inclusion_path(index=3, size=7, read=read))
PROOF = tlogproof.Proof(3, PATH, COSIGNED, b'{"told":1}').encode()
GREW = tuple(merkle.consistency_path(size1=3, size2=7, read=read))
REQUEST = AddCheckpoint(3, GREW, SIGNED.encode()).encode()
BYTES = (0x00, 0x09, 0x0A, 0x0D, 0x20, 0x2B, 0x30, 0x3D, 0x41, 0x7F, 0x80, 0xE2)


def changed(data: bytes) -> Iterator[bytes]:
    """Yield what becomes of the data by every small change at every place."""
    for at in range(len(data)):
        yield data[:at] + data[at + 1 :]
        yield data[:at]
        for put in (*BYTES, data[at], data[at] ^ 1, data[at] ^ 0x20):
            yield data[:at] + bytes((put,)) + data[at:]
            yield data[:at] + bytes((put,)) + data[at + 1 :]


def accepted(data: bytes, opened: Callable[[bytes], Any]) -> Iterator[tuple[bytes, Any]]:
    """Yield what is accepted although it was changed, with what it is taken for."""
    for other in set(changed(data)) - {data}:
        try:
            yield other, opened(other)
        except (NoteError, ProofError, AddCheckpointError):
            continue


def test_a_changed_checkpoint_is_refused_or_says_the_same_with_fewer_witnesses() -> None:
    def opened(data: bytes) -> checkpoint.Signed:
        return checkpoint.open(data, log=KEY, witnesses=[WITNESS])

    assert opened(COSIGNED).cosignatures == (SEEN,)
    found = list(accepted(COSIGNED, opened))
    assert found, "an unknown signature may be of anybody's, and its line hold anything"
    for data, signed in found:
        assert note.parse(data).encode() == data
        assert (signed.checkpoint, signed.signature) == (HEAD, SIGNED.signature)
        assert set(signed.cosignatures) <= {SEEN}


def test_a_checkpoint_of_one_signature_has_no_other_spelling_at_all() -> None:
    assert list(accepted(SIGNED.encode(), lambda data: checkpoint.open(data, log=KEY))) == []


def test_a_changed_proof_is_refused_or_proves_the_same() -> None:
    def opened(data: bytes) -> tuple[tlogproof.Proof, checkpoint.Signed]:
        return tlogproof.parse(data), tlogproof.verify(data, entry=ENTRIES[3], log=KEY)

    assert opened(PROOF)
    for data, (proof, signed) in accepted(PROOF, opened):
        assert proof.encode() == data
        assert (proof.index, proof.path, signed.checkpoint) == (3, PATH, HEAD)


def test_a_changed_request_is_refused_or_asks_another_thing_in_one_spelling() -> None:
    def opened(data: bytes) -> AddCheckpoint:
        request = addcheckpoint.parse(data)
        head = checkpoint.open(request.checkpoint, log=KEY).checkpoint
        merkle.verify_consistency(
            size1=request.old, size2=head.size, root1=merkle.root_of(LEAVES[:3]), root2=head.root, path=request.path
        )
        return request

    assert opened(REQUEST)
    assert list(accepted(REQUEST, opened)) == []


@pytest.mark.parametrize("tile", [Tile(0, 0), Tile(tiles.ENTRIES, 1234067, 7), Tile(2, 1000, 255)])
def test_a_changed_path_means_no_tile_or_another_in_its_one_spelling(tile: Tile) -> None:
    for data in set(changed(tile.path.encode())) - {tile.path.encode()}:
        try:
            found = tiles.parse(data.decode(errors="surrogateescape"))
        except TileError:
            continue
        assert found != tile
        assert found.path.encode() == data
