"""A short code typed wrongly is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import crockford, shortcode
from jejak.formats.shortcode import ShortCodeError

CODES = [shortcode.make(bits) for bits in (0, 1, 31, 32, 0x3FFFFFFF, 123_456_789, 987_654_321, 0x2AAAAAAA)]

bits_of_a_code = st.integers(min_value=0, max_value=(1 << shortcode.RANDOM_BITS) - 1)


def slow_check_character(body: str) -> str:
    """Compute Luhn modulo 32 as textbooks tell it: from the right, double every other digit, add its digits."""
    total, factor = 0, 2
    for character in reversed(body):
        addend = factor * crockford.ALPHABET.index(character)
        total += sum(divmod(addend, 32))
        factor = 3 - factor
    return crockford.ALPHABET[(32 - total % 32) % 32]


def accepted(text: str) -> bool:
    try:
        shortcode.parse(text)
    except ShortCodeError:
        return False
    return True


@given(bits_of_a_code)
def test_the_check_character_is_the_textbook_s(bits: int) -> None:
    code = shortcode.make(bits)
    assert code[-1] == slow_check_character(code[:-1])
    assert shortcode.parse(code) == code
    assert crockford.read(code) >> 5 == bits


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_character_is_noticed(code: str) -> None:
    for position, right in enumerate(code):
        for wrong in crockford.ALPHABET.replace(right, ""):
            assert not accepted(code[:position] + wrong + code[position + 1 :])


def test_every_swap_of_neighbours_is_noticed_but_that_of_first_and_last_digit() -> None:
    for position in range(shortcode.LENGTH - 2):
        for left in crockford.ALPHABET:
            for right in crockford.ALPHABET.replace(left, ""):
                body = "7K3M9Q"[:position] + left + right + "7K3M9Q"[position + 2 :]
                code = body + slow_check_character(body)
                swapped = code[:position] + right + left + code[position + 2 :]
                assert accepted(swapped) == ({left, right} == {"0", "Z"})


@given(bits_of_a_code)
def test_people_may_type_it_in_lower_case_with_hyphen_spaces_and_lookalikes(bits: int) -> None:
    code = shortcode.make(bits)
    assert shortcode.parse(f" {shortcode.printed(code).lower()} ") == code
    assert shortcode.parse(code.replace("0", "o").replace("1", "l")) == code


def test_it_is_printed_in_two_groups() -> None:
    assert shortcode.printed("7K3M9QX") == "7K3-M9QX"


@given(st.text(max_size=12))
def test_no_text_does_anything_but_parse_to_itself_or_be_refused(text: str) -> None:
    try:
        code = shortcode.parse(text)
    except ShortCodeError:
        return
    assert shortcode.parse(code) == code


@pytest.mark.parametrize("text", ["", "7K3M9Q", "7K3M9QXX", "7K3M9QU", "7K3\tM9QX"])
def test_what_is_no_short_code_is_refused(text: str) -> None:
    assert not accepted(text)


@pytest.mark.parametrize("bits", [-1, 1 << 30])
def test_more_than_thirty_bits_make_no_code(bits: int) -> None:
    with pytest.raises(ValueError, match="30 bits"):
        shortcode.make(bits)
