"""A proof bundle holds offline, for its entry alone, and is read in its one spelling only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import checkpoint, merkle, note, tlogproof
from jejak.formats.checkpoint import Checkpoint
from jejak.formats.merkle import ProofError
from jejak.formats.note import NoteError
from jejak.formats.tlogproof import Proof

SEED = bytes(range(32))
ORIGIN = "jejak.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text
ENTRIES = [f"entry {number}".encode() for number in range(7)]
LEAVES = [merkle.hash_leaf(entry) for entry in ENTRIES]


def bundle(index: int, extra: bytes | None = None) -> bytes:
    path = merkle.inclusion_path(
        index=index, size=7, read=lambda level, number: merkle.root_of(LEAVES[number << level : (number + 1) << level])
    )
    signed = checkpoint.sign(Checkpoint(ORIGIN, 7, merkle.root_of(LEAVES)), private_key=SEED)
    return Proof(index, tuple(path), signed.encode(), extra).encode()


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize("extra", [None, b"", b"salt and record"])
def test_every_entry_is_proved_and_no_other(index: int, extra: bytes | None) -> None:
    data = bundle(index, extra)
    assert tlogproof.verify(data, entry=ENTRIES[index], log=KEY).checkpoint.size == 7
    assert tlogproof.parse(data).extra == extra
    for other in range(7):
        if other != index:
            with pytest.raises(ProofError):
                tlogproof.verify(data, entry=ENTRIES[other], log=KEY)


def test_the_text_is_that_of_the_specification() -> None:
    lines = bundle(6, b"x").decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra eA==", "index 6"]
    assert lines[5:8] == ["", ORIGIN, "7"]


@given(
    st.integers(0, 10**18),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=100),
    st.none() | st.binary(max_size=100),
)
def test_every_bundle_is_read_back(index: int, path: list[bytes], signed: bytes, extra: bytes | None) -> None:
    proof = Proof(index, tuple(path), signed, extra)
    assert tlogproof.parse(proof.encode()) == proof


def test_every_change_of_one_byte_is_refused() -> None:
    data = bundle(3)
    for position in range(len(data)):
        for change in (1, 0x20, 0x80):
            changed = data[:position] + bytes((data[position] ^ change,)) + data[position + 1 :]
            with pytest.raises((ProofError, NoteError)):
                tlogproof.verify(changed, entry=ENTRIES[3], log=KEY)
    for length in range(len(data)):
        with pytest.raises((ProofError, NoteError)):
            tlogproof.verify(data[:length], entry=ENTRIES[3], log=KEY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "index +3"),
        ("index 3", "Index 3"),
        ("index 3", "index 3 "),
        ("index 3", "extra eB==\nindex 3"),  # bits that base64 does not use
        ("index 3", "extra eA==\nextra eA==\nindex 3"),
        ("index 3", "index 3\nindex 3"),
        ("index 3", "index 3\nAAAA"),
        ("index 3", "index 3\r"),
        ("index 3\n", ""),
    ],
)
def test_a_bundle_in_any_other_form_is_refused(old: str, new: str) -> None:
    with pytest.raises(ProofError):
        tlogproof.parse(bundle(3).decode().replace(old, new, 1).encode())


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_refused(data: bytes) -> None:
    for whole in (data, b"c2sp.org/tlog-proof@v1\n" + data, b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + data):
        with pytest.raises((ProofError, NoteError)):
            tlogproof.verify(whole, entry=b"", log=KEY)
