"""What the rooms above hold of persons, and how it goes; each room says it itself, for this one knows none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Protocol

    from jejak.access.actions import User

    class Unites(Protocol):
        """How a room lets what it holds of several persons be one person's."""

        def __call__(self, persons: Sequence[int], *, by: User, at: datetime) -> None:
            """Do so, in the transaction that reads them as one."""


_counts: dict[str, Callable[[Sequence[int]], Mapping[int, int]]] = {}
_opens: dict[str, Callable[[Sequence[int], Sequence[tuple[int, int]]], bool]] = {}
_ends: dict[str, Callable[[Sequence[int]], None]] = {}
_unites: dict[str, Unites] = {}


def register(code: str, count: Callable[[Sequence[int]], Mapping[int, int]]) -> None:
    """Add a count by person (``visits``), from a room's ``AppConfig.ready``; a code is there once."""
    _counts[code] = count


def held_of(persons: Sequence[int], *, code: str) -> Mapping[int, int]:
    """Return how many of something each person has; nothing where no room counts it."""
    found = _counts[code](persons) if code in _counts else {}
    return {person: found.get(person, 0) for person in persons}


def on_joining(code: str, opens: Callable[[Sequence[int], Sequence[tuple[int, int]]], bool]) -> None:
    """Say whether a room holds of persons what these devices, each with its person, do not show; from its `ready`."""
    _opens[code] = opens


def shows_more(persons: Sequence[int], verified: Sequence[tuple[int, int]]) -> bool:
    """Return whether joining these persons would show anything that a browser with these devices does not show."""
    return any(opens(persons, verified) for opens in _opens.values())


def on_erasing(code: str, forget: Callable[[Sequence[int]], None]) -> None:
    """Take off what a room keeps that says who somebody is, in the transaction that erases them; from its `ready`."""
    _ends[code] = forget


def forget(persons: Sequence[int]) -> None:
    """Let every room take off what says who these persons are."""
    for room in _ends.values():
        room(persons)


def on_merged(code: str, unite: Unites) -> None:
    """Let a room make one of what it holds of persons who are read as one from now on; from its `ready`."""
    _unites[code] = unite


def merged(persons: Sequence[int], *, by: User, at: datetime) -> None:
    """Tell every room that these persons are one."""
    for room in _unites.values():
        room(persons, by=by, at=at)
