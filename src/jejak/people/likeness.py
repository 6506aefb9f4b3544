"""Whether two persons may be one: a pure rule over what is known of both.

Names are compared folded. A conflicting document vetoes, whatever else is alike; a shared phone alone proves nothing,
for families share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from datetime import date

ALIKE: Final = 88
"""Percent of likeness of two folded names from which on they may be one name written twice."""
PROPOSE: Final = 60
"""The score from which on a pair is proposed for review."""
_WEIGHTS: Final = {"phone": 40, "birth": 30, "name": 30, "document": 100}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person: number, folded name, phone's index, birth date, documents as kind → index."""

    id: int
    name: str
    phone: bytes | None
    birth: date | None
    documents: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two persons are, 0 to 100, the reasons, and whether a document forbids that they are one."""

    score: int
    reasons: tuple[str, ...]
    vetoed: bool

    @property
    def proposed(self) -> bool:
        """Whether somebody should look at the pair."""
        return not self.vetoed and self.score >= PROPOSE


def likeness(*, one: Known, other: Known) -> Likeness:
    """Return how alike two persons are; the order of the two does not matter."""
    mine, theirs = dict(one.documents), dict(other.documents)
    vetoed = any(theirs.get(kind, number) != number for kind, number in mine.items())
    vetoed = vetoed or (one.birth is not None and other.birth is not None and one.birth != other.birth)
    reasons = tuple(reason for reason, holds in _alike(one, other).items() if holds)
    return Likeness(min(sum(_WEIGHTS[reason] for reason in reasons), 100), reasons, vetoed)


def _alike(one: Known, other: Known) -> dict[str, bool]:
    return {
        "document": bool(set(one.documents) & set(other.documents)),
        "phone": one.phone is not None and one.phone == other.phone,
        "birth": one.birth is not None and one.birth == other.birth,
        "name": bool(one.name) and fuzz.token_sort_ratio(one.name, other.name) >= ALIKE,
    }
