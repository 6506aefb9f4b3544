"""A poster's code says which poster, and no changed code is believed."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import crockford, postercode
from jejak.formats.postercode import PosterCode, PosterCodeError

SECRET = bytes(range(32))
CODE = postercode.make(number=123_456, key_version=3, secret=SECRET)

numbers = st.integers(min_value=0, max_value=postercode.LARGEST_NUMBER)
versions = st.integers(min_value=0, max_value=postercode.LARGEST_KEY_VERSION)
secrets = st.binary(min_size=32, max_size=32)


def slow_code(number: int, version: int, secret: bytes) -> str:
    """The same code by way of a string of ninety bits."""
    head = f"{number:038b}{version:04b}"
    message = b"jejak/poster/v1\0" + int(head, 2).to_bytes(8, "big")
    mac = hmac.new(secret, message, hashlib.sha256).digest()[:6]
    bits = head + "".join(f"{byte:08b}" for byte in mac)
    return "".join(crockford.ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, 90, 5))


def believed(code: str) -> bool:
    try:
        return postercode.verify(postercode.parse(code), secret=SECRET)
    except PosterCodeError:
        return False


@given(numbers, versions, secrets)
def test_a_code_is_what_its_slow_twin_writes_and_reads_back(number: int, version: int, secret: bytes) -> None:
    code = postercode.make(number=number, key_version=version, secret=secret)
    assert code == slow_code(number, version, secret)
    parsed = postercode.parse(code)
    assert (parsed.number, parsed.key_version, parsed.text) == (number, version, code)
    assert postercode.verify(parsed, secret=secret)


def test_the_example_in_the_documentation_is_true() -> None:
    assert postercode.make(number=1, key_version=1, secret=bytes(32)) == "00000004D8EEETF3SS"
    assert "00000004D8EEETF3SS" in (postercode.__doc__ or "")


def test_every_change_of_one_character_is_refused() -> None:
    for position, right in enumerate(CODE):
        for wrong in crockford.ALPHABET.replace(right, "") + "U-_ *é":
            assert not believed(CODE[:position] + wrong + CODE[position + 1 :])


def test_every_swap_of_two_different_characters_is_refused() -> None:
    for first in range(len(CODE)):
        for second in range(first + 1, len(CODE)):
            swapped = list(CODE)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert believed("".join(swapped)) == (CODE[first] == CODE[second])


def test_case_and_lookalike_letters_spell_the_same_code() -> None:
    assert postercode.parse(CODE.lower()) == postercode.parse(CODE)
    assert postercode.parse(CODE.replace("0", "o").replace("1", "L")).text == CODE


@given(secrets.filter(lambda secret: secret != SECRET))
def test_another_node_s_secret_does_not_verify(other: bytes) -> None:
    assert not postercode.verify(postercode.parse(CODE), secret=other)


def test_the_key_version_is_part_of_what_is_authenticated() -> None:
    parsed = postercode.parse(CODE)
    assert not postercode.verify(PosterCode(parsed.number, 4, parsed.mac), secret=SECRET)


@given(st.text(max_size=24))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    assert not believed(text)


@pytest.mark.parametrize("text", ["", CODE[:-1], CODE + "0", " " + CODE[1:], "0" * 17 + "U", "０" * 18])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(PosterCodeError) as caught:
        postercode.parse(text)
    assert caught.value.code == "poster-code"


@pytest.mark.parametrize(("number", "version"), [(-1, 1), (1 << 38, 1), (1, -1), (1, 16)])
def test_a_number_or_version_too_large_makes_no_code(number: int, version: int) -> None:
    with pytest.raises(ValueError, match="does not fit a code"):
        postercode.make(number=number, key_version=version, secret=SECRET)


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"  {CODE.lower()}\n",
        f"https://selangkah.example/p/{CODE}#oWdh-_x",
        f"HTTPS://SELANGKAH.EXAMPLE:8443/P/{CODE}",
        f"http://127.0.0.1:8000/p/{CODE}/?utm=1#x",
        f"https://kerajaan.example/jejak/p/{CODE}",
    ],
)
def test_the_code_is_found_in_what_was_scanned(text: str) -> None:
    assert postercode.within(text).text == CODE


@pytest.mark.parametrize(
    "text",
    [
        "",
        CODE[:-1],
        f"{CODE} {CODE}",
        f"https://selangkah.example/p/{CODE}0",
        f"https://selangkah.example/c/{CODE}",
        f"https://selangkah.example/?p=/p/{CODE}",
        f"https://selangkah.example/#/p/{CODE}",
        f"javascript:alert(1)/p/{CODE}",
        f"https://a.example/{'x/' * 1_000}p/{CODE}",
        "https://" + "p/" * 900,
    ],
)
def test_there_is_no_code_in_what_only_looks_so(text: str) -> None:
    with pytest.raises(PosterCodeError):
        postercode.within(text)
