"""Starting a search, and releasing its answer page by page or as a file: every one of them leaves a trail.

What is read and the entry that says so are one transaction; only whom a page or file shows is named in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from jejak.people import queries as people
from jejak.people.rules import card_code
from jejak.premises import queries as premises
from jejak.premises.queries import watching
from jejak.tracing import pictures, records, rules
from jejak.tracing.answers import ContactRow, Contacts, Named, StayRow, VisitorRow, Visitors, ZoneTime
from jejak.tracing.errors import SearchUnknown
from jejak.tracing.narrowing import contacts_with, place_name, stays_with
from jejak.tracing.records import SEARCHED, SHOWN, Search
from jejak.trail import actions as trail
from jejak.visits import queries as visits
from jejak.visits.rules import DISPUTED, Contact, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from jejak.kernel.periods import Period
    from jejak.premises.queries import Place
    from jejak.tracing.state import View
    from jejak.trail.rules import Actor
    from jejak.visits.queries import Said
    from jejak.visits.rules import Stay

Item = TypeVar("Item")


@transaction.atomic
def open_contacts_search(*, phone: str, window: Period, minutes: int, by: Actor, purpose: str, at: datetime) -> Search:
    """Return the search just recorded for everybody who gave ``phone``; without ``persons`` if nobody did.

    For who has no phone it may be the code of a printed card. Neither is kept anywhere; looking for one that nobody
    gave is on record too.

    :raises PhoneInvalid: it is no phone number.
    :raises MinutesOutOfRange: they are no least time together.
    """
    code = card_code(text=phone)
    named = (
        people.find_by_card(code=code, by=by, purpose=purpose, recorded=True)
        if code
        else people.find_by_phone(phone=phone, by=by, purpose=purpose, recorded=True)
    )
    found = tuple(person.id for person in named)
    detail = records.contacts_detail(persons=found, window=window, minutes=rules.minutes(minutes))
    return _open(persons=found, detail=detail, by=by, purpose=purpose, at=at)


@transaction.atomic
def open_visitors_search(*, place: Place, window: Period, by: Actor, purpose: str, at: datetime) -> Search:
    """Return the search just recorded for everybody who was at ``place``."""
    detail = records.visitors_detail(premises=place.id, window=window)
    return _open(persons=(), detail=detail, by=by, purpose=purpose, at=at)


@transaction.atomic
def open_onward_search(*, search: Search, view: View, person: int, by: Actor, at: datetime) -> Search:
    """Return the search just recorded for somebody on a search's list, with the same window and purpose.

    :raises SearchUnknown: nobody of this number is on the list.
    """
    if person not in {one.person for one in contacts_of(search=search, view=view, by=by)}:
        raise SearchUnknown
    detail = records.contacts_detail(persons=(person,), window=search.window, minutes=view.minutes)
    detail["from"] = str(search.uuid)
    return _open(persons=(person,), detail=detail, by=by, purpose=search.purpose, at=at)


@transaction.atomic
def show_choice(*, search: Search, by: Actor, at: datetime) -> tuple[Named, ...]:
    """Return the names under which a search's phone number was given, for the officer to choose from."""
    named = names(search.persons, by=by, purpose=search.purpose)
    detail = records.look_detail(search=search, window=search.window, found=len(named), choice=True)
    _look(search, persons=search.persons, detail=detail, by=by, at=at)
    return tuple(named[person] for person in search.persons)


@transaction.atomic
def show_contacts(
    *, search: Search, view: View, text: str = "", length: int = rules.PAGE_LENGTH, by: Actor, at: datetime
) -> Contacts:
    """Return one page of the contacts of a search's persons, narrowed by ``view``, with their own stays.

    ``text`` leaves those whose name, phone number or shared premises contain it.
    """
    about = view.chosen(search.persons)
    everybody = contacts_of(search=search, view=view, by=by)
    found = rules.sifted(everybody, by=view.flags)
    own = visits.stays_of(persons=about, period=view.period, by=by, purpose=search.purpose, recorded=True)
    known = premises.places({stay.premises for stay in own} | {place.premises for one in found for place in one.shared})
    most = max((one.minutes for one in found), default=0)
    ranks = {contact.person: rank for rank, contact in enumerate(found, start=1)}
    listed = rules.ordered((one for one in found if one.tier <= view.tier), by=view.order)
    named = names([one.person for one in listed], by=by, purpose=search.purpose) if text else {}
    matching = contacts_with(text, listed, named=named, known=known)
    number, shown = _page(matching, view.page, length=length)
    said = said_of(shown, search=search, view=view, by=by)
    named |= names({*about, *(one.person for one in shown)} - named.keys(), by=by, purpose=search.purpose)
    detail = records.look_detail(search=search, window=view.period, found=len(found), minutes=view.minutes, page=number)
    _look(search, persons=[*about, *(one.person for one in shown)], detail=detail, by=by, at=at)
    return Contacts(
        search=search,
        view=view,
        about=tuple(named[person] for person in about),
        stays=_stay_rows(own, search=search, view=view, by=by, known=known),
        rows=tuple(
            contact_row(one, rank=ranks[one.person], most=most, named=named, known=known, said=said) for one in shown
        ),
        total=len(everybody),
        matching=len(matching),
        number=number,
        flags=rules.flags_of(one.doubts for one in everybody),
        zoned=any(one.tier is not Tier.HIGH or one.near < one.minutes for one in everybody),
    )


