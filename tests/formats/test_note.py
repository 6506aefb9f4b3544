"""A note is believed when a known key signed it, and only in the one form it has."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import note
from jejak.formats.note import Note, NoteError, Signature

# The example of the Go package golang.org/x/mod/sumdb/note, as published in its documentation.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED = (
    PUBLISHED_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
KEY = note.key_of(name="jejak.example/ledger", kind=note.ED25519, private_key=SEED).text
WITNESS = note.key_of(name="witness.example", kind=note.COSIGNATURE, private_key=OTHER).text
TEXT = "first\n\nsecond, after an empty line\n"
SIGNED = note.sign(TEXT, name="jejak.example/ledger", private_key=SEED)

texts = st.text(st.characters(exclude_characters=[chr(number) for number in range(32)], exclude_categories=["Cs"])).map(
    lambda text: text + "\n"
)
names = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="+"), min_size=1, max_size=20)


def test_the_published_example_opens_and_is_made_again() -> None:
    assert note.open(PUBLISHED, keys=[PUBLISHED_KEY]).text == PUBLISHED_TEXT
    assert note.sign(PUBLISHED_TEXT, name="PeterNeumann", private_key=PUBLISHED_SEED) == PUBLISHED
    assert note.read_key(PUBLISHED_KEY).text == PUBLISHED_KEY


def test_the_key_of_a_public_log_is_read() -> None:
    assert (
        note.read_key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").name == "sum.golang.org"
    )


@given(texts, names, st.binary(min_size=32, max_size=32))
def test_what_is_signed_opens_and_is_written_again(text: str, name: str, seed: bytes) -> None:
    signed = note.sign(text, name=name, private_key=seed)
    key = note.key_of(name=name, kind=note.ED25519, private_key=seed)
    assert note.read_key(key.text) == key
    assert note.parse(signed).encode() == signed
    assert note.open(signed, keys=[key.text]) == note.parse(signed)


@given(texts, st.integers(0, note.LATEST_TIME))
def test_a_cosignature_holds_for_its_text_and_time(text: str, time: int) -> None:
    made = note.cosign(text, name="witness.example", private_key=OTHER, time=time)
    assert made.time == time
    assert note.verify(text=text, signature=made, key=note.read_key(WITNESS))
    assert note.open(Note(text, (made,)).encode(), keys=[WITNESS]).signatures == (made,)
    assert note.parse_signatures(made.line) == (made,)
    other_time = Signature(made.name, made.key_id, (time ^ 1).to_bytes(8) + made.body[8:])
    assert not note.verify(text=text, signature=other_time, key=note.read_key(WITNESS))
    assert not note.verify(text=text + "\n", signature=made, key=note.read_key(WITNESS))


def test_a_cosignature_signs_the_bytes_of_the_specification() -> None:
    assert note.cosigned_message(text="a\n1\nb\n", time=1679315147) == b"cosignature/v1\ntime 1679315147\na\n1\nb\n"


def test_signatures_of_unknown_keys_are_left_out_and_do_no_harm() -> None:
    cosigned = note.parse(SIGNED)
    cosigned = Note(TEXT, (note.cosign(TEXT, name="x", private_key=OTHER, time=1), *cosigned.signatures))
    assert note.open(cosigned.encode(), keys=[KEY]).encode() == SIGNED
    with pytest.raises(NoteError, match="no key known here"):
        note.open(cosigned.encode(), keys=[WITNESS])
    with pytest.raises(NoteError, match="no key known here"):
        note.open(cosigned.encode(), keys=[])


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    good = note.parse(SIGNED)
    bad = Signature("witness.example", note.read_key(WITNESS).id, bytes(72))
    spoiled = Note(TEXT, (*good.signatures, bad)).encode()
    assert note.open(spoiled, keys=[KEY]).encode() == SIGNED
    with pytest.raises(NoteError, match=r"signature of witness\.example is wrong"):
        note.open(spoiled, keys=[KEY, WITNESS])


def test_a_key_of_another_type_does_not_verify() -> None:
    """The same seed as a log's key and as a witness's is two keys."""
    as_witness = note.key_of(name="jejak.example/ledger", kind=note.COSIGNATURE, private_key=SEED)
    [signature] = note.parse(SIGNED).signatures
    forged = Signature(signature.name, as_witness.id, bytes(8) + signature.body)
    assert not note.verify(text=TEXT, signature=forged, key=as_witness)
    short = Signature(signature.name, note.read_key(KEY).id, signature.body[:-1])
    assert not note.verify(text=TEXT, signature=short, key=note.read_key(KEY))
    late = Signature(signature.name, as_witness.id, b"\xff" * 8 + signature.body)
    assert not note.verify(text=TEXT, signature=late, key=as_witness)


def test_every_change_of_one_byte_is_refused() -> None:
    for position in range(len(SIGNED)):
        for change in (1, 0x20, 0x80):
            changed = SIGNED[:position] + bytes((SIGNED[position] ^ change,)) + SIGNED[position + 1 :]
            with pytest.raises(NoteError):
                note.open(changed, keys=[KEY])


def test_every_truncation_is_refused() -> None:
    for length in range(len(SIGNED)):
        with pytest.raises(NoteError):
            note.open(SIGNED[:length], keys=[KEY])


LINE = SIGNED.decode()[len(TEXT) + 1 :]


@pytest.mark.parametrize(
    "whole",
    [
        TEXT + LINE,  # no empty line
        TEXT + "\n" + LINE + "\n",
        TEXT + "\n" + LINE + LINE[2:],
        TEXT + "\n" + LINE.replace("— ", "- "),
        TEXT + "\n" + LINE.replace("— ", "—  "),
        TEXT + "\n" + LINE.replace("— ", "—\u00a0"),
        TEXT + "\n" + LINE.replace("\n", " \n"),
        TEXT + "\n" + LINE.replace("\n", "\r\n"),
        TEXT.replace("first", "fi\trst") + "\n" + LINE,
        TEXT.replace("first", "fi\0rst") + "\n" + LINE,
        TEXT + "\n" + LINE.replace("jejak.example", "jejak+example"),
        TEXT + "\n" + LINE.replace("=\n", "\n"),
        TEXT + "\n" + LINE.replace("=\n", "==\n"),
        TEXT + "\n— x AAAAAA==\n",  # a key id and nothing more: fits, but no known key
        TEXT + "\n— x AAAA\n",
        TEXT + "\n— x AAAAAB==\n",  # bits that base64 does not use
        TEXT + "\n" + LINE * 101,
        "\n" + LINE,
        "x" * note.LARGEST_NOTE + TEXT + "\n" + LINE,
    ],
)
def test_a_note_in_any_other_form_is_refused(whole: str) -> None:
    with pytest.raises(NoteError):
        note.open(whole.encode(), keys=[KEY])


def test_a_note_may_carry_a_hundred_signatures() -> None:
    others = tuple(Signature(f"key{number}", bytes(4), b"x") for number in range(99))
    assert note.open(Note(TEXT, (*others, *note.parse(SIGNED).signatures)).encode(), keys=[KEY]).text == TEXT


@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_do_anything_but_be_refused(data: bytes) -> None:
    for whole in (data, data + SIGNED, TEXT.encode() + b"\n" + data):
        with pytest.raises(NoteError):
            note.open(whole, keys=[KEY])


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "x+00000000",
        KEY.replace("+", "+0", 1),
        KEY.upper(),
        KEY + "=",
        KEY[:-1],
        "other" + KEY,
        KEY.replace("jejak.", "jejak "),
        "+" + KEY.partition("+")[2],
        f"x+00000000+{b64encode(bytes((2,)) + bytes(32)).decode()}",
        f"x+00000000+{b64encode(bytes(33)).decode()}",
    ],
)
def test_a_verifier_key_in_any_other_form_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        note.open(SIGNED, keys=[key])


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\0\n"])
def test_what_could_not_be_read_back_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        note.sign(text, name="x", private_key=SEED)
    with pytest.raises(NoteError):
        note.cosign(text, name="x", private_key=SEED, time=1)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb"])
def test_a_name_that_could_not_be_read_back_does_not_sign(name: str) -> None:
    with pytest.raises(NoteError):
        note.sign(TEXT, name=name, private_key=SEED)
    with pytest.raises(ValueError, match="no time"):
        note.cosign(TEXT, name="x", private_key=SEED, time=-1)
    with pytest.raises(NoteError):
        note.parse_signatures("x")
