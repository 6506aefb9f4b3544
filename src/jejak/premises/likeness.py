"""When two premises seem to be one: the same name at the same address, however each was spelt. Pure.

A warning only, so it may be wrong both ways; whoever registers has the last word.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Final, Protocol

ALIKE: Final = 0.8
"""The share of letters that two texts must have in common, in order."""

_SHORT: Final = {
    "jln": "jalan", "jl": "jalan", "lrg": "lorong", "tmn": "taman", "kg": "kampung", "kpg": "kampung",
    "seks": "seksyen", "section": "seksyen", "sek": "seksyen", "bdr": "bandar", "bndr": "bandar", "lbh": "lebuh",
    "psn": "persiaran",
    "tkt": "tingkat", "st": "street", "rd": "road", "restaurant": "restoran", "shop": "kedai",
}  # fmt: skip
_EMPTY: Final = frozenset({"no", "lot", "sdn", "bhd", "berhad", "enterprise", "plt", "trading", "the", "dan", "and"})
_USUAL: Final = (
    _EMPTY
    | frozenset(_SHORT)
    | frozenset(_SHORT.values())
    | frozenset({"klinik", "pasar", "bukit", "seri", "sri", "utama", "besar", "indah", "jaya", "malaysia", "selangor"})
)
_POSTCODE: Final = re.compile(r"[0-9]{5}")
_HOUSE: Final = re.compile(r"[0-9]")


class Described(Protocol):
    """What is known of a premises."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def branch(self) -> str:
        """The branch, or nothing."""

    @property
    def address(self) -> str:
        """The address."""

    @property
    def state(self) -> str:
        """The state's code."""


def alike(one: Described, other: Described) -> bool:
    """Return whether two premises may be one: same state, names and addresses alike, branches not different."""
    if one.state != other.state:
        return False
    branch, its = folded(one.branch), folded(other.branch)
    if branch and its and (_ratio(branch, its) < ALIKE or _numbers(branch) != _numbers(its)):
        return False
    if _ratio(folded(one.name), folded(other.name)) < ALIKE:
        return False
    here, there = _street(one.address), _street(other.address)
    return _ratio(here, there) >= ALIKE and _numbers(here) == _numbers(there)


def same_name(*, named: str, name: str, branch: str) -> bool:
    """Return whether a name that an old code carries is that of a premises, with its branch or without."""
    wanted = folded(named)
    return any(_ratio(wanted, folded(own)) >= ALIKE for own in (name, f"{name} {branch}"))


def folded(text: str) -> str:
    """Return a text without case, accents, punctuation, usual abbreviations and words that tell nothing."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    words = re.sub(r"[^\w]+|_", " ", plain).split()
    kept = [_SHORT.get(word, word) for word in words if word not in _EMPTY]
    return " ".join(kept or words)


def telling_words(text: str) -> list[str]:
    """Return the two words of a text that say most, as they stand in it in small letters: long ones first.

    What every shop and street is called comes last, and is there in case the word that says most was mistyped.
    """
    words = [word for word in dict.fromkeys(re.findall(r"\w+", text.lower())) if not word.isdecimal()]
    return sorted(words, key=lambda word: (word in _USUAL, -len(word)))[:2]


def house_numbers(address: str) -> list[str]:
    """Return the numbers of an address as they stand in it, which two alike ones share; its postcode is none."""
    return [word for word in re.findall(r"\w+", address.lower()) if word.isdecimal() and not _POSTCODE.fullmatch(word)]


def _street(address: str) -> str:
    """Return an address without its postcode, which many leave out."""
    return " ".join(word for word in folded(address).split() if not _POSTCODE.fullmatch(word))


def _numbers(text: str) -> set[str]:
    return {word for word in text.split() if _HOUSE.search(word)}


def _ratio(one: str, other: str) -> float:
    if one == other:
        return 1.0
    # Word order is a matter of taste: "Seri Kedai" and "Kedai Seri".
    sorted_one, sorted_other = (" ".join(sorted(text.split())) for text in (one, other))
    return max(_share(one, other), _share(sorted_one, sorted_other))


def _share(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
