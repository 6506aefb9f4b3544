"""Numbers that stand in addresses and forms, and which page of a list there is; pure."""

from __future__ import annotations

from typing import Final

MOST_DIGITS: Final = 9
"""Longer numbers no column holds, nor are there so many pages."""

MOST_PAGE: Final = 10_000
"""No list is turned over further, whatever page an address asks for."""


def whole(text: str) -> int | None:
    """Return the number that a text writes in plain digits; none if it is something else, or too long to be meant."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def page_asked(text: str) -> int:
    """Return the page that a text asks for, the first if it makes no sense."""
    return whole(text) or 1


def page_there(number: int, *, total: int, length: int) -> int:
    """Return the page nearest to the one asked for that a list of so many, so many a page, has."""
    return min(max(number, 1), max(1, -(-total // length)))
