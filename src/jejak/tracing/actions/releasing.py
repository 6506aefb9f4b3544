"""Whom of a search an officer has been shown, how many more may be, and asking a second officer for those beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.people import queries as people
from jejak.tracing import queries, rules
from jejak.tracing.answers import Release
from jejak.tracing.caserules import OTHER_DAYS, OTHER_PERSON
from jejak.tracing.errors import ReleaseTooLarge
from jejak.tracing.purposes import LARGE_RELEASE
from jejak.tracing.records import SHOWN
from jejak.trail import actions as trail
from jejak.trail import queries as looked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from jejak.access.actions import Look, User
    from jejak.access.queries import RequestView
    from jejak.tracing.records import Search


def seen_in(search: Search, *, by: User) -> frozenset[int]:
    """Return whom of a search its pages have shown to an account; whom it is about is named by its own entry."""
    looks = looked.shown_for(by_id=by.pk, reference=str(search.uuid), actions=(SHOWN,), since=search.at)
    return looks | frozenset(search.persons) if search.by_id == by.pk else looks


def to_name(persons: Iterable[int], *, seen: Collection[int]) -> set[int]:
    """Return whom a look must name: every record of those it shows, once a search and account."""
    return set(people.together(person for person in persons if person not in seen)) - set(seen)


def release(
    new: Collection[int], *, search: Search, look: Look, seen: Collection[int], listed: Collection[int], hidden: int
) -> Release:
    """Return how far the names of a search are shown once ``new`` are; an approval they need is used.

    ``listed`` are all of the list, ``hidden`` how many of the page are not shown yet.

    :raises ReleaseTooLarge: they are more than one officer may see, and nobody approved that; it is on record.
    """
    case = set(search.persons)
    shown, wanted = len({*seen, *new} - case), len({*seen, *listed} - case)
    bare = queries.bare(uuid=search.case, by=look.by) or search.strange
    free = 0 if bare else rules.LARGE_RELEASE
    if wanted <= free:
        return Release(hidden, shown, free, len(listed), wanted)
    asked = accounts.asked_for(by=look.by, kind=LARGE_RELEASE, about={"search": str(search.uuid)})
    used = max((_people(one) for one in asked if one.used_at), default=free)
    ready = next((one for one in asked if _ready(one, at=look.at) and _people(one) >= shown), None)
    if new and shown > used:
        if ready is None:
            trail.refuse(by=look.by, action=SHOWN, purpose=search.said, why=_why(bare), at=look.at)
            raise ReleaseTooLarge(people=shown)
        access.use(by=look.by, uuid=ready.uuid, kind=LARGE_RELEASE, what=ready.what, now=look.at)
    latest = asked[0] if asked and asked[0].used_at is None else None
    most = max(used, _people(ready) if ready else 0)
    return Release(hidden, shown, most, len(listed), wanted, latest, _waits(latest, at=look.at), bare)


def _why(bare: str) -> str:
    """Return why names wait for a second officer, as the trail keeps it."""
    if bare in {OTHER_PERSON, OTHER_DAYS}:
        return f"other-{bare}"
    return "bare-case" if bare else "large-release"


def ask_large_release(*, search: Search, people: int, by: User, reason: str, at: datetime) -> None:
    """Ask a second officer whether the names of up to so many people of a search may be shown.

    :raises ReasonMissing: too few words.
    """
    access.ask(by=by, kind=LARGE_RELEASE, what={"search": str(search.uuid), "people": people}, reason=reason, now=at)


def _people(one: RequestView) -> int:
    return int(str(one.what.get("people", 0)))


def _ready(one: RequestView, *, at: datetime) -> bool:
    return one.decision == "approved" and one.used_at is None and at < one.expires_at


def _waits(one: RequestView | None, *, at: datetime) -> bool:
    return one is not None and not one.decision and at < one.expires_at
