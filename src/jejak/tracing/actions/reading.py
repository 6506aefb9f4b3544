"""Reading for an open look: contacts, visitors, names, what visitors said; whoever shows some of it names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.people import queries as people
from jejak.premises.queries import watching
from jejak.tracing import pictures
from jejak.tracing.answers import ContactRow, Named, StayRow, ZoneTime
from jejak.tracing.narrowing import place_name
from jejak.visits import queries as visits
from jejak.visits.rules import DISPUTED, Contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.access.actions import Look
    from jejak.premises.queries import Place
    from jejak.tracing.records import Search
    from jejak.tracing.state import View
    from jejak.visits.queries import Said
    from jejak.visits.rules import Stay


def contacts_of(*, search: Search, view: View, look: Look) -> list[Contact]:
    """Return all contacts of a search's persons, ranked."""
    return visits.contacts_of(
        persons=view.chosen(search.persons),
        period=view.period,
        minutes=view.minutes,
        by=look.by,
        purpose=look.purpose,
        look=look,
    )


def visitors_of(*, search: Search, view: View, look: Look) -> list[Stay]:
    """Return all stays at a search's premises, earliest first."""
    return visits.visitors_of(premises=search.premises, period=view.period, by=look.by, purpose=look.purpose, look=look)


def names(persons: Iterable[int], *, look: Look) -> dict[int, Named]:
    """Return persons by number with their names unsealed, as far as the purpose lets them be seen."""
    wanted = list(persons)
    found = people.names_of(wanted, by=look.by, purpose=look.purpose, look=look) if wanted else {}
    return {
        person: Named(person, who.name, who.phone, who.reach) if (who := found.get(person)) else Named(person, "", "")
        for person in wanted
    }


def said_of(shown: Iterable[Contact | Stay], *, view: View, look: Look) -> list[Said]:
    """Return what those shown said of their visits; hardly ever is there anything to ask."""
    disputed = [one for one in shown if one.flags & DISPUTED]
    if not disputed:
        return []
    return visits.said_of(
        persons=[*{one.person for one in disputed}],
        premises=[*{number for one in disputed for number in _premises(one)}],
        period=view.period,
        by=look.by,
        purpose=look.purpose,
        look=look,
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


def stay_rows(own: Sequence[Stay], *, view: View, look: Look, known: Mapping[int, Place]) -> tuple[StayRow, ...]:
    """Return stays with names, zones and what was said of them."""
    who = [*{stay.person for stay in own}]
    told = visits.zone_times_of(persons=who, period=view.period, by=look.by, purpose=look.purpose, look=look)
    zones = watching.zone_names({time.zone for time in told if time.zone is not None}) if told else {}
    said = said_of(own, view=view, look=look)

    def times(stay: Stay) -> tuple[ZoneTime, ...]:
        return tuple(
            ZoneTime(zones.get(time.zone or 0, ""), part)
            for time in told
            if (time.person, time.premises) == (stay.person, stay.premises)
            and (part := time.period.overlap(stay.period))
        )

    return tuple(
        StayRow(
            place_name(known, stay.premises), stay.period, stay.observed, stay.flags, times(stay), of_stay(said, stay)
        )
        for stay in own
    )


def of_stay(said: Iterable[Said], stay: Stay) -> tuple[Said, ...]:
    """Return what was said of the visits of a stay."""
    return tuple(
        each
        for each in said
        if (each.person, each.premises) == (stay.person, stay.premises) and each.checked_in in stay.period
    )


def _premises(one: Contact | Stay) -> set[int]:
    return {place.premises for place in one.shared} if isinstance(one, Contact) else {one.premises}
