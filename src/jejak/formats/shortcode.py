"""The short code printed on a poster for those who type it, by SMS or at a counter.

7 characters of Crockford's base 32: 6 random ones (30 bits) and a check character, Luhn's algorithm modulo 32, so
that every single wrong character is noticed, and every swap of two neighbours but ``0Z`` for ``Z0``. Printed as
``ABC-DEFG``; read with or without hyphen and spaces, in either case, with O, I, L for 0, 1, 1.

Source: Luhn mod N as in ISO/IEC 7812-1 annex B, generalised (the doubled digit's own digits are added in base N).
"""

from typing import Final

from jejak.formats import crockford
from jejak.kernel.problems import JejakError

LENGTH: Final = 7
RANDOM_BITS: Final = 30

_BASE: Final = 32
_SEPARATORS: Final = str.maketrans("", "", " -")


class ShortCodeError(JejakError):
    """This is not a poster's short code; compare each character with the poster."""

    code = "short-code"
    status = 404


def _check_digit(body: int) -> int:
    total = 0
    for position in range(LENGTH - 1):  # from the right; the digit beside the check character is doubled
        digit = body >> 5 * position & 31
        doubled = digit * 2 if position % 2 == 0 else digit
        total += doubled // _BASE + doubled % _BASE
    return -total % _BASE


def make(random_bits: int) -> str:
    """Return the code for 30 random bits, upper case, without hyphen.

    :raises ValueError: more than 30 bits, or negative.
    """
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        message = f"a short code holds {RANDOM_BITS} bits"
        raise ValueError(message)
    return crockford.write(number=random_bits << 5 | _check_digit(random_bits), length=LENGTH)


def parse(text: str) -> str:
    """Return the canonical spelling of what somebody typed.

    :raises ShortCodeError: not 7 characters of the alphabet, or the check character does not fit.
    """
    bare = text.translate(_SEPARATORS)
    if len(bare) != LENGTH:
        raise ShortCodeError
    try:
        number = crockford.read(bare)
    except ValueError:
        raise ShortCodeError from None
    if number & 31 != _check_digit(number >> 5):
        raise ShortCodeError
    return crockford.write(number=number, length=LENGTH)


def printed(code: str) -> str:
    """Return a canonical code as people see it, ``ABC-DEFG``."""
    return f"{code[:3]}-{code[3:]}"
