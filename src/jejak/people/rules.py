"""Who is the same person at a door: one phone number in E.164 with one folded name.

Source: ITU-T E.164; Unicode Standard Annex 15 (normalisation).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import phonenumbers

from jejak.kernel.letters import JOINERS, printable
from jejak.people.errors import (
    NameInvalid,
    NameMissing,
    NameTooLong,
    PhoneInvalid,
    PhoneMissing,
    ReachInvalid,
    ReachMissing,
    ReachTooLong,
)

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.kernel.sealing import BlindIndex, Sealer

LONGEST_NAME = 100
OF_AGE = 18
"""Years. Source: Age of Majority Act 1971 of Malaysia, section 2."""
LONGEST_PHONE = 40
LONGEST_REACH = 200
HOME = "MY"
UNREADABLE = "\ufffd"
"""Stands where bytes were no UTF-8; two names that differ there would be one."""

CLAIMED, PHONE_VERIFIED, DOCUMENT_VERIFIED = 0, 1, 2
"""Levels of assurance: typed at a door, proved by a code to the phone, proved by a document."""

TABLE, PHONE_COLUMN, NAME_COLUMN, REACH_COLUMN = "people_person", "phone", "name", "reach"
"""What a person's sealed values are bound to, beside the row's uuid."""
LARGEST_CARD = 2**38 - 1
"""A card's code has 38 bits for its number."""
DOOR_INDEX, PHONE_INDEX = "people.door", "people.phone"
"""Names of the blind indexes by which a person is found again."""
LAST4_INDEX, NAME_YEAR_INDEX = "people.last4", "people.name-year"
"""Blind indexes of document-verified persons alone: the last four digits of the phone, the folded name with the year
of birth. What they leak to somebody who holds the database without the keys stands in docs/why/identity.md."""
BIRTH_COLUMN = "birth"
ASKED_THEMSELVES = "asked by the person themselves"
"""What the trail says for whoever changes their own record; `jejak.web.deeds` has it in a citizen's words."""
VISITOR_COOKIE, BOUND_COOKIE = "jejak_visitor", "jejak_me"
"""What a browser carries: whom it checks in as, and the binding behind which a document stands."""
BOUND_SECONDS = 400 * 24 * 3600
BOUND_PATH = "/me"
"""Only a citizen's own pages are sent the binding."""

_SEPARATORS = str.maketrans("", "", " -.()\t\u00a0\u2010\u2011\u2013")
# 10, 12-14 and 16-19 carry seven digits, 11 and 15 eight. phonenumbers takes 50 µs for it, this less than 1.
_MALAYSIAN_MOBILE = re.compile(r"(?:\+?60|0)(1(?:[02-46-9][0-9]{7}|[15][0-9]{8}))").fullmatch

_CARD = re.compile(r"\s*(?:https?://\S{1,200}/c/)?((?:[0-9A-Za-z][\s-]?){18})/?\s*").fullmatch

_TITLES = frozenset({
    "encik", "en", "tuan", "puan", "pn", "cik", "mr", "mrs", "ms", "miss", "mdm", "madam", "dr", "prof",
    "dato", "datuk", "datin", "tun", "haji", "hajah", "hj", "hjh", "ustaz", "ustazah",
})  # fmt: skip
_SECOND_WORDS = {
    "tan": ("sri",),
    "puan": ("sri",),
    "dato": ("sri", "seri"),
    "datuk": ("sri", "seri"),
    "datin": ("sri", "seri"),
    "toh": ("puan",),
}
_KINSHIP = {
    "b": "bin", "ibn": "bin", "bt": "binti", "bte": "binti", "binte": "binti", "s/o": "a/l", "d/o": "a/p",
}  # fmt: skip
_SLASHED = re.compile(r"(?<=\w )([asd]) ?[/.] ?([lpo])\b\.?")
_SLASHED_SIGNS = frozenset({"a/l", "a/p", "s/o", "d/o"})
_CHILD_OF = re.compile(r"(?<=\w )anak (lelaki|perempuan)\b")
_JOINING = re.compile(r"['`\u2018\u2019\u02bc\u02bb\u00b4]")
_DIACRITICS = re.compile("[\u0300-\u036f]")
_BREAKING = re.compile(r"[^\w\u0300-\U0010ffff/]+|_+")


def of_age_on(birth: date) -> date:
    """Return the 18th birthday; whoever was born on 29 February is of age on 1 March."""
    try:
        return birth.replace(year=birth.year + OF_AGE)
    except ValueError:
        return date(birth.year + OF_AGE, 3, 1)


def bound_cookie(*, token: str, secure: bool) -> dict[str, Any]:
    """Return the cookie by which a browser carries its binding, in the words of Django's ``set_cookie``."""
    return {
        "key": BOUND_COOKIE,
        "value": token,
        "max_age": BOUND_SECONDS,
        "httponly": True,
        "samesite": "Lax",
        "secure": secure,
        "path": BOUND_PATH,
    }


def e164(*, phone: str) -> str:
    """Return the number as ``+`` and up to 15 digits; one without a country's code is Malaysian.

    :raises PhoneMissing: nothing was typed.
    :raises PhoneInvalid: it cannot be a phone number.
    """
    bare = phone.translate(_SEPARATORS)
    mobile = _MALAYSIAN_MOBILE(bare)
    if mobile:
        return "+60" + mobile[1]
    if not bare:
        raise PhoneMissing
    return _parsed(phone)


