"""What an officer sees of a search: everybody counted, only those on the page named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.ui import words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.queries import RequestView
    from jejak.kernel.periods import Period
    from jejak.premises.queries import Place
    from jejak.tracing.records import Search
    from jejak.tracing.rules import HourCount
    from jejak.tracing.state import View
    from jejak.visits.queries import Said
    from jejak.visits.rules import Contact, Stay, Tier


@dataclass(frozen=True, slots=True)
class Bar:
    """A time together on a contact's strip; ``x`` and ``width`` are hundredths of the longest contact's time."""

    x: float
    width: float
    observed: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A person with what the node may say of them to the officer; ``reach`` is how one without a phone is reached."""

    person: int
    name: str
    phone: str
    reach: str = ""

    @property
    def reached(self) -> str:
        """The phone number as people write it, or without one how else to reach them."""
        return words.phone(self.phone) if self.phone else self.reach


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact on the page; ``rank`` counts from 1 by nearness and time together, whatever the list is sorted by.

    ``said`` is what the contact said of their own visits.
    """

    rank: int
    who: Named
    contact: Contact
    places: tuple[tuple[str, int], ...]  # premises' name and minutes, the longest first
    bars: tuple[Bar, ...]
    zoned: bool = False  # some time together was in premises with zones
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneTime:
    """A time in a zone of a premises."""

    zone: str
    period: Period


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay of a search's person, with the name of its place; ``observed`` when its end was scanned."""

    place: str
    period: Period
    observed: bool
    flags: int = 0
    zones: tuple[ZoneTime, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """How far the names of a search are shown to an officer.

    ``hidden`` people of the page are not yet, ``shown`` of the search are, ``most`` may be. ``everybody`` counts the
    list, ``wanted`` the list with those shown before. ``asked`` is what a second officer was asked last, if it was not
    used yet; it ``waits`` until one decides. ``bare`` says why each name needs two officers.
    """

    hidden: int
    shown: int
    most: int
    everybody: int
    wanted: int
    asked: RequestView | None = None
    waits: bool = False
    bare: str = ""  # see `caserules.bare` and `caserules.OTHER_PERSON`

    @property
    def left(self) -> int:
        """How many more may be shown before a second officer is asked."""
        return max(0, self.most - self.shown)

    @property
    def fits(self) -> bool:
        """Whether the page may be shown."""
        return self.hidden <= self.left


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people, by premises (the most first), by nearness, and by minutes together: from, until, people."""

    places: tuple[tuple[str, int], ...]
    tiers: tuple[tuple[Tier, int], ...]
    lengths: tuple[tuple[int, int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who was there at the same time as a search's persons.

    ``matching`` counts those left by the filter, ``fitting`` those of them whose names were shown and fit the text.
    """

    search: Search
    view: View
    about: tuple[Named, ...]
    stays: tuple[StayRow, ...]
    rows: tuple[ContactRow, ...]
    total: int
    matching: int
    number: int  # of the page, from 1
    release: Release
    tally: Tally
    fitting: int = 0
    flags: int = 0  # all that the visits of the total have, of either side
    zoned: bool = False  # tiers differ, for there were premises with zones


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A visitor's stay on the page, and what they said of it."""

    who: Named
    stay: Stay
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Visitors:
    """Who was at a premises; ``people`` counts persons, ``stays`` their stays; ``flags`` are those of anybody there."""

    search: Search
    view: View
    place: Place
    rows: tuple[VisitorRow, ...]
    people: int
    stays: int
    matching: int
    hours: tuple[HourCount, ...]
    number: int
    release: Release
    fitting: int = 0
    flags: int = 0
    total: int = 0  # persons there, with those that the filter of visits leaves out


@dataclass(frozen=True, slots=True)
class Recent:
    """A search as its officer finds it again; ``found`` is ``None`` until its answer was looked at."""

    uuid: UUID
    at: datetime
    kind: str
    purpose: str
    window: Period
    found: int | None
