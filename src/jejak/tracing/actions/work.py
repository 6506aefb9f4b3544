"""Working on contacts, several officers at once: each is held for ten minutes, and changed by whoever saw it last.

Every change names the version that its officer looked at; the database changes the row only if it still is that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.people import queries as people
from jejak.premises import queries as premises
from jejak.tracing import exposures
from jejak.tracing.actions.followshowing import followed
from jejak.tracing.actions.naming import meant_by_phone, named, seen_today
from jejak.tracing.errors import ContactChanged, ContactHeld, ContactUnknown
from jejak.tracing.models import Contact, ContactEvent
from jejak.tracing.queries import runs, work
from jejak.tracing.queries.cases import ROLES
from jejak.tracing.queries.sources import EXPOSING, SOURCE
from jejak.tracing.runpurposes import CONTACT_SHOWN, WORK_SHOWN, WORKLIST, contact_purpose, office_name
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.premises.queries import Place as Premises
    from jejak.tracing.actions.followshowing import Followed
    from jejak.tracing.answers import Named
    from jejak.tracing.exposures import Exposed
    from jejak.tracing.models import Exposure
    from jejak.tracing.queries.work import Filter, Place, WorkPage

HOLD: Final = timedelta(minutes=10)
MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A contact on the list; ``holder`` works on it now, if somebody else does."""

    contact: Contact
    name: str
    officer: str
    holder: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of the list with names."""

    lines: tuple[WorkLine, ...]
    following: Place | int | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A contact with who it is, why, what happened to it and how it is followed; each exposure names its case."""

    contact: Contact
    who: Named
    exposures: tuple[tuple[str, int, Exposed], ...]
    sources: tuple[tuple[str, int, Exposed], ...]  # where cases may have been infected: no exposure of theirs
    places: Mapping[int, Premises]
    events: Sequence[ContactEvent]
    mine: bool
    holder: str
    follow: Followed | None


def show_work(*, asked: Filter, after: Place | None, by: User, at: datetime) -> WorkList:
    """Return a page of the office's contacts with their names, on record; a number that is searched for is on it too.

    :raises AccessError: this account may not look.
    """
    purpose = Purpose(WORKLIST, _("The list of contacts to call"), office_name(by.pk))
    with access.look(by=by, action=WORK_SHOWN, purpose=purpose, at=at) as look:
        meant = meant_by_phone(asked.text, purpose=purpose, look=look)
        page: WorkPage = work.page(asked=asked, after=after, persons=meant, by=by)
        persons = people.together({one.person_id for one in page.contacts if one.person_id})
        look.shows(
            set(persons) - seen_today(action=WORK_SHOWN, by=by, at=at),
            detail={"work": asked.work, "contacts": len(page.contacts)},
        )
        who, marks = named(page.contacts, look=look), work.marks(page.contacts)
        lines = tuple(
            WorkLine(
                contact=one,
                name=who[one.pk].name,
                officer=one.officer.name if one.officer else "",
                holder=work.holder(one, by=by, at=at),
                marks=marks[one.pk],
            )
            for one in page.contacts
        )
        return WorkList(lines, page.following, page.counts)


def show_contact(*, uuid: UUID, by: User, at: datetime) -> Shown:
    """Return one contact with name, number, why and history, on record.

    :raises ContactUnknown: it is none of this account's office. :raises AccessError: this account may not look.
    """
    found = work.contact(uuid=uuid, by=by)
    purpose = contact_purpose(found)
    with access.look(by=by, action=CONTACT_SHOWN, purpose=purpose, at=at) as look:
        look.shows(people.together([found.person_id]) if found.person_id else (), detail={"contact": str(uuid)})
        standing = found.exposures.filter(ended_at=None)
        read, met = read_exposures(standing.filter(EXPOSING)), read_exposures(standing.filter(SOURCE))
        return Shown(
            contact=found,
            who=named([found], look=look)[found.pk],
            exposures=read,
            sources=met,
            places=premises.places({each.premises for _case, _tier, one in (*read, *met) for each in one.stretches}),
            events=list(found.events.select_related("by").order_by("-at", "-pk")[:50]),
            mine=found.held_by_id == by.pk and found.held_until is not None and at < found.held_until,
            holder=work.holder(found, by=by, at=at),
            follow=followed(found),
        )