def _parsed(phone: str) -> str:
    text = unicodedata.normalize("NFKC", phone).strip()
    if len(text) > LONGEST_PHONE or any(letter.isalpha() for letter in text):
        raise PhoneInvalid
    text = "+" + text[2:] if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        raise PhoneInvalid from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _MALAYSIAN_MOBILE(written):  # full-width digits, or a zero kept after the country's code
        return written
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise PhoneInvalid
    return written


def tidy_name(*, name: str) -> str:
    """Return the name as it will be shown: spaces single, characters composed.

    :raises NameMissing: nothing but spaces.
    :raises NameTooLong: more than 100 characters.
    :raises NameInvalid: no letter in it, or a character that is none (also one that could not be read).
    """
    if len(name) > 4 * LONGEST_NAME:
        raise NameTooLong
    text = " ".join(name.split())
    if not text:
        raise NameMissing
    if not text.isascii():
        text = " ".join(unicodedata.normalize("NFC", text).split())
        if UNREADABLE in text:
            raise NameInvalid
    if len(text) > LONGEST_NAME:
        raise NameTooLong
    if not printable(text) or not any(letter.isalpha() for letter in text):
        raise NameInvalid
    return text


def tidy_reach(*, reach: str) -> str:
    """Return how somebody without a phone is reached, on one line: an address, or a relative's name and number.

    :raises ReachMissing: nothing but spaces.
    :raises ReachTooLong: more than 200 characters.
    :raises ReachInvalid: nothing in it that could be read out, or a character that is none.
    """
    if len(reach) > 4 * LONGEST_REACH:
        raise ReachTooLong
    text = " ".join(unicodedata.normalize("NFC", reach).split())
    if not text:
        raise ReachMissing
    if len(text) > LONGEST_REACH:
        raise ReachTooLong
    if UNREADABLE in text or not printable(text) or not any(letter.isalnum() for letter in text):
        raise ReachInvalid
    return text


def card_code(*, text: str) -> str:
    """Return the code of a printed card that somebody typed or scanned, the address in its QR too; empty if it is none.

    Whether this node made it is not asked.
    """
    found = _CARD(text)
    return re.sub(r"[\s-]", "", found[1]).upper() if found else ""


def fold_name(*, name: str) -> str:
    """Return what two spellings of one name share: no case, width, accents, punctuation or titles.

    Kinship words are kept, in one spelling each: ``bin`` (b., ibn), ``binti`` (bt, bte, binte), ``a/l`` (s/o,
    anak lelaki), ``a/p`` (d/o, anak perempuan). Folding twice changes nothing.
    """
    folded = _folded(name) or name.strip().casefold()
    for _ in range(LONGEST_NAME):  # rare: a title that appears when another one is gone
        again = _folded(folded) or folded
        if again == folded:
            break
        folded = again
    return folded


def _folded(name: str) -> str:
    text = name.lower() if name.isascii() else _plain(name)
    text = _JOINING.sub("", text)
    if "/" in text or "." in text or "anak" in text:
        text = _with_kinship_signs(text)
    words = _without_titles(_BREAKING.sub(" ", text).split())
    inner = [_KINSHIP.get(word, word) for word in words[1:-1]]
    return " ".join([*words[:1], *inner, *words[1:][-1:]])


def _plain(name: str) -> str:
    text = _DIACRITICS.sub(
        "",
        unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()),
    )
    text = text.translate(JOINERS)
    return unicodedata.normalize("NFKC", "".join(" " if _breaks(letter) else letter for letter in text)).casefold()


def _breaks(letter: str) -> bool:
    return letter not in "/.'" and not _JOINING.match(letter) and unicodedata.category(letter)[0] in "PSZC"


def _with_kinship_signs(text: str) -> str:
    text = _CHILD_OF.sub(lambda found: "a/l" if found[1] == "lelaki" else "a/p", text)
    text = _SLASHED.sub(lambda found: f"{found[1]}/{found[2]}", text)
    words = text.split()
    return " ".join(word if word in _SLASHED_SIGNS else word.replace("/", " ") for word in words)


def _without_titles(words: list[str]) -> list[str]:
    start = 0
    while start < len(words) - 1:
        pair = words[start + 1] in _SECOND_WORDS.get(words[start], ())
        if pair and start + 2 < len(words):
            start += 2
        elif words[start] in _TITLES:
            start += 1
        else:
            break
    return words[start:]


def door_value(*, phone: str, name: str) -> str:
    """Return what makes a person at a door one person: the number in E.164 and the folded name."""
    return f"{phone}|{fold_name(name=name)}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A person as typed at a door, ready to be stored: two blind indexes and two sealed values."""

    uuid: UUID
    door_key: bytes
    phone_key: bytes
    phone_sealed: bytes
    name_sealed: bytes


def claim(*, phone: str, name: str, uuid: UUID, sealer: Sealer, index: BlindIndex) -> Claim:
    """Return a person's claim; ``phone`` in E.164, ``name`` tidy, ``uuid`` fresh: what is sealed is bound to it."""
    return Claim(
        uuid=uuid,
        door_key=index.of(DOOR_INDEX, door_value(phone=phone, name=name)),
        phone_key=index.of(PHONE_INDEX, phone),
        phone_sealed=sealer.seal(table=TABLE, column=PHONE_COLUMN, row=uuid, text=phone),
        name_sealed=sealer.seal(table=TABLE, column=NAME_COLUMN, row=uuid, text=name),
    )
