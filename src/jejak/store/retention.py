"""How long each class of data is kept: one table that every room joins, and one run that goes through it.

A room registers its classes when it is loaded; `jejak retention run` and the nightly job know no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows of one kind that went (or would go), of one local day where whole days go."""

    what: str
    rows: int
    day: date | None = None


class Run(Protocol):
    """How a class deletes what is past its time; with ``dry_run`` it only counts, with ``force`` no guard holds it."""

    def __call__(self, *, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:
        """Return what went; a second run returns nothing."""


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One class of data: its stable code, its name for people, how many days it is kept, and how it goes.

    ``order`` sorts the run: what refers to others goes before them. ``holds`` says in a sentence what it holds,
    ``tables`` which tables that lies in. A class that is not ``kept`` lies outside of this node's reach: a run counts
    nothing of it, and the table says so.
    """

    code: str
    label: str | _StrPromise
    days: Callable[[], int]
    run: Run
    order: int = 50
    holds: str | _StrPromise = ""
    tables: frozenset[str] = frozenset()
    kept: bool = True


_classes: dict[str, RetentionClass] = {}


def register(found: RetentionClass) -> None:
    """Add a class, from a room's ``AppConfig.ready``; a code is there once."""
    _classes[found.code] = found


def classes() -> Mapping[str, RetentionClass]:
    """Return all classes by code, in the order in which they run."""
    return {one.code: one for one in sorted(_classes.values(), key=lambda one: (one.order, one.code))}


def run(*, on: date, dry_run: bool = False, force: bool = False) -> Iterator[tuple[RetentionClass, list[Gone]]]:
    """Yield each class with what of it went; one that fails raises, and those after it have not run."""
    for one in (one for one in classes().values() if one.kept):
        yield one, one.run(on=on, days=one.days(), dry_run=dry_run, force=force)
