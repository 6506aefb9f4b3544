"""Check-ins that a tablet takes: staff write a visitor in or scan a card, or visitors do so themselves at a kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.entrance import rules
from jejak.entrance.errors import DoorClosed, PosterElsewhere, PosterEnded, TabletUnknown
from jejak.entrance.queries import Account, Standing, at_poster, mark, standing
from jejak.kernel.ids import uuid7_time
from jejak.people import actions as people
from jejak.people import queries as cards
from jejak.people.errors import PhoneMissing
from jejak.premises.errors import UnknownPoster
from jejak.trail import actions as trail
from jejak.visits import actions as visits
from jejak.visits.rules import CARD, KIOSK, LATE, WRITTEN_IN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.entrance.queries import MemberOf, Paired

PURPOSE: Final = "check-in at the door"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands at the door: a printed card's code, or a name with a phone, or without one a way to be reached."""

    card: str = ""
    name: str = ""
    phone: str = ""
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What a door confirms: when, how many, and the mark of that hour; ``word`` is a number of `hourmark.spoken`."""

    at: datetime
    people: int
    colour: int
    word: int


@transaction.atomic
def write_at_counter(
    *,
    tablet: Paired,
    member: MemberOf,
    visit: UUID,
    visitor: Visitor,
    together: Sequence[str],
    now: datetime,
    poster: str = "",
) -> Written:
    """Return a visitor written in by staff, with companions by name; the same visit sent again changes nothing.

    ``poster`` is what was read from a poster of the premises before: the visit is where it hangs.

    The trail names the member, in the name of the account that added them, with the tablet and the persons.

    :raises MomentRefused: the tablet's clock is off.
    :raises PersonRefused: a name, the phone or how to be reached cannot be used.
    :raises CardUnknown: this is no card of this node.
    :raises TooManyTogether: more than nine companions. :raises DoorClosed: the premises is closed.
    :raises PosterElsewhere: the poster is of another place. :raises PosterEnded: it takes no check-ins any more.
    """
    rules.waited(visit=visit, now=now, queued=False)
    flags = WRITTEN_IN | (CARD if visitor.card else 0)
    done, persons, place = _write(_where(tablet, poster, visit, queued=False), visit, visitor, together, flags)
    by = Account(member.added_by, f"{member.name} ({place.place.name})")
    detail = {"premises": tablet.premises, "tablet": tablet.id, "member": member.id}
    trail.record(by=by, action="visitor.written-in", purpose=PURPOSE, persons=persons, detail=detail, at=now)
    return done


@transaction.atomic
def dispute_at_counter(*, tablet: Paired, member: MemberOf, visit: UUID, people: int, now: datetime) -> int:
    """Return beside how many visits it now stands that staff wrote them in by mistake; the visits stay as they are."""
    ids = _ids(visit, people)
    found = visits.deny(premises=tablet.premises, visits=ids, now=now)
    by = Account(member.added_by, f"{member.name} ({standing(tablet=tablet).place.name})")
    detail = {"premises": tablet.premises, "tablet": tablet.id, "member": member.id, "visits": found}
    trail.record(by=by, action="visitor.disputed", purpose=PURPOSE, detail=detail, at=now)
    return found


@transaction.atomic
def write_at_kiosk(
    *,
    tablet: Paired,
    visit: UUID,
    visitor: Visitor,
    together: Sequence[str],
    queued: bool,
    now: datetime,
    poster: str = "",
) -> Written:
    """Return a visitor who checked in alone at a kiosk; ``queued`` says that it waited on the tablet.

    ``poster`` is what was read from a poster of the premises before: the visit is where it hangs.

    :raises MomentRefused: the tablet's clock is off, or it waited for more than 72 hours.
    :raises PersonRefused: a name or the phone cannot be used; a kiosk takes nobody without a phone or card.
    :raises CardUnknown: this is no card of this node.
    :raises TooManyTogether: more than nine companions. :raises DoorClosed: the premises was closed by then.
    :raises PosterElsewhere: the poster is of another place. :raises PosterEnded: it takes no check-ins any more.
    :raises TabletUnknown: the tablet had ended by then.
    """
    late = rules.waited(visit=visit, now=now, queued=queued)
    if tablet.ended_at is not None and not (queued and uuid7_time(visit) < tablet.ended_at):
        raise TabletUnknown
    if not visitor.card and not visitor.phone.strip():
        raise PhoneMissing
    flags = KIOSK | (CARD if visitor.card else 0) | (LATE if late else 0)
    return _write(_where(tablet, poster, visit, queued=queued), visit, visitor, together, flags)[0]


def _where(tablet: Paired, poster: str, visit: UUID, *, queued: bool) -> Paired:
    """Return the tablet where the poster hangs; what waited is rather taken where the tablet stands than lost."""
    if not poster:
        return tablet
    try:
        return at_poster(tablet=tablet, text=poster, at=uuid7_time(visit))
    except (UnknownPoster, PosterElsewhere, PosterEnded) as error:
        if queued:
            return tablet
        raise (PosterElsewhere() if isinstance(error, UnknownPoster) else error) from None


def _write(
    tablet: Paired, visit: UUID, visitor: Visitor, together: Sequence[str], flags: int
) -> tuple[Written, list[int], Standing]:
    names, at, place = rules.companions(together), uuid7_time(visit), standing(tablet=tablet)
    if place.place.closed_at is not None and at >= place.place.closed_at:  # as the lane takes them
        raise DoorClosed
    ids = _ids(visit, 1 + len(names))
    persons = [_person(tablet, visit, visitor, at)]
    reach = _reach_beside(visitor)
    for name, own in zip(names, ids[1:], strict=True):
        beside = Visitor(name=name, phone=visitor.phone, reach=reach)
        persons.append(_person(tablet, own, beside, at))
    for person, own in zip(persons, ids, strict=True):
        visits.check_in(
            visit=own,
            premises=tablet.premises,
            zone=tablet.zone,
            minutes=place.minutes,
            person=person,
            device=-tablet.id,
            flags=flags,
        )
    colour, word = mark(premises=tablet.premises, at=at)
    return Written(at=at, people=len(persons), colour=colour, word=word), persons, place


def _ids(visit: UUID, people: int) -> list[UUID]:
    return [visit, *(rules.companion_id(visit=visit, position=position) for position in range(1, people))]


def _person(tablet: Paired, visit: UUID, visitor: Visitor, at: datetime) -> int:
    if visitor.card:
        return cards.person_of_card(code=visitor.card)
    uuid = rules.person_id(tablet=tablet.id, visit=visit)
    return people.write_in(name=visitor.name, phone=visitor.phone, reach=visitor.reach, at=at, uuid=uuid)


def _reach_beside(visitor: Visitor) -> str:
    """Return how a companion is reached: as the one they came with."""
    return f"Kad Jejak {visitor.card}" if visitor.card else visitor.reach
