"""Crockford's base 32: codes that people read aloud, type and print.

The 32 digits are ``0123456789ABCDEFGHJKMNPQRSTVWXYZ`` (no I, L, O, U). Reading is lenient as the specification asks:
lower case counts as upper case, O as 0, I and L as 1. Writing gives upper case only.

Source: https://www.crockford.com/base32.html
"""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_PYTHON_DIGITS: Final = b"0123456789abcdefghijklmnopqrstuv"  # what int(…, 32) reads
_REFUSED: Final = ord("!")  # int() refuses it; so "_", spaces and signs, which int() would let pass, become this


def _reading_table() -> bytes:
    table = bytearray([_REFUSED] * 256)
    for digit, letter in zip(_PYTHON_DIGITS, ALPHABET, strict=True):
        table[ord(letter)] = table[ord(letter.lower())] = digit
    for alias, letter in {"O": "0", "I": "1", "L": "1"}.items():
        table[ord(alias)] = table[ord(alias.lower())] = table[ord(letter)]
    return bytes(table)


_READING: Final = _reading_table()


def read(text: str) -> int:
    """Return the number that ``text`` spells, at least 0.

    :raises ValueError: ``text`` is empty or has a character that is no digit (a UnicodeEncodeError is one too).
    """
    return int(text.encode("ascii").translate(_READING), 32)


def write(*, number: int, length: int) -> str:
    """Return ``number`` in exactly ``length`` digits, upper case.

    :raises ValueError: the number is negative or needs more digits.
    """
    if not 0 <= number < 1 << 5 * length:
        message = f"{number} does not fit in {length} base-32 digits"
        raise ValueError(message)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5))
