"""A second generation as a tree: cases, their contacts, and how many each of these met onward; pure.

Everybody onward hangs on one branch, the nearest; what would be a hairball is a number.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BRANCHES: Final = 8
MOST_CASES: Final = 25
ROW, TOP, CASE_X, BRANCH_X, LEAF_X, WIDTH = 30, 24, 12, 220, 470, 720
LONGEST_BAR: Final = 150


@dataclass(frozen=True, slots=True)
class Link:
    """That a case's contact met somebody onward."""

    case: int
    contact: int
    person: int
    tier: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A contact (``None`` for all the others together) and how many people hang on it, by where it is drawn."""

    contact: int | None
    others: int
    people: int
    near: int
    y: int
    bar: float


@dataclass(frozen=True, slots=True)
class Trunk:
    """A case with its branches."""

    case: int
    people: int
    branches: tuple[Branch, ...]
    y: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The picture: cases with the most people onward first; ``left`` cases are not drawn."""

    trunks: tuple[Trunk, ...]
    people: int
    height: int
    left: int


def tree(links: Iterable[Link]) -> Tree:
    """Return the tree of a run: each person once, under the nearest link, then the longest."""
    nearest: dict[int, Link] = {}
    for link in sorted(links, key=lambda one: (one.tier, -one.minutes, one.case, one.contact, one.person)):
        nearest.setdefault(link.person, link)
    by_case: defaultdict[int, defaultdict[int, list[Link]]] = defaultdict(lambda: defaultdict(list))
    for link in nearest.values():
        by_case[link.case][link.contact].append(link)
    order = sorted(by_case, key=lambda case: (-sum(len(own) for own in by_case[case].values()), case))
    most = max((len(own) for case in by_case.values() for own in case.values()), default=1)
    trunks, y = [], TOP
    for case in order[:MOST_CASES]:
        branches = _branches(by_case[case], y=y, most=most)
        trunks.append(Trunk(case, sum(one.people for one in branches), branches, (y + branches[-1].y) // 2))
        y = branches[-1].y + ROW + ROW // 2
    return Tree(tuple(trunks), len(nearest), y, max(0, len(order) - MOST_CASES))


def _branches(contacts: dict[int, list[Link]], *, y: int, most: int) -> tuple[Branch, ...]:
    order = sorted(contacts, key=lambda contact: (-len(contacts[contact]), contact))
    shown, rest = order[:MOST_BRANCHES], order[MOST_BRANCHES:]
    rows = [(contact, 0, contacts[contact]) for contact in shown]
    found = [
        Branch(contact, others, len(own), sum(one.tier <= 2 for one in own), y + ROW * row, _bar(len(own), most))  # noqa: PLR2004 - the two nearest tiers
        for row, (contact, others, own) in enumerate(rows)
    ]
    if rest:
        own = [link for contact in rest for link in contacts[contact]]
        near = sum(one.tier <= 2 for one in own)  # noqa: PLR2004 - likewise
        found.append(Branch(None, len(rest), len(own), near, y + ROW * len(rows), _bar(len(own), most)))
    return tuple(found)


def _bar(people: int, most: int) -> float:
    return round(min(people / most, 1.0) * LONGEST_BAR, 1)