@transaction.atomic
def show_visitors(*, search: Search, view: View, text: str = "", by: Actor, at: datetime) -> Visitors:
    """Return one page of those who were at a search's premises, earliest first, and how many in each hour.

    ``text`` leaves those whose name or phone number contains it.
    """
    there = visitors_of(search=search, view=view, by=by)
    found = rules.sifted_stays(there, by=view.flags)
    named = names({stay.person for stay in found}, by=by, purpose=search.purpose) if text else {}
    matching = stays_with(text, found, named=named)
    number, shown = _page(matching, view.page)
    named |= names({stay.person for stay in shown} - named.keys(), by=by, purpose=search.purpose)
    everybody = {stay.person for stay in found}
    said = said_of(shown, search=search, view=view, by=by)
    detail = records.look_detail(search=search, window=view.period, found=len(everybody), page=number)
    _look(search, persons=[stay.person for stay in shown], detail=detail, by=by, at=at)
    return Visitors(
        search=search,
        view=view,
        place=premises.place(search.premises),
        rows=tuple(VisitorRow(named[stay.person], stay, _said(said, stay)) for stay in shown),
        people=len(everybody),
        stays=len(found),
        matching=len(matching),
        hours=rules.by_hour(((stay.person, stay.period) for stay in found), period=view.period),
        number=number,
        flags=rules.flags_of(stay.flags for stay in there),
        total=len({stay.person for stay in there}),
    )


def contacts_of(*, search: Search, view: View, by: Actor) -> list[Contact]:
    """Return all contacts of a search's persons, ranked; whoever shows some names them in the trail."""
    return visits.contacts_of(
        persons=view.chosen(search.persons),
        period=view.period,
        minutes=view.minutes,
        by=by,
        purpose=search.purpose,
        recorded=True,
    )


def visitors_of(*, search: Search, view: View, by: Actor) -> list[Stay]:
    """Return all stays at a search's premises, earliest first; whoever shows some names them in the trail."""
    return visits.visitors_of(
        premises=search.premises, period=view.period, by=by, purpose=search.purpose, recorded=True
    )


def names(persons: Iterable[int], *, by: Actor, purpose: str) -> dict[int, Named]:
    """Return persons by number with their names unsealed; the caller records it in the same transaction."""
    wanted = list(persons)
    found = people.names_of(wanted, by=by, purpose=purpose, recorded=True) if wanted else {}
    return {
        person: Named(person, who.name, who.phone, who.reach) if (who := found.get(person)) else Named(person, "", "")
        for person in wanted
    }


def said_of(shown: Iterable[Contact | Stay], *, search: Search, view: View, by: Actor) -> list[Said]:
    """Return what those shown said of their visits; hardly ever is there anything to ask."""
    disputed = [one for one in shown if one.flags & DISPUTED]
    if not disputed:
        return []
    return visits.said_of(
        persons=[*{one.person for one in disputed}],
        premises=[*{number for one in disputed for number in _premises(one)}],
        period=view.period,
        by=by,
        purpose=search.purpose,
        recorded=True,
    )


def contact_row(
    one: Contact,
    *,
    rank: int,
    most: int,
    named: Mapping[int, Named],
    known: Mapping[int, Place],
    said: Iterable[Said] = (),
) -> ContactRow:
    """Return a contact with its names put in; ``most`` is the longest contact's minutes."""
    return ContactRow(
        rank=rank,
        who=named[one.person],
        contact=one,
        places=tuple((place_name(known, place.premises), place.minutes) for place in one.shared),
        bars=pictures.overlaps(contact=one, most=most),
        zoned=any(meeting.near is not None for meeting in one.meetings),
        said=tuple(each for each in said if each.person == one.person and each.premises in _premises(one)),
    )


def _premises(one: Contact | Stay) -> set[int]:
    return {place.premises for place in one.shared} if isinstance(one, Contact) else {one.premises}


def _said(said: Iterable[Said], stay: Stay) -> tuple[Said, ...]:
    """Return what was said of the visits of a stay."""
    return tuple(
        each
        for each in said
        if (each.person, each.premises) == (stay.person, stay.premises) and each.checked_in in stay.period
    )


def _stay_rows(
    own: Sequence[Stay], *, search: Search, view: View, by: Actor, known: Mapping[int, Place]
) -> tuple[StayRow, ...]:
    """Return stays with names, zones and what was said of them."""
    who = [*{stay.person for stay in own}]
    told = visits.zone_times_of(persons=who, period=view.period, by=by, purpose=search.purpose, recorded=True)
    zones = watching.zone_names({time.zone for time in told if time.zone is not None}) if told else {}
    said = said_of(own, search=search, view=view, by=by)

    def times(stay: Stay) -> tuple[ZoneTime, ...]:
        return tuple(
            ZoneTime(zones.get(time.zone or 0, ""), part)
            for time in told
            if (time.person, time.premises) == (stay.person, stay.premises)
            and (part := time.period.overlap(stay.period))
        )

    return tuple(
        StayRow(
            place_name(known, stay.premises), stay.period, stay.observed, stay.flags, times(stay), _said(said, stay)
        )
        for stay in own
    )


def _open(*, persons: tuple[int, ...], detail: Mapping[str, object], by: Actor, purpose: str, at: datetime) -> Search:
    entry = trail.record(by=by, action=SEARCHED, purpose=purpose, persons=persons, detail=detail, at=at)
    search = records.read(entry)
    if search is None:  # pragma: no cover - the entry was made a line above
        raise AssertionError
    return search


def _look(search: Search, *, persons: Iterable[int], detail: Mapping[str, object], by: Actor, at: datetime) -> None:
    trail.record(by=by, action=SHOWN, purpose=search.purpose, persons=set(persons), detail=detail, at=at)


def _page(items: Sequence[Item], number: int, *, length: int = rules.PAGE_LENGTH) -> tuple[int, Sequence[Item]]:
    number = min(max(number, 1), max(1, -(-len(items) // length)))
    return number, items[(number - 1) * length : number * length]
