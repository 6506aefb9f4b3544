"""What an address says about a list: which part of a search is seen, how narrowed, sorted and paged.

Only numbers and an order stand in an address; whom the search is about stands in the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from jejak.tracing import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.kernel.periods import Period

ALL = "all"
LONGEST_NUMBER = 6  # digits


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a search's answer."""

    period: Period
    minutes: int
    start: int  # marks of the window's sliders, see rules.marks
    end: int
    who: str = ""  # "all" or the place of one person in the search, from "1"; empty when not chosen yet
    order: str = rules.RANKED
    page: int = 1
    tier: int = rules.LEAST_NEAR  # contacts less near are left out
    flags: str = ""  # which visits are left out or shown alone, see rules.sifting

    @classmethod
    def read(cls, query: Mapping[str, str], *, window: Period, minutes: int) -> Self:
        """Return the view that an address asks for, each part that makes no sense as if it were not there."""
        first, last = rules.marks(window)
        start, end = _number(query, "start", first), _number(query, "end", last)
        order = query.get("sort", "")
        return cls(
            period=rules.narrowed(period=window, start=start, end=end),
            minutes=min(max(_number(query, "minutes", minutes), 1), rules.MOST_MINUTES),
            start=min(max(start, first), last - 1),
            end=min(max(end, start + 1), last),
            who=query.get("who", ""),
            order=order if order.removeprefix("-") in rules.ORDERS else rules.RANKED,
            page=_number(query, "page", 1),
            tier=min(max(_number(query, "tier", rules.LEAST_NEAR), rules.NEAREST), rules.LEAST_NEAR),
            flags=query.get("flags", "") if rules.sifting(query.get("flags", "")) else "",
        )

    @property
    def query(self) -> str:
        """What an address says of it."""
        state: dict[str, object] = {
            "who": self.who,
            "minutes": self.minutes,
            "start": self.start,
            "end": self.end,
            "sort": self.order,
            "page": self.page if self.page > 1 else "",
            "tier": self.tier if self.tier < rules.LEAST_NEAR else "",
            "flags": self.flags,
        }
        return urlencode({name: value for name, value in state.items() if value != ""})

    def chosen(self, persons: tuple[int, ...]) -> tuple[int, ...]:
        """Return whom of a search's persons this is about; nobody as long as several could be meant."""
        if len(persons) == 1 or self.who == ALL:
            return persons
        place = _number({"who": self.who}, "who", 0)
        return persons[place - 1 : place] if place else ()


def _number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else otherwise
