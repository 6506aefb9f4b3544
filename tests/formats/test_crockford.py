"""Crockford's base 32 is read leniently and written strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import crockford


@given(st.integers(min_value=0, max_value=(1 << 90) - 1))
def test_what_is_written_is_read_back(number: int) -> None:
    assert crockford.read(crockford.write(number=number, length=18)) == number


@given(st.integers(min_value=0, max_value=(1 << 30) - 1))
def test_letters_that_look_like_digits_and_lower_case_are_read(number: int) -> None:
    written = crockford.write(number=number, length=6)
    assert crockford.read(written.lower()) == number
    assert crockford.read(written.replace("0", "O").replace("1", "I")) == number
    assert crockford.read(written.replace("0", "o").replace("1", "l")) == number


@pytest.mark.parametrize("code_point", [*range(256), 0x0660, 0xFF11, 0x1D7CE, 0x2028])
def test_exactly_the_alphabet_and_its_aliases_are_digits(code_point: int) -> None:
    character = chr(code_point)
    if character.upper() in crockford.ALPHABET + "OIL" and character.isascii():
        assert 0 <= crockford.read(character) < 32
    else:
        with pytest.raises(ValueError, match=r"invalid literal|can't encode"):
            crockford.read("1" + character + "1")


@pytest.mark.parametrize("text", ["", " 1", "1 ", "+1", "-1", "1_1", "1u", "U"])
def test_what_python_would_read_as_a_number_is_refused_all_the_same(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        crockford.read(text)


@pytest.mark.parametrize("number", [-1, 32])
def test_a_number_that_does_not_fit_is_not_written(number: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        crockford.write(number=number, length=1)
