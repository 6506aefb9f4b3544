"""A descriptor is believed only when its node signed it, byte for byte."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from uuid import UUID

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from jejak.formats import descriptor, postercode
from jejak.formats.descriptor import Descriptor, DescriptorError

SEED = bytes(range(32))
PUBLIC = descriptor.public_key(SEED)
PLACE = Descriptor(
    code=postercode.make(number=7, key_version=1, secret=SEED),
    premises=UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
    zone=UUID("017f22e2-79b0-7cc3-98c4-dc0c0c073990"),
    kind="mall",
    name="Pusat Beli-belah Teratai",
    node="selangkah",
    key_id=1,
)
TEXT = descriptor.sign(PLACE, private_key=SEED)

words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64)
names = st.text(st.characters(categories=["L", "N", "P", "S", "Mn", "Mc"]), min_size=1, max_size=24)
places = st.builds(
    Descriptor,
    code=st.integers(0, postercode.LARGEST_NUMBER).map(
        lambda number: postercode.make(number=number, key_version=1, secret=SEED)
    ),
    premises=st.uuids(),
    zone=st.none() | st.uuids(),
    kind=words,
    name=names,
    node=words,
    key_id=st.integers(1, 255),
)


def signed(body: bytes) -> str:
    """Any bytes, properly signed: only their form can still be wrong."""
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(b"jejak/descriptor/v1\0" + body)
    return urlsafe_b64encode(body + signature).rstrip(b"=").decode()


def fields() -> list[object]:
    """The array inside ``TEXT``."""
    body = urlsafe_b64decode(TEXT + "=" * (-len(TEXT) % 4))[:-64]
    return list(cbor2.loads(body))


@given(places)
def test_what_is_signed_is_read_back(place: Descriptor) -> None:
    text = descriptor.sign(place, private_key=SEED)
    assert descriptor.read(text, public_key=PUBLIC) == place
    assert descriptor.signer(text) == (place.node, place.key_id)
    assert len(text) <= descriptor.LARGEST_TEXT


def test_the_bytes_are_those_of_the_documentation() -> None:
    assert fields() == [
        1,
        PLACE.code,
        PLACE.premises.bytes,
        PLACE.zone and PLACE.zone.bytes,
        "mall",
        PLACE.name,
        "selangkah",
        1,
    ]
    assert signed(cbor2.dumps(fields(), canonical=True)) == TEXT


def test_every_change_of_one_character_is_refused() -> None:
    for position, right in enumerate(TEXT):
        for wrong in "AQgw-_5=+/ .":
            if wrong != right:
                with pytest.raises(DescriptorError):
                    descriptor.read(TEXT[:position] + wrong + TEXT[position + 1 :], public_key=PUBLIC)


def test_every_truncation_and_extension_is_refused() -> None:
    for text in [
        *(TEXT[:length] for length in range(len(TEXT))),
        TEXT + "A",
        TEXT + "=",
        TEXT + "AAAA",
        TEXT * 10,
    ]:
        with pytest.raises(DescriptorError):
            descriptor.read(text, public_key=PUBLIC)


def test_another_node_s_key_does_not_verify() -> None:
    with pytest.raises(DescriptorError, match="signature"):
        descriptor.read(TEXT, public_key=descriptor.public_key(bytes(32)))


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (0, 2),
        (0, True),
        (0, 1.0),
        (1, "abc"),
        (1, PLACE.code.lower()),
        (2, b"short"),
        (3, b""),
        (3, False),
        (4, ""),
        (4, "k" * 65),
        (4, "mäll"),
        (5, ""),
        (5, "n" * 97),
        (5, "two\nlines"),
        (5, "turned \u202e round"),
        (6, b"selangkah"),
        (7, True),
        (7, 0),
        (7, 256),
        (7, -1),
    ],
)
def test_a_signed_array_with_a_wrong_field_is_refused(position: int, value: object) -> None:
    wrong = fields()
    wrong[position] = value
    with pytest.raises(DescriptorError):
        descriptor.read(signed(cbor2.dumps(wrong, canonical=True)), public_key=PUBLIC)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x80",
        b"\xf6",
        b"\x9b" + b"\xff" * 8,  # an array of 2⁶⁴ - 1 items
        b"\x5b" + b"\x7f" * 8,  # a byte string that long
        b"\x81" * 400,  # nested ever deeper
        b"\xd8\x1c\x81\xd8\x1d\x00",  # a list that holds itself
        cbor2.dumps([*fields(), "more"]),
        cbor2.dumps(fields()[:-1]),
        b"\x9f" + cbor2.dumps(fields())[1:] + b"\xff",  # indefinite length: the same values, other bytes
        cbor2.dumps(fields()) + b"\x00",
    ],
)
def test_signed_bytes_in_any_other_form_are_refused(body: bytes) -> None:
    with pytest.raises(DescriptorError):
        descriptor.read(signed(body), public_key=PUBLIC)


@given(st.binary(max_size=200))
def test_no_signed_bytes_do_anything_but_be_refused(body: bytes) -> None:
    with pytest.raises(DescriptorError):
        descriptor.read(signed(body), public_key=PUBLIC)


@given(st.text(max_size=200))
@example("é")
@example("\ud800")
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    with pytest.raises(DescriptorError):
        descriptor.read(text, public_key=PUBLIC)


def test_what_could_not_be_read_back_is_not_signed() -> None:
    with pytest.raises(DescriptorError):
        descriptor.sign(replace(PLACE, name="x" * 97), private_key=SEED)


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=200))
def test_a_shortened_name_fits_and_a_short_one_stays(name: str) -> None:
    short = descriptor.shortened(name)
    assert len(short.encode()) <= descriptor.LARGEST_NAME
    if len(name.encode()) <= descriptor.LARGEST_NAME:
        assert short == name
    else:
        assert short.endswith("…")
        assert name.startswith(short[:-1])


def test_names_in_jawi_and_tamil_keep_their_joiners() -> None:
    place = replace(PLACE, name="می\u200cخوا க்\u200dஷ")
    assert descriptor.read(descriptor.sign(place, private_key=SEED), public_key=PUBLIC) == place
