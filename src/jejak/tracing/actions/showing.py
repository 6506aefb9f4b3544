"""Showing a search's answer: everybody counted, and of those on the page the ones whose names were released.

What is read and the entry that says so are one transaction. An entry names whom its look shows for the first time to
this account in this search; the same page looked at again is on record again, and names nobody twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from jejak.access import actions as access
from jejak.access.rules import Scope
from jejak.premises import queries as premises
from jejak.tracing import records, rules
from jejak.tracing.actions.reading import contact_row, contacts_of, names, of_stay, said_of, stay_rows, visitors_of
from jejak.tracing.actions.releasing import release as released
from jejak.tracing.actions.releasing import seen_in, to_name
from jejak.tracing.answers import ContactRow, Contacts, Named, Release, Tally, VisitorRow, Visitors
from jejak.tracing.narrowing import contacts_with, place_name, stays_with
from jejak.tracing.paging import page_there
from jejak.tracing.records import SHOWN, Search
from jejak.visits import queries as visits
from jejak.visits.rules import Contact, Stay, Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from jejak.access.actions import Look, User
    from jejak.premises.queries import Place
    from jejak.tracing.state import View

Item = TypeVar("Item", Contact, Stay)


@dataclass(frozen=True, slots=True)
class _Page(Generic[Item]):
    """What a page shows: ``new`` are named for the first time, ``fitting`` counts whom a text leaves of those seen."""

    number: int
    items: Sequence[Item]
    new: frozenset[int]
    seen: frozenset[int]
    fitting: int
    release: Release


def show_choice(*, search: Search, by: User, at: datetime) -> tuple[Named, ...]:
    """Return the names under which a search's phone number was given, for the officer to choose from.

    :raises AccessError: this account may not look.
    """
    with access.look(by=by, action=SHOWN, purpose=search.said, persons=search.persons, at=at) as look:
        named = names(search.persons, look=look)
        detail = records.look_detail(search=search, window=search.window, found=len(named), choice=True)
        look.shows(to_name(search.persons, seen=seen_in(search, by=by)), detail=detail)
        return tuple(named[person] for person in search.persons)


def show_contacts(
    *,
    search: Search,
    view: View,
    text: str = "",
    release: bool = False,
    length: int = rules.PAGE_LENGTH,
    by: User,
    at: datetime,
) -> Contacts:
    """Return how many contacts a search's persons have as ``view`` narrows them, with their own stays.

    Of the page's contacts those stand in it whose names were shown before, all of them with ``release``. With ``text``
    it is the first of everybody shown before whose name, phone number or shared premises contain it.

    :raises AccessError: this account may not look. :raises ReleaseTooLarge: a second officer must approve.
    """
    about = view.chosen(search.persons)
    with access.look(by=by, action=SHOWN, purpose=search.said, persons=about, at=at) as look:
        everybody = contacts_of(search=search, view=view, look=look)
        found = rules.sifted(everybody, by=view.flags)
        own = visits.stays_of(persons=about, period=view.period, by=by, purpose=search.said, look=look)
        known = premises.places({one.premises for one in own} | {at.premises for one in found for at in one.shared})
        listed = rules.ordered((one for one in found if one.tier <= view.tier), by=view.order)

        def fits(before: Sequence[Contact]) -> Sequence[Contact]:
            named = names([one.person for one in before], look=look)
            return contacts_with(text, before, named=named, known=known)

        page = _paged(
            listed, search=search, view=view, look=look, release=release, length=length, fits=fits if text else None
        )
        detail = {"minutes": view.minutes, "page": page.number}
        _shows(look, page, also=about, search=search, view=view, found=len(found), detail=detail)
        return Contacts(
            search=search,
            view=view,
            about=tuple(names(about, look=look).values()),
            stays=stay_rows(own, view=view, look=look, known=known),
            rows=_contact_rows(page.items, found=found, view=view, look=look, known=known),
            total=len(everybody),
            matching=len(listed),
            number=page.number,
            flags=rules.flags_of(one.doubts for one in everybody),
            zoned=any(one.tier is not Tier.HIGH or one.near < one.minutes for one in everybody),
            release=page.release,
            fitting=page.fitting,
            tally=_tally(listed, least=view.minutes, known=known),
        )


def show_visitors(
    *, search: Search, view: View, text: str = "", release: bool = False, by: User, at: datetime
) -> Visitors:
    """Return how many were at a search's premises and in each hour; a page of who, of those whose names were shown.

    With ``release`` all of the page are. ``text`` leaves of those shown before whose name or phone number contains it.

    :raises AccessError: this account may not look. :raises ReleaseTooLarge: a second officer must approve.
    """
    place = premises.place(search.premises)
    where = Scope(state=place.state, district=place.district)
    with access.look(by=by, action=SHOWN, purpose=search.said, scope=where, at=at) as look:
        there = visitors_of(search=search, view=view, look=look)
        found = rules.sifted_stays(there, by=view.flags)

        def fits(before: Sequence[Stay]) -> Sequence[Stay]:
            return stays_with(text, before, named=names({stay.person for stay in before}, look=look))

        page = _paged(found, search=search, view=view, look=look, release=release, fits=fits if text else None)
        people = len({stay.person for stay in found})
        _shows(look, page, search=search, view=view, found=people, detail={"page": page.number})
        named = names({stay.person for stay in page.items}, look=look)
        said = said_of(page.items, view=view, look=look)
        return Visitors(
            search=search,
            view=view,
            place=place,
            rows=tuple(VisitorRow(named[stay.person], stay, of_stay(said, stay)) for stay in page.items),
            people=people,
            stays=len(found),
            matching=len(found),
            hours=rules.by_hour(((stay.person, stay.period) for stay in found), period=view.period),
            number=page.number,
            flags=rules.flags_of(stay.flags for stay in there),
            total=len({stay.person for stay in there}),
            release=page.release,
            fitting=page.fitting,
        )


def _paged(
    listed: Sequence[Item],
    *,
    search: Search,
    view: View,
    look: Look,
    release: bool,
    length: int = rules.PAGE_LENGTH,
    fits: Callable[[Sequence[Item]], Sequence[Item]] | None,
) -> _Page[Item]:
    """Return a page of a list: who of it was shown before, with ``release`` all of it, with ``fits`` whom that leaves.

    A text is looked for among those shown before alone, or whoever types a name would learn whether it is on the list.
    """
    seen = seen_in(search, by=look.by)
    number, page = _cut(listed, view.page, length=length)
    new = frozenset(one.person for one in page) - seen if release and fits is None else frozenset[int]()
    shown = [one for one in page if one.person in seen or one.person in new]
    fitting = len(shown)
    if fits is not None:
        found = fits([one for one in listed if one.person in seen])
        fitting, shown = len(found), list(found[:length])
    hidden = len({one.person for one in page} - seen - new)
    let = released(new, search=search, look=look, seen=seen, listed={one.person for one in listed}, hidden=hidden)
    return _Page(number, shown, new, seen, fitting, let)


def _shows(
    look: Look,
    page: _Page[Item],
    *,
    also: Iterable[int] = (),
    search: Search,
    view: View,
    found: int,
    detail: Mapping[str, object],
) -> None:
    """Say whom a look names: those whose names it shows for the first time."""
    named = to_name({*also, *page.new}, seen=page.seen)
    look.shows(named, detail=records.look_detail(search=search, window=view.period, found=found, **detail))


def _contact_rows(
    shown: Sequence[Contact], *, found: Sequence[Contact], view: View, look: Look, known: Mapping[int, Place]
) -> tuple[ContactRow, ...]:
    if not shown:
        return ()
    named = names([one.person for one in shown], look=look)
    said = said_of(shown, view=view, look=look)
    most = max(one.minutes for one in found)
    ranks = {contact.person: rank for rank, contact in enumerate(found, start=1)}
    return tuple(
        contact_row(one, rank=ranks[one.person], most=most, named=named, known=known, said=said) for one in shown
    )


def _tally(listed: Sequence[Contact], *, least: int, known: Mapping[int, Place]) -> Tally:
    counts = rules.counted(listed, least=least)
    places = tuple((place_name(known, number), people) for number, people in counts.places)
    return Tally(places=places, tiers=counts.tiers, lengths=counts.lengths)


def _cut(items: Sequence[Item], number: int, *, length: int) -> tuple[int, Sequence[Item]]:
    number = page_there(number, total=len(items), length=length)
    return number, items[(number - 1) * length : number * length]
