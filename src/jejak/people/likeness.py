"""Whether two persons may be one: a pure rule over what is known of both.

Names are compared folded. A conflicting document or birth date vetoes, whatever else is alike; a shared phone alone
proves nothing, for families share one, and so does a shared father's name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ALIKE: Final = 88
"""Percent of likeness of two folded names from which on they may be one name written twice."""
PART_ALIKE: Final = 80
"""The same for one's own name and the father's, each for itself, where a kinship word parts them."""
PROPOSE: Final = 60
"""The score from which on a pair is proposed for review."""
WEIGHTS: Final = {"document": 100, "phone": 40, "birth": 30, "name": 30}
_KINSHIP: Final = frozenset({"bin", "binti", "a/l", "a/p"})
_SPELLINGS: Final = dict.fromkeys(
    ("mohd", "md", "muhd", "mohamad", "mohamed", "mohammad", "mohammed", "muhamad", "muhammed"), "muhammad"
) | {"abd": "abdul", "nor": "nur", "sitti": "siti", "ahmed": "ahmad"}
"""One word for the commonest spellings in identity cards; here alone, never in the key by which a door knows people."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person: number, folded name, phone's index, birth date, documents as kind → index."""

    id: int
    name: str
    phone: bytes | None
    birth: date | None
    documents: tuple[tuple[str, bytes], ...] = ()
    former: tuple[str, ...] = ()  # how the name was written before, folded


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two persons are, 0 to 100, the reasons, and what forbids that they are one: document, birth."""

    score: int
    reasons: tuple[str, ...]
    conflicts: tuple[str, ...]

    @property
    def vetoed(self) -> bool:
        """Whether they cannot be one."""
        return bool(self.conflicts)

    @property
    def proposed(self) -> bool:
        """Whether somebody should look at the pair."""
        return not self.vetoed and self.score >= PROPOSE


def likeness(*, one: Known, other: Known) -> Likeness:
    """Return how alike two persons are; the order of the two does not matter."""
    reasons = tuple(reason for reason, holds in _alike(one, other).items() if holds)
    return Likeness(min(sum(WEIGHTS[reason] for reason in reasons), 100), reasons, conflicts(one=one, other=other))


def conflicts(*, one: Known, other: Known) -> tuple[str, ...]:
    """Return what forbids that two persons are one: ``document``, ``birth``, both or nothing.

    Documents conflict where both showed some of one kind and none is the same; who renewed a passport showed both.
    """
    mine, theirs = _by_kind(one.documents), _by_kind(other.documents)
    document = any(kind in theirs and not numbers & theirs[kind] for kind, numbers in mine.items())
    birth = one.birth is not None and other.birth is not None and one.birth != other.birth
    return tuple(word for word, holds in (("document", document), ("birth", birth)) if holds)


def same_name(one: str, other: str) -> bool:
    """Return whether two folded names may be one name written twice; two empty ones are not.

    Where both say whose child somebody is, one's own name and the father's must each be alike, in this order: brothers
    share a father, and a grandson his grandfather's name. A son is no daughter.
    """
    mine, theirs = _parts(one), _parts(other)
    if not one or not other or (mine.sign and theirs.sign and mine.sign != theirs.sign):
        return False
    if mine.sign and theirs.sign:
        return min(fuzz.ratio(mine.own, theirs.own), fuzz.ratio(mine.father, theirs.father)) >= PART_ALIKE
    if mine.sign or theirs.sign:
        return fuzz.ratio(mine.whole, theirs.whole) >= ALIKE
    return fuzz.token_sort_ratio(mine.whole, theirs.whole) >= ALIKE


@dataclass(frozen=True, slots=True)
class _Parts:
    own: str
    sign: str
    father: str

    @property
    def whole(self) -> str:
        return f"{self.own} {self.father}".strip()


def _parts(name: str) -> _Parts:
    words = [_SPELLINGS.get(word, word) for word in name.split()]
    for place, word in enumerate(words[1:-1], start=1):
        if word in _KINSHIP:
            return _Parts(" ".join(words[:place]), word, " ".join(words[place + 1 :]))
    return _Parts(" ".join(words), "", "")


def _by_kind(documents: Iterable[tuple[str, bytes]]) -> Mapping[str, set[bytes]]:
    kinds: defaultdict[str, set[bytes]] = defaultdict(set)
    for kind, number in documents:
        kinds[kind].add(number)
    return kinds


def _alike(one: Known, other: Known) -> dict[str, bool]:
    return {
        "document": bool(set(one.documents) & set(other.documents)),
        "phone": one.phone is not None and one.phone == other.phone,
        "birth": one.birth is not None and one.birth == other.birth,
        "name": any(same_name(a, b) for a in (one.name, *one.former) for b in (other.name, *other.former)),
    }
