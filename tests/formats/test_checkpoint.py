"""A checkpoint is three lines that its log signed; anything more or otherwise spelled is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import checkpoint, merkle, note
from jejak.formats.checkpoint import Checkpoint, CheckpointError
from jejak.formats.note import Note, NoteError

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
ORIGIN = "jejak.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text
WITNESS = note.key_of(name="witness.example", kind=note.COSIGNATURE, private_key=OTHER).text
HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))
SIGNED = checkpoint.sign(HEAD, private_key=SEED)

heads = st.builds(
    Checkpoint,
    st.text(st.characters(categories=["L", "N", "P"], exclude_characters="+"), min_size=1, max_size=30),
    st.integers(1, merkle.LARGEST_SIZE),
    st.binary(min_size=32, max_size=32),
)


@given(heads)
def test_what_is_signed_is_read_back(head: Checkpoint) -> None:
    signed = checkpoint.sign(head, private_key=SEED)
    key = note.key_of(name=head.origin, kind=note.ED25519, private_key=SEED).text
    assert checkpoint.open(signed.encode(), log=key) == signed
    assert checkpoint.parse(head.text) == head


def test_the_published_text_is_read() -> None:
    """The example of the specification."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = checkpoint.parse(text)
    assert (head.origin, head.size, head.text) == ("example.com/behind-the-sofa", 20852163, text)


def test_cosignatures_of_known_witnesses_are_kept_and_others_left_out() -> None:
    seen = note.cosign(HEAD.text, name="witness.example", private_key=OTHER, time=5)
    stranger = note.cosign(HEAD.text, name="stranger.example", private_key=OTHER, time=5)
    whole = Note(HEAD.text, (stranger, SIGNED.signature, seen)).encode()
    assert checkpoint.open(whole, log=KEY).cosignatures == ()
    opened = checkpoint.open(whole, log=KEY, witnesses=[WITNESS, KEY])
    assert opened.cosignatures == (seen,)
    assert checkpoint.open(opened.encode(), log=KEY, witnesses=[WITNESS]) == opened


def test_a_checkpoint_that_only_a_witness_signed_is_refused() -> None:
    seen = note.cosign(HEAD.text, name="witness.example", private_key=OTHER, time=5)
    with pytest.raises(CheckpointError, match="did not sign"):
        checkpoint.open(Note(HEAD.text, (seen,)).encode(), log=KEY, witnesses=[WITNESS])


def test_a_checkpoint_of_another_log_under_our_key_is_refused() -> None:
    other = replace(HEAD, origin="other.example")
    signed = note.sign(other.text, name=ORIGIN, private_key=SEED)
    with pytest.raises(CheckpointError, match=r"other\.example"):
        checkpoint.open(signed, log=KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.text[:-1],
        HEAD.text + "\n",
        HEAD.text + "extension\n",
        "\n" + HEAD.text,
        HEAD.text.replace("\n7\n", "\n07\n"),
        HEAD.text.replace("\n7\n", "\n+7\n"),
        HEAD.text.replace("\n7\n", "\n-7\n"),
        HEAD.text.replace("\n7\n", "\n 7\n"),
        HEAD.text.replace("\n7\n", "\n7_0\n"),
        HEAD.text.replace("\n7\n", "\n٧\n"),
        HEAD.text.replace("\n7\n", "\n\n"),
        HEAD.text.replace("\n7\n", f"\n{1 << 63}\n"),
        HEAD.text.replace("\n7\n", "\n" + "1" * 5000 + "\n"),
        HEAD.text.replace("\n7\n", "\n0\n"),  # an empty log with another root
        HEAD.text.replace("=\n", "\n"),
        HEAD.text.replace("8=\n", "9=\n"),  # bits that base64 does not use
        HEAD.text.replace("AAEC", "AAE-"),
        HEAD.text.replace("=\n", "A=\n"),
        f"{ORIGIN}\n7\n\n",
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.parse(text)


def test_an_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT)
    assert checkpoint.open(checkpoint.sign(empty, private_key=SEED).encode(), log=KEY).checkpoint == empty


@given(st.text(max_size=100))
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(text)
