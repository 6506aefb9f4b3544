"""Showing a contact as known at the end of a day: exposures open then, and what had been said and done by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.kernel.places import day_bounds
from jejak.people import queries as people
from jejak.premises import queries as premises
from jejak.tracing import pasts
from jejak.tracing.actions.followshowing import Heard, heard_before
from jejak.tracing.actions.naming import named
from jejak.tracing.actions.work import read_exposures
from jejak.tracing.models import ContactEvent
from jejak.tracing.pasts import Happened
from jejak.tracing.queries import tables, work
from jejak.tracing.queries.sources import EXPOSING, SOURCE
from jejak.tracing.runpurposes import CONTACT_SHOWN, contact_purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.premises.queries import Place
    from jejak.tracing.answers import Named
    from jejak.tracing.exposures import Exposed
    from jejak.tracing.models import Contact, Exposure
    from jejak.tracing.pasts import FollowThen
    from jejak.tracing.queries.tables import TableView


@dataclass(frozen=True, slots=True)
class ContactThen:
    """A contact as ``known`` at the end of a day, if they were; ``tier`` is that of the exposures open then."""

    contact: Contact
    who: Named
    day: date
    known: bool
    exposures: tuple[tuple[str, int, Exposed], ...]
    sources: tuple[tuple[str, int, Exposed], ...]
    places: Mapping[int, Place]
    tier: int | None
    work: str
    officer: str
    follow: FollowThen | None
    table: TableView | None
    ended_by: str
    heard: tuple[Heard, ...]
    events: Sequence[ContactEvent]


def show_contact_on(*, uuid: UUID, day: date, by: User, at: datetime) -> ContactThen:
    """Return what was known of a contact at the end of a local day, on record.

    :raises ContactUnknown: it is none of this account's office. :raises AccessError: this account may not look.
    """
    found, until = work.contact(uuid=uuid, by=by), day_bounds(day).end
    purpose = contact_purpose(found)
    with access.look(by=by, action=CONTACT_SHOWN, purpose=purpose, at=at) as look:
        persons = people.together([found.person_id]) if found.person_id else ()
        look.shows(persons, detail={"contact": str(uuid), "day": day.isoformat()})
        listed = list(found.events.select_related("by").filter(at__lt=until).order_by("at", "pk"))
        happened = [Happened(each.kind, each.at, each.by_id, each.facts) for each in listed]
        state, officer = pasts.work_then(happened)
        follow = pasts.follow_then(happened)
        open_then = _open_then(found, until=until)
        shown, met = read_exposures(open_then.filter(EXPOSING)), read_exposures(open_then.filter(SOURCE))
        accounts_of = accounts.names_of_accounts(
            number for number in (officer, follow.ended_by if follow else None) if number is not None
        )
        return ContactThen(
            contact=found,
            who=named([found], look=look)[found.pk],
            day=day,
            known=found.found_at < until,
            exposures=shown,
            sources=met,
            places=premises.places({each.premises for _case, _tier, one in (*shown, *met) for each in one.stretches}),
            tier=min((tier for _case, tier, _one in shown or met), default=None),
            work=state,
            officer=accounts_of.get(officer or 0, ""),
            follow=follow,
            table=tables.read([found.disease]).by_number(follow.table) if follow and follow.table else None,
            ended_by=accounts_of.get(follow.ended_by or 0, "") if follow else "",
            heard=heard_before(found, until=until),
            events=listed[::-1],
        )


def _open_then(found: Contact, *, until: datetime) -> QuerySet[Exposure]:
    """Return what exposed a contact as of a moment: made before it, and not ended by then."""
    return found.exposures.filter(Q(made_at__lt=until) & (Q(ended_at=None) | Q(ended_at__gte=until)))
