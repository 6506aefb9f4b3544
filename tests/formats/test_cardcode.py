"""A card's code says which card, and neither a changed code nor one of another thing is believed."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import cardcode, crockford, postercode
from jejak.formats.cardcode import CardCode, CardCodeError, Side

SECRET = bytes(range(32))
CODE = cardcode.make(number=123_456, key_version=3, secret=SECRET)

numbers = st.integers(min_value=0, max_value=postercode.LARGEST_NUMBER)
versions = st.integers(min_value=0, max_value=postercode.LARGEST_KEY_VERSION)
secrets = st.binary(min_size=32, max_size=32)
sides = st.sampled_from(Side)
DOMAINS = {Side.CARD: b"jejak/card/v1\0", Side.SLIP: b"jejak/card-slip/v1\0"}


def slow_code(number: int, version: int, secret: bytes, side: Side) -> str:
    """The same code by way of a string of ninety bits."""
    head = f"{number:038b}{version:04b}"
    mac = hmac.new(secret, DOMAINS[side] + int(head, 2).to_bytes(8, "big"), hashlib.sha256).digest()[:6]
    bits = head + "".join(f"{byte:08b}" for byte in mac)
    return "".join(crockford.ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, 90, 5))


def believed(code: str, side: Side = Side.CARD) -> bool:
    try:
        return cardcode.verify(cardcode.parse(code), secret=SECRET, side=side)
    except CardCodeError:
        return False


@given(numbers, versions, secrets, sides)
def test_a_code_is_what_its_slow_twin_writes_and_reads_back(
    number: int, version: int, secret: bytes, side: Side
) -> None:
    code = cardcode.make(number=number, key_version=version, secret=secret, side=side)
    assert code == slow_code(number, version, secret, side)
    parsed = cardcode.parse(code)
    assert (parsed.number, parsed.key_version, parsed.text) == (number, version, code)
    assert cardcode.verify(parsed, secret=secret, side=side)


def test_the_examples_in_the_documentation_are_true() -> None:
    for side, example in ((Side.CARD, "00000004F7YPSZTA55"), (Side.SLIP, "00000004FEHT9W6TAW")):
        assert cardcode.make(number=1, key_version=1, secret=bytes(32), side=side) == example
        assert example in (cardcode.__doc__ or "")


@given(numbers, versions)
def test_card_slip_and_poster_of_one_number_never_pass_for_each_other(number: int, version: int) -> None:
    card, slip = (
        cardcode.make(number=number, key_version=version, secret=SECRET, side=side) for side in (Side.CARD, Side.SLIP)
    )
    poster = postercode.make(number=number, key_version=version, secret=SECRET)
    assert not believed(card, Side.SLIP)
    assert not believed(slip, Side.CARD)
    assert not believed(poster, Side.CARD)
    assert not believed(poster, Side.SLIP)
    for code in (card, slip):
        assert not postercode.verify(postercode.parse(code), secret=SECRET)


def test_every_change_of_one_character_is_refused() -> None:
    for position, right in enumerate(CODE):
        for wrong in crockford.ALPHABET.replace(right, "") + "U-_ *é":
            assert not believed(CODE[:position] + wrong + CODE[position + 1 :])


def test_case_and_lookalike_letters_spell_the_same_code() -> None:
    assert cardcode.parse(CODE.lower()) == cardcode.parse(CODE)
    assert cardcode.parse(CODE.replace("0", "o").replace("1", "L")).text == CODE


def test_the_key_version_is_part_of_what_is_authenticated() -> None:
    parsed = cardcode.parse(CODE)
    assert not cardcode.verify(CardCode(parsed.number, 4, parsed.mac), secret=SECRET)


@given(st.text(max_size=24))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    assert not believed(text)


@pytest.mark.parametrize("text", ["", CODE[:-1], CODE + "0", " " + CODE[1:], "0" * 17 + "U", "０" * 18])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CardCodeError) as caught:
        cardcode.parse(text)
    assert caught.value.code == "card-code"


@pytest.mark.parametrize(("number", "version"), [(-1, 1), (1 << 38, 1), (1, -1), (1, 16)])
def test_a_number_or_version_too_large_makes_no_code(number: int, version: int) -> None:
    with pytest.raises(ValueError, match="does not fit a code"):
        cardcode.make(number=number, key_version=version, secret=SECRET)
