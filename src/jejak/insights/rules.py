"""Which numbers may be published: none below 10, and none that the others give away.

The source of every number is a table of states; the whole is their sum. Publishing follows three rules:

1. A number below 10 is hidden (also 0: a hidden number may be any from 0 to 9).
2. If the whole is shown, what is hidden adds up to at least 10 and is at least two numbers, so that subtracting the
   shown ones from the whole gives neither a number below 10 nor any single one. Where need be, the smallest of the
   others are hidden too.
3. A number that follows people moves in steps of 10 at least, so that two editions do not give away a single visit.

Source: the rule of ten and secondary suppression are those of official statistics (Hundepool et al., Statistical
Disclosure Control, 2012, chapter 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LEAST: Final = 10
"""The smallest number that is published."""

PREMISES, PEOPLE, VISITS, SEARCHES = "premises", "people", "visits", "searches"
VISITORS = "visitors"
"""People who checked in on the last whole day: a log knows where people went, not in which state they live."""
WHOLE: Final = (PREMISES, PEOPLE, VISITS, SEARCHES)
BY_STATE: Final = (PREMISES, VISITORS, VISITS, SEARCHES)
METRICS: Final = (*WHOLE, VISITORS)

OTHER: Final = "other"
"""What belongs to no state: searches by officers of a national office."""


@dataclass(frozen=True, slots=True)
class Published:
    """Numbers as they may be read by anybody; ``None`` is hidden."""

    whole: int | None
    cells: Mapping[str, int | None]


def publishable(*, cells: Mapping[str, int]) -> Published:
    """Return the whole and its parts with everything hidden that must be."""
    whole = sum(cells.values())
    if whole < LEAST:
        return Published(None, dict.fromkeys(cells))
    hidden = {name for name, value in cells.items() if value < LEAST}
    for name in sorted(cells, key=lambda name: (cells[name], name)):
        if not hidden or (len(hidden) > 1 and sum(cells[each] for each in hidden) >= LEAST):
            break
        hidden.add(name)
    return Published(whole, {name: None if name in hidden else value for name, value in cells.items()})


def apart(*, cells: Mapping[str, int]) -> dict[str, int | None]:
    """Return numbers that add up to nothing published, each hidden only for itself; one person may be in several."""
    return {name: value if value >= LEAST else None for name, value in cells.items()}


def in_steps(*, before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """Return ``now``, each number staying as it was ``before``, first at 0, until it has moved by 10 or more."""
    return {
        name: before.get(name, 0) if abs(value - before.get(name, 0)) < LEAST else value for name, value in now.items()
    }
