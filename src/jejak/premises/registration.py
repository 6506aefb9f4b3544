"""The number under which a business is registered, read in the spellings that its papers use. Pure.

Source: Companies Commission of Malaysia (SSM), new format of registration numbers since 11 October 2019:
``YYYYTTNNNNNN``, the year, a two-digit kind and six digits. Before it

    1234567-X        a company (ROC): up to seven digits and a letter
    SA0123456-X      a business (ROB): the state's two letters, seven digits and a letter; also nine digits and a letter
    LLP0012345-LGN   a limited liability partnership

A local council's licence is taken as it is printed; councils number theirs each in their own way.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from jejak.premises.errors import DetailsWrong

FIELD: Final = "registration_number"
LONGEST: Final = 40
KINDS: Final = {
    "01": "company",
    "02": "foreign",
    "03": "business",
    "04": "partnership",
    "05": "foreign",
    "06": "partnership",
}
"""The two digits after the year: local and foreign companies, businesses, limited liability partnerships."""

_NEW: Final = re.compile(r"(1[89]|20)[0-9]{2}([0-9]{2})[0-9]{6}")
_OLD: Final = (
    ("company", re.compile(r"([0-9]{1,7})-?([A-Z])")),
    ("business", re.compile(r"((?!LL)[A-Z]{2}[0-9]{7})-?([A-Z])")),
    ("business", re.compile(r"([0-9]{9})-?([A-Z])")),
    ("partnership", re.compile(r"(LLP[0-9]{7})-?([A-Z]{3})")),
)
_LICENCE: Final = re.compile(r"[A-Z0-9][A-Z0-9 /.()-]{2,38}[A-Z0-9)]")
_DIGITS_OF_SSM: Final = range(10, 15)  # as many digits as a slip of the hand leaves of twelve
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


@dataclass(frozen=True, slots=True)
class Registration:
    """A number as it is kept; ``kind`` is company, foreign, business, partnership or other."""

    text: str
    kind: str


def read(raw: str) -> Registration:
    """Return a registration number in its usual spelling; both are empty for an empty text.

    :raises DetailsWrong: it is in no known form; ``problem`` is ssm-digits, ssm-year, ssm-kind, partnership-form or
        number-form.
    """
    text = " ".join(unicodedata.normalize("NFKC", raw).translate(_DASHES).upper().split())
    if not text:
        return Registration("", "")
    compact = text.replace(" ", "")
    for kind, pattern in _OLD:
        if found := pattern.fullmatch(compact):
            return Registration(f"{found[1]}-{found[2]}", kind)
    digits = compact.replace("-", "")
    if digits.isascii() and digits.isdecimal() and len(digits) in _DIGITS_OF_SSM:
        return _new(digits)
    if compact.startswith("LLP"):
        raise DetailsWrong(FIELD, "partnership-form")
    if len(text) > LONGEST or not _LICENCE.fullmatch(text) or not any(letter.isdecimal() for letter in text):
        raise DetailsWrong(FIELD, "number-form")
    return Registration(text, "other")


def _new(digits: str) -> Registration:
    if len(digits) != 12:  # noqa: PLR2004 - the form is the module's subject
        raise DetailsWrong(FIELD, "ssm-digits")
    found = _NEW.fullmatch(digits)
    if found is None:
        raise DetailsWrong(FIELD, "ssm-year")
    if found[2] not in KINDS:
        raise DetailsWrong(FIELD, "ssm-kind")
    return Registration(digits, KINDS[found[2]])
