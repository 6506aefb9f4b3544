"""An address on a tag is, byte for byte, what the NFC Forum's documents say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import ndef


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://www.nfc.com", "D1 01 08 55 01 6E 66 63 2E 63 6F 6D"),  # the example of the URI RTD, annex A.1
        ("https://www.a.my/p", "D1 01 07 55 02 61 2E 6D 79 2F 70"),
        ("http://a.my", "D1 01 05 55 03 61 2E 6D 79"),
        ("https://a.my", "D1 01 05 55 04 61 2E 6D 79"),
        ("geo:3.1,101.7", "D1 01 0E 55 00 67 65 6F 3A 33 2E 31 2C 31 30 31 2E 37"),
    ],
)
def test_an_address_is_one_short_record_with_its_beginning_abbreviated(address: str, message: str) -> None:
    assert ndef.uri(address) == bytes.fromhex(message)


def test_a_long_address_has_a_length_of_four_bytes() -> None:
    short, long = ndef.uri("https://" + "a" * 254), ndef.uri("https://" + "a" * 255)
    assert short[:5] == bytes.fromhex("D1 01 FF 55 04")
    assert long[:8] == bytes.fromhex("C1 01 00 00 01 00 55 04")
    assert (len(short), len(long)) == (4 + 255, 7 + 256)


@pytest.mark.parametrize(
    ("characters", "on_tag", "tags"),
    [
        (136, 144, ("NTAG213", "NTAG215", "NTAG216")),
        (137, 145, ("NTAG215", "NTAG216")),
        (249, 257, ("NTAG215", "NTAG216")),
        (250, 260, ("NTAG215", "NTAG216")),
        (491, 504, ("NTAG215", "NTAG216")),
        (492, 505, ("NTAG216",)),
        (875, 888, ("NTAG216",)),
        (876, 889, ()),
    ],
)
def test_a_tag_has_room_for_the_block_and_not_a_byte_more(characters: int, on_tag: int, tags: tuple[str, ...]) -> None:
    message = ndef.uri("https://" + "a" * characters)
    assert (ndef.bytes_on_tag(message), ndef.tags_for(message)) == (on_tag, tags)


def read_back(message: bytes) -> str:
    """Parse one record by the letter of the specification."""
    flags, type_length = message[0], message[1]
    assert flags & 0xC7 == 0xC1, "begins and ends the message, well known"
    size = 1 if flags & 0x10 else 4
    length = int.from_bytes(message[2 : 2 + size])
    kind, payload = message[2 + size : 2 + size + type_length], message[2 + size + type_length :]
    assert (kind, len(payload)) == (b"U", length)
    return ("", "http://www.", "https://www.", "http://", "https://")[payload[0]] + payload[1:].decode()


@given(
    st.sampled_from(["", "http://", "https://", "https://www.", "HTTPS://"]),
    st.text(st.characters(codec="utf-8"), max_size=400),
)
def test_any_address_is_read_back(start: str, rest: str) -> None:
    assert read_back(ndef.uri(start + rest)) == start + rest