def read_exposures(rows: QuerySet[Exposure]) -> tuple[tuple[str, int, Exposed], ...]:
    """Return exposures of one contact, read, each with its case's number and its tier, the nearest first."""
    found = list(rows.order_by("tier", "pk"))
    numbers = runs.case_numbers({one.case_id for one in found})
    return tuple((numbers[one.case_id], one.tier, exposures.read(one.why)) for one in found)


def hold(*, uuid: UUID, version: int, by: User, at: datetime) -> int:
    """Take a contact to work on for ten minutes; return its new version.

    :raises ContactHeld: a colleague is at it. :raises ContactChanged: it was changed since it was looked at.
    """
    return _change(uuid=uuid, version=version, by=by, at=at, held_by=by, held_until=at + HOLD)


def let_go(*, uuid: UUID, version: int, by: User, at: datetime) -> int:
    """Leave a contact to whoever comes next; return its new version.

    :raises ContactHeld: a colleague is at it. :raises ContactChanged: it was changed since it was looked at.
    """
    return _change(uuid=uuid, version=version, by=by, at=at, held_by=None, held_until=None)


def set_work(*, uuid: UUID, version: int, state: str, by: User, at: datetime) -> int:
    """Say how far the work on a contact is, which lets it go; return its new version.

    :raises ContactHeld: a colleague is at it. :raises ContactChanged: it was changed since it was looked at.
    """
    if state not in work.WORKS:
        raise ContactUnknown
    with transaction.atomic():
        new = _change(uuid=uuid, version=version, by=by, at=at, work=state, held_by=None, held_until=None)
        _tell(uuid, "worked", by=by, at=at, work=state)
        return new


def take_next(*, asked: Filter, by: User, at: datetime) -> UUID | None:
    """Take the first contact of a list that nobody is at, for ten minutes; ``None`` if there is none.

    Two who ask at once are given two.
    """
    with transaction.atomic():
        rows = work.ordered(asked=asked, by=by).filter(work.free(at=at))
        found = rows.select_for_update(of=("self",), skip_locked=True).first()
        if found is None:
            return None
        taken = Contact.objects.filter(pk=found.pk)
        taken.update(held_by=by, held_until=at + HOLD, version=F("version") + 1)
        return found.uuid


def assign_contacts(*, uuids: Sequence[UUID], officer: int | None, by: User, at: datetime) -> int:
    """Give contacts to an officer of the same office, by number, or to nobody; return how many changed hands.

    Those that a colleague is at stay whose they are. Who gets new ones finds them to be called.
    """
    if officer is not None and officer not in dict(_colleagues(by, at=at)):
        raise ContactUnknown
    with transaction.atomic():
        mine = work.released(by).filter(work.free(at=at, by=by), uuid__in=list(uuids)[:MOST_AT_ONCE]).order_by("pk")
        rows = [one for one in mine.select_for_update() if one.officer_id != officer]
        chosen = Contact.objects.filter(pk__in=[one.pk for one in rows])
        chosen.update(officer_id=officer, version=F("version") + 1)
        if officer is not None:
            chosen.filter(work=work.NEW).update(work=work.TO_CALL)
        facts = {"officer": officer}
        ContactEvent.objects.bulk_create(
            ContactEvent(contact=one, at=at, by=by, kind="assigned", facts=facts) for one in rows
        )
        return len(rows)


def _change(*, uuid: UUID, version: int, by: User, at: datetime, **values: object) -> int:
    """Change a contact if it is still of this version and nobody else is at it: compare and swap in one statement."""
    mine = work.released(by).filter(uuid=uuid)
    if mine.filter(work.free(at=at, by=by), version=version).update(version=F("version") + 1, **values):
        return version + 1
    found = mine.first()
    if found is None:
        raise ContactUnknown
    if work.is_held(found, by=by, at=at):
        raise ContactHeld
    raise ContactChanged


def _colleagues(by: User, *, at: datetime) -> tuple[tuple[int, str], ...]:
    """Return who may work on contacts of an account's office."""
    return accounts.colleagues_of(agency=by.agency_id, roles=ROLES, now=at) if by.agency_id else ()


def _tell(uuid: UUID, kind: str, *, by: User, at: datetime, **facts: object) -> None:
    ContactEvent.objects.create(contact=Contact.objects.get(uuid=uuid), at=at, by=by, kind=kind, facts=facts)
